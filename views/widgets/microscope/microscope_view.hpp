// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "views/diagnosis/victim_picture.hpp"
#include "views/diagnosis/victim_story.hpp"
#include "views/report/document.hpp"
#include "views/widgets/kit/diagram_view.hpp"
#include "views/widgets/kit/fitted_split.hpp"
#include "views/widgets/kit/moment_track.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/report_table.hpp"
#include "views/widgets/kit/track_view.hpp"
#include "views/widgets/kit/view.hpp"
#include "views/widgets/microscope/queue_track.hpp"

class QPlainTextEdit;
class QTabWidget;

namespace vnscope::views::widgets::microscope {

/// Queues of network functions over time with their queuing periods, packets that fared badly, and who is to blame:
/// victims of the time in focus, culprits and patterns of the whole trace, and the explanation of the victim that is
/// chosen, as a tree of causes and as text. A box of the tree goes to its time.
class MicroscopeView final : public kit::View {
    Q_OBJECT

public:
    explicit MicroscopeView(kit::Workspace& workspace);

    struct Queue {
        std::int64_t id = 0;
        std::string name;
        std::string reader;
        std::optional<std::int64_t> function; ///< That reads it: row of `nf_element`.
    };
    /// What is the same whatever is visible.
    struct Whole {
        std::vector<Queue> queues;
        report::Table culprits;
        report::Table patterns;
        std::map<std::string, std::int64_t> functions; ///< By name.
    };
    /// What is read for the visible range.
    struct Part {
        chart::Bins victims;
        std::map<std::int64_t, std::vector<chart::StateSpan>> periods; ///< By queue.
    };

    [[nodiscard]] kit::TrackView& tracks() { return *m_tracks; }
    [[nodiscard]] QString csv() const override;
    [[nodiscard]] kit::ReportTable& victims() { return *m_victims; }
    [[nodiscard]] kit::ReportTable& culprits() { return *m_culprits; }
    [[nodiscard]] kit::ReportTable& patterns() { return *m_patterns; }
    /// Who made the chosen victim wait where; no boxes: none is chosen.
    [[nodiscard]] kit::DiagramView& tree() { return *m_tree; }
    [[nodiscard]] QTabWidget& explanationTabs() { return *m_explanations; }
    /// The chain of reasoning of the chosen victim; empty: none is chosen.
    [[nodiscard]] QString explanation() const;
    [[nodiscard]] bool isNarrowed() const override;

protected:
    bool showSubject(const scope::Subject& subject) override;

private:
    /// The chosen victim, ready to be painted.
    struct Story {
        diagnosis::VictimStory victim;
        diagnosis::VictimPicture picture;
        vnscope::topology::layout::Placement placement;
    };
    [[nodiscard]] static base::Result<std::optional<Story>> readStory(const storage::Store& store, std::int64_t victim);

    void makeMenus();
    void followFilter();
    [[nodiscard]] std::optional<scope::Subject> subjectOfTrack(std::size_t index) const;
    [[nodiscard]] std::optional<scope::Subject> subjectOfRow(const kit::ReportTable& table, std::size_t row) const;
    void askWhole();
    void showQueues();
    void askPart();
    void askVictims();
    void explain(std::int64_t victim);
    void showWhole(Whole whole);
    void showPart(Part part);
    void showStory(const Story& story);
    /// The time of a box of the tree.
    void goTo(std::size_t box);

    kit::TrackView* m_tracks;
    QTabWidget* m_tabs;
    kit::ReportTable* m_victims;
    kit::ReportTable* m_culprits;
    kit::ReportTable* m_patterns;
    QTabWidget* m_explanations;
    kit::DiagramView* m_tree;
    kit::WithNotice* m_treeContent;
    QPlainTextEdit* m_explanation;
    kit::FittedSplit* m_split;
    kit::WithNotice* m_content;
    Whole m_whole;
    kit::MomentTrack* m_victimTrack = nullptr; ///< Owned by m_tracks.
    std::vector<QueueTrack*> m_queueTracks;    ///< The same.
    std::vector<std::int64_t> m_victimIds;     ///< Of the rows of m_victims.
    std::vector<base::TimeRange> m_periods;    ///< By box of m_tree.
    model::Ticket m_wholeTicket;
    model::Ticket m_partTicket;
    model::Ticket m_victimsTicket;
    model::Ticket m_storyTicket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::microscope
