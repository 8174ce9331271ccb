// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QComboBox>
#include <QLabel>
#include <QTableView>

#include "views/diagram/diagram.hpp"
#include "views/flow/flow_graph.hpp"
#include "views/widgets/kit/diagram_view.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/view.hpp"
#include "views/widgets/paths/journey_model.hpp"

namespace vnscope::views::widgets::paths {

/// The ways of all packets, or of one conversation, from place to place; below, where one packet spent its time.
class PathsView final : public kit::View {
    Q_OBJECT

public:
    explicit PathsView(kit::Workspace& workspace);

    [[nodiscard]] kit::DiagramView& picture() { return *m_picture; }
    [[nodiscard]] JourneyModel& journey() { return *m_journey; }
    [[nodiscard]] QComboBox& streams() { return *m_stream; }
    [[nodiscard]] QComboBox& packets() { return *m_packet; }
    [[nodiscard]] const kit::WithNotice& content() const { return *m_content; }

    void renderTo(QPainter& painter, const QSize& size) override;
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] bool isNarrowed() const override;

protected:
    bool showSubject(const scope::Subject& subject) override;

private:
    struct Scene {
        diagram::Diagram diagram;
        vnscope::topology::layout::Placement placement;
        std::vector<std::optional<std::int64_t>> devices; ///< By box.
    };
    /// The number of something and what it is called; -1: all.
    struct Choice {
        std::int64_t id = -1;
        QString text;
    };

    [[nodiscard]] QWidget* makeBar();
    [[nodiscard]] QWidget* makeJourney();
    void makeMenu();
    void followFilter();
    void addStream(const std::vector<storage::Value>& stream);
    /// The one that is chosen here, or the only one that the filter leaves; -1: all that it leaves.
    [[nodiscard]] std::int64_t stream() const;
    [[nodiscard]] static base::Result<Scene> readScene(const storage::Store& store, std::int64_t stream,
                                                       const scope::Rows& devices);
    void askForStreams();
    void askForPicture();
    void askForPackets();
    void askForJourney();
    [[nodiscard]] std::vector<Choice> packetChoices(const storage::Table& table) const;

    kit::DiagramView* m_picture;
    JourneyModel* m_journey;
    QTableView* m_table;
    kit::WithNotice* m_journeyContent;
    kit::WithNotice* m_content;
    QComboBox* m_stream;
    QComboBox* m_packet;
    std::vector<std::optional<std::int64_t>> m_boxDevices; ///< Of the picture.
    bool m_hasStreams = false;                             ///< Those to choose from have been read.
    model::Ticket m_streamTicket;
    model::Ticket m_pictureTicket;
    model::Ticket m_packetTicket;
    model::Ticket m_journeyTicket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::paths
