// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>

#include "views/report/document.hpp"
#include "views/widgets/kit/diagram_view.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/report_table.hpp"
#include "views/widgets/kit/span_track.hpp"
#include "views/widgets/kit/track_view.hpp"
#include "views/widgets/kit/view.hpp"
#include "views/widgets/perfsight/pipeline_scene.hpp"

class QSplitter;
class QTabWidget;
class QTextBrowser;

namespace vnscope::views::widgets::perfsight {

/// Who is to blame: the elements of the data plane as a pipeline with what they lost, beside it the chosen one with the
/// rule that fired, below what middleboxes did when and the same as tables. Losses, states and verdicts are those of
/// the time in focus. A verdict that is chosen selects its time.
class PerfsightView final : public kit::View {
    Q_OBJECT

public:
    explicit PerfsightView(kit::Workspace& workspace);

    /// What is read for the visible range.
    struct Content {
        report::Timeline states;
        report::Table losses; ///< element_id, name, packets; only those that lost some.
    };

    [[nodiscard]] kit::DiagramView& picture() { return *m_picture; }
    [[nodiscard]] QTextBrowser& details() { return *m_details; }
    [[nodiscard]] kit::TrackView& tracks() { return *m_tracks; }
    [[nodiscard]] QTabWidget& tabs() { return *m_tabs; }
    [[nodiscard]] kit::ReportTable& elements() { return *m_elements; }
    [[nodiscard]] kit::ReportTable& causes() { return *m_causes; }
    [[nodiscard]] kit::ReportTable& shortages() { return *m_shortages; }
    [[nodiscard]] const kit::WithNotice& content() const { return *m_content; }

    /// The element whose details are shown; nothing: none is chosen.
    [[nodiscard]] const std::optional<pipeline::ElementId>& chosen() const { return m_chosen; }

    /// Of the table that is shown, or else of all elements.
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] bool isNarrowed() const override;

protected:
    bool showSubject(const scope::Subject& subject) override;

private:
    /// Verdicts of all of the time: as the report tells them, and as values, row by row the same.
    struct VerdictTables {
        report::Table causes;
        report::Table shortages;
        pipeline::Verdicts values;
    };

    void makeLayout();
    void makeMenus();
    void emphasize();
    [[nodiscard]] std::optional<scope::Subject> subjectOf(std::optional<pipeline::ElementId> element) const;
    [[nodiscard]] pipeline::ElementId elementOfRow(std::size_t row) const;
    void askWhole();
    void askScene();
    void askVerdicts();
    void askStates();
    void askStory();
    void showScene(PipelineScene scene);
    void showStates(Content content);
    void showVerdicts(VerdictTables verdicts);
    void showDetails();
    void choose(std::optional<pipeline::ElementId> element);
    void chooseBox();
    void chooseVerdict(pipeline::ElementId element, const base::TimeRange& when);
    [[nodiscard]] static base::Result<VerdictTables> readVerdicts(const storage::Store& store,
                                                                  const base::TimeRange& whole);

    kit::DiagramView* m_picture;
    QTextBrowser* m_details;
    kit::TrackView* m_tracks;
    QTabWidget* m_tabs;
    kit::ReportTable* m_elements;
    kit::ReportTable* m_causes;
    kit::ReportTable* m_shortages;
    kit::WithNotice* m_content;

    std::shared_ptr<const PipelineWhole> m_whole;
    std::shared_ptr<const PipelineScene> m_scene;
    pipeline::Verdicts m_verdicts; ///< By row of the tables.
    std::optional<pipeline::ElementId> m_chosen;
    std::optional<ElementStory> m_story; ///< Of m_chosen.
    QString m_storyError;
    bool m_hasChosen = false;   ///< Somebody did; else the suspect is shown.
    bool m_isFollowing = false; ///< The picture's choice is set by us.

    model::Ticket m_wholeTicket;
    model::Ticket m_sceneTicket;
    model::Ticket m_verdictTicket;
    model::Ticket m_stateTicket;
    model::Ticket m_storyTicket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::perfsight
