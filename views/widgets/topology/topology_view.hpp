// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include <QTableView>

#include "views/widgets/kit/diagram_view.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/view.hpp"
#include "views/widgets/topology/change_model.hpp"
#include "views/widgets/topology/detail_tree.hpp"
#include "views/widgets/topology/filter_bar.hpp"
#include "views/widgets/topology/map_scene.hpp"
#include "views/widgets/topology/time_bar.hpp"

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
    [[nodiscard]] ChangeSlider& slider() { return m_timeBar->slider(); }
    [[nodiscard]] QTreeWidget& details() { return *m_details; }
    [[nodiscard]] QComboBox& vlans() { return m_filterBar->vlans(); }
    [[nodiscard]] QLineEdit& searchBox() { return m_filterBar->searchBox(); }
    [[nodiscard]] QPushButton& playButton() { return m_timeBar->playButton(); }

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
    [[nodiscard]] QWidget* makeTable();
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
    void startPlaying();
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
    DetailTree* m_details;
    ChangeModel* m_changes;
    QTableView* m_table;
    kit::WithNotice* m_tableContent;
    kit::WithNotice* m_content;
    TimeBar* m_timeBar;
    FilterBar* m_filterBar;
    model::Ticket m_mapTicket;
    model::Ticket m_sceneTicket;
    model::Ticket m_trafficTicket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::topology
