// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTableView>
#include <QTimer>
#include <QTreeWidget>

#include "views/widgets/kit/diagram_view.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/view.hpp"
#include "views/widgets/topology/change_model.hpp"
#include "views/widgets/topology/change_slider.hpp"
#include "views/widgets/topology/details.hpp"
#include "views/widgets/topology/map_scene.hpp"

namespace vnscope::views::widgets::topology {

/// The map of the virtual network at a moment, and how it changed. The moment is what slider and list of changes say;
/// as long as they say nothing, the end of what is selected or visible.
///
///   Space              play the changes; N, P: the next, the previous one
class TopologyView final : public kit::View {
    Q_OBJECT

public:
    explicit TopologyView(kit::Workspace& workspace);

    [[nodiscard]] kit::DiagramView& map() { return *m_map; }
    [[nodiscard]] const kit::WithNotice& content() const { return *m_content; }
    [[nodiscard]] ChangeModel& changes() { return *m_changes; }
    [[nodiscard]] QTableView& table() { return *m_table; }
    [[nodiscard]] ChangeSlider& slider() { return *m_slider; }
    [[nodiscard]] QTreeWidget& details() { return *m_details; }
    [[nodiscard]] QComboBox& vlans() { return *m_vlan; }
    [[nodiscard]] QLineEdit& searchBox() { return *m_search; }
    [[nodiscard]] QPushButton& playButton() { return *m_play; }

    /// The moment that is shown.
    [[nodiscard]] base::Timestamp moment() const;
    /// The map just after a change; makes it visible on the time axis.
    void showChange(int row);

    void renderTo(QPainter& painter, const QSize& size) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] bool isNarrowed() const override;

protected:
    bool showSubject(const scope::Subject& subject) override;

private:
    [[nodiscard]] QWidget* makeFilterBar();
    [[nodiscard]] QWidget* makeTimeBar();
    [[nodiscard]] QWidget* makeTable();
    void makeDetails();
    void makeShortcuts();
    void makeMenu();
    void followTime();
    void followFilter();
    void filterByVlan(int vlan);
    [[nodiscard]] std::optional<std::int64_t> deviceOf(const kit::DiagramView::Item& item) const;
    [[nodiscard]] std::optional<kit::DiagramView::Item> itemOf(std::int64_t device) const;

    void askForMap();
    void showMap(MapData whole);
    void askForScene();
    void showScene(MapScene scene);
    void askForTraffic();
    void applyTraffic();
    void applyFilter();
    void showDetails();
    void showMoment();
    void choose(std::optional<base::Timestamp> moment);
    void step(int by);
    void play(bool isOn);
    void playNext();
    void findNext();
    [[nodiscard]] QStringList trafficRemarks() const;

    std::shared_ptr<const MapData> m_data;
    std::optional<MapScene> m_scene;
    Traffic m_traffic;
    QString m_trafficError;                  ///< Why it is not known.
    std::optional<base::Timestamp> m_moment; ///< What slider or list say.
    bool m_isFollowing = false;              ///< The table's row is set by us.

    kit::DiagramView* m_map;
    QTreeWidget* m_details;
    ChangeModel* m_changes;
    QTableView* m_table;
    kit::WithNotice* m_tableContent;
    kit::WithNotice* m_content;
    ChangeSlider* m_slider;
    QLabel* m_momentText;
    QLabel* m_foundText;
    QPushButton* m_play;
    QComboBox* m_vlan;
    QLineEdit* m_search;
    QTimer m_player;
    model::Ticket m_mapTicket;
    model::Ticket m_sceneTicket;
    model::Ticket m_trafficTicket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::topology
