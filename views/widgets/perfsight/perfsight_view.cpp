// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/perfsight/perfsight_view.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

#include <QSplitter>
#include <QTabWidget>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "views/report/catalog.hpp"
#include "views/report/middlebox_states.hpp"
#include "views/widgets/kit/rate_track.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/perfsight/element_details.hpp"
#include "views/widgets/perfsight/element_table.hpp"

namespace vnscope::views::widgets::perfsight {
namespace {

using kit::toQString;

/// For translators: the states that the report's charts have, as tracks name them.
[[maybe_unused]] constexpr std::array kStateNames{
    QT_TRANSLATE_NOOP("vnscope", "not known"),     QT_TRANSLATE_NOOP("vnscope", "idle"),
    QT_TRANSLATE_NOOP("vnscope", "running"),       QT_TRANSLATE_NOOP("vnscope", "read-blocked"),
    QT_TRANSLATE_NOOP("vnscope", "write-blocked"), QT_TRANSLATE_NOOP("vnscope", "underloaded"),
    QT_TRANSLATE_NOOP("vnscope", "overloaded"),    QT_TRANSLATE_NOOP("vnscope", "cycle")};

/// Packets that an element lost, window by window. PerfSight's windows are a second long.
series::Source lossOf(std::int64_t element)
{
    return {.table = "element_loss",
            .column = "packets",
            .where = {{"element_id", "=", element}},
            .widths = {base::kNsPerSecond},
            .isCutAtEnds = true, // Windows are of whole seconds, but for what the trace has of its first and last.
            .unit = chart::Unit::Packets};
}

/// The elements that lost packets, the one that lost most first.
base::Result<report::Table> readLosses(const report::ReportContext& context, const report::ElementNames& names)
{
    const auto rows = context.read({"element_loss", {"element_id", "packets"}});
    if (!rows)
        return tl::unexpected(rows.error());
    std::map<std::int64_t, std::int64_t> packets;
    for (const auto& row : rows->rows)
        packets[row[0].integer()] += row[1].integer();
    report::Table table;
    for (const auto& [element, lost] : packets) {
        const auto name = names.find(element);
        if (name != names.end())
            table.rows.push_back({{element, name->second, lost}});
    }
    std::ranges::stable_sort(table.rows, std::greater(), [](const report::Row& row) { return row.cells[2].integer(); });
    return table;
}

base::Result<PerfsightView::Content> readContent(const storage::Store& store, const base::TimeRange& range)
{
    const auto context = report::ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    const auto names = report::readElementNames(*context);
    if (!names)
        return tl::unexpected(names.error());
    auto states = report::buildMiddleboxStates(*context, *names, range, {});
    if (!states)
        return tl::unexpected(states.error());
    auto losses = readLosses(*context, *names);
    if (!losses)
        return tl::unexpected(losses.error());
    return PerfsightView::Content{std::move(*states), std::move(*losses)};
}

} // namespace

PerfsightView::PerfsightView(kit::Workspace& workspace)
    : View(workspace),
      m_picture(new kit::DiagramView),
      m_details(new QTextBrowser),
      m_tracks(new kit::TrackView(workspace)),
      m_tabs(new QTabWidget),
      m_elements(new kit::ReportTable(workspace.time)),
      m_causes(new kit::ReportTable(workspace.time)),
      m_shortages(new kit::ReportTable(workspace.time))
{
    setAccessibleName(Tr::tr("PerfSight: losses and bottlenecks"));
    setFocusProxy(m_picture);
    makeLayout();
    const model::TimeController* time = &workspace.time;
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &PerfsightView::emphasize);
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &PerfsightView::askStates);
    connect(time, &model::TimeController::visibleChanged, this, &PerfsightView::askStates);
    connect(time, &model::TimeController::visibleChanged, this, &PerfsightView::askScene);
    connect(time, &model::TimeController::selectionChanged, this, &PerfsightView::askScene);
    connect(time, &model::TimeController::formatChanged, this, &PerfsightView::showDetails);
    connect(m_picture, &kit::DiagramView::currentChanged, this, &PerfsightView::chooseBox);
    connect(m_elements, &kit::ReportTable::rowChosen, this, [this](std::size_t row) {
        m_hasChosen = true;
        choose(elementOfRow(row));
    });
    connect(m_causes, &kit::ReportTable::rowChosen, this, [this](std::size_t row) {
        chooseVerdict(m_verdicts.causes.at(row).element, m_verdicts.causes.at(row).when);
    });
    connect(m_shortages, &kit::ReportTable::rowChosen, this, [this](std::size_t row) {
        chooseVerdict(m_verdicts.shortages.at(row).element, m_verdicts.shortages.at(row).when);
    });
    makeMenus();
    askWhole();
    askVerdicts();
    askStates();
}

pipeline::ElementId PerfsightView::elementOfRow(std::size_t row) const
{
    return std::next(m_whole->pipeline.elements.begin(), static_cast<std::ptrdiff_t>(row))->first;
}

std::optional<scope::Subject> PerfsightView::subjectOf(std::optional<pipeline::ElementId> element) const
{
    if (!element || !m_whole || !m_whole->pipeline.elements.contains(*element))
        return std::nullopt;
    return scope::Subject{scope::Subject::Kind::Element, *element, m_whole->pipeline.elements.at(*element).name};
}

void PerfsightView::makeMenus()
{
    using Found = std::optional<scope::Subject>;
    new kit::SubjectMenu(workspace(), m_picture, [this](const std::optional<QPoint>& at) -> Found {
        const auto item = at ? m_picture->itemAt(*at) : m_picture->current();
        const bool isBox = item && item->kind == kit::DiagramItem::Kind::Box;
        return isBox ? subjectOf(m_scene->picture.elements.at(item->index)) : std::nullopt;
    });
    new kit::SubjectMenu(workspace(), m_elements->view().viewport(), [this](const std::optional<QPoint>& at) -> Found {
        const auto row = m_elements->rowAt(at);
        return row ? subjectOf(elementOfRow(*row)) : std::nullopt;
    });
    new kit::SubjectMenu(workspace(), m_tracks->viewport(), [this](const std::optional<QPoint>& at) -> Found {
        const auto index = at ? m_tracks->trackAt(at->y()) : m_tracks->current();
        return index ? subjectOf(m_tracks->track(*index).subject()) : std::nullopt;
    });
}

/// The picture stays whole, as an element says little without its neighbours: what the filter does not leave is dim.
void PerfsightView::emphasize()
{
    if (!m_scene)
        return;
    kit::Emphasis emphasis;
    const scope::Rows& left = workspace().filter.scope().elements;
    for (const pipeline::ElementId element : m_scene->picture.elements)
        emphasis.dimBoxes.push_back(!scope::holds(left, element));
    for (const diagram::Line& line : m_scene->picture.diagram.lines)
        emphasis.dimLines.push_back(emphasis.dimBoxes[line.from] && emphasis.dimBoxes[line.to]);
    m_picture->setEmphasis(emphasis);
}

bool PerfsightView::isNarrowed() const
{
    return workspace().filter.scope().elements.has_value();
}

bool PerfsightView::showSubject(const scope::Subject& subject)
{
    if (!m_scene)
        return false;
    if (subject.kind == scope::Subject::Kind::Element && subjectOf(subject.id)) {
        m_hasChosen = true;
        choose(subject.id);
    }
    return true;
}

void PerfsightView::makeLayout()
{
    m_tracks->setAccessibleName(Tr::tr("States of middleboxes and losses of elements over time"));
    m_details->setAccessibleName(Tr::tr("What is known of the chosen element"));
    m_details->setOpenLinks(false);
    m_details->setMinimumWidth(260);
    auto* above = new QSplitter(Qt::Horizontal);
    above->addWidget(m_picture);
    above->addWidget(m_details);
    above->setStretchFactor(0, 1);
    above->setSizes({860, 400});
    m_tabs->addTab(m_tracks, Tr::tr("&Over time"));
    m_tabs->addTab(m_elements, Tr::tr("&Elements"));
    m_tabs->addTab(m_causes, Tr::tr("Root &causes"));
    m_tabs->addTab(m_shortages, Tr::tr("&Shortages"));
    m_tabs->setDocumentMode(true);
    auto* all = new QSplitter(Qt::Vertical);
    all->addWidget(above);
    all->addWidget(m_tabs);
    all->setStretchFactor(0, 1);
    all->setSizes({440, 260});
    m_content = new kit::WithNotice(all);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
}

void PerfsightView::askWhole()
{
    m_wholeTicket = workspace().reader.ask(
        this,
        [whole = workspace().time.whole()](const storage::Store& store, const model::Stop& stop) {
            return readWhole(store, whole, stop);
        },
        [this](base::Result<PipelineWhole> whole) {
            if (!whole) {
                m_content->showNotice(toQString(whole.error().text()));
            } else if (whole->pipeline.elements.empty()) {
                m_content->showNotice(toQString(workspace().session.whyEmpty("perfsight")));
            } else {
                m_whole = std::make_shared<const PipelineWhole>(std::move(*whole));
                m_content->showContent();
                askScene();
            }
        });
}

void PerfsightView::askScene()
{
    if (!m_whole)
        return;
    m_sceneTicket = workspace().reader.ask(
        this,
        [whole = m_whole, range = workspace().time.focus()](const storage::Store& store, const model::Stop& stop) {
            return readScene(store, *whole, range, stop);
        },
        [this](base::Result<PipelineScene> scene) {
            if (scene)
                showScene(std::move(*scene));
            else
                m_picture->setRemarks({toQString(scene.error().text())});
        });
}

void PerfsightView::showScene(PipelineScene scene)
{
    m_scene = std::make_shared<const PipelineScene>(std::move(scene));
    m_isFollowing = true;
    m_picture->setDiagram(m_scene->picture.diagram, m_scene->placement);
    m_isFollowing = false;
    m_elements->setTable(elementTable(*m_whole, *m_scene));
    choose(m_hasChosen ? m_chosen : m_scene->suspect());
    emphasize();
    pointAgain();
}

/// Shows its details, and it in the picture if it is drawn.
void PerfsightView::choose(std::optional<pipeline::ElementId> element)
{
    m_chosen = element;
    const auto box = m_chosen && m_scene ? m_scene->boxOf(*m_chosen) : std::nullopt;
    m_isFollowing = true;
    m_picture->setCurrent(box ? std::optional(kit::DiagramItem{kit::DiagramItem::Kind::Box, *box}) : std::nullopt);
    m_isFollowing = false;
    askStory();
}

void PerfsightView::chooseBox()
{
    if (m_isFollowing)
        return;
    const auto& current = m_picture->current();
    const bool isBox = current && current->kind == kit::DiagramItem::Kind::Box;
    m_hasChosen = true;
    m_chosen = isBox ? std::optional(m_scene->picture.elements.at(current->index)) : std::nullopt;
    askStory();
}

void PerfsightView::chooseVerdict(pipeline::ElementId element, const base::TimeRange& when)
{
    m_hasChosen = true;
    choose(element);
    workspace().time.select(when);
    workspace().time.reveal(when);
}

void PerfsightView::askStory()
{
    if (!m_chosen || !m_scene) {
        m_storyTicket.cancel();
        m_story.reset();
        showDetails();
        return;
    }
    m_storyTicket = workspace().reader.ask(
        this,
        [whole = m_whole, scene = m_scene, element = *m_chosen,
         range = workspace().time.focus()](const storage::Store& store, const model::Stop& stop) {
            return readStory(store, *whole, *scene, element, range, stop);
        },
        [this](base::Result<ElementStory> story) {
            m_storyError = story ? QString() : toQString(story.error().text());
            m_story = story ? std::optional(std::move(*story)) : std::nullopt;
            showDetails();
        });
}

void PerfsightView::showDetails()
{
    if (m_story)
        m_details->setHtml(detailsOf(*m_story, workspace().time));
    else
        m_details->setPlainText(m_storyError.isEmpty() ? Tr::tr("Choose a box to see its counters, its states, and the "
                                                                "verdicts on it with the rule that fired.")
                                                       : m_storyError);
}

base::Result<PerfsightView::VerdictTables> PerfsightView::readVerdicts(const storage::Store& store,
                                                                       const base::TimeRange& whole)
{
    const auto context = report::ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    const auto section = report::buildPerfsight(*context);
    if (!section)
        return tl::unexpected(section.error());
    auto values = pipeline::readVerdicts(store, whole);
    if (!values)
        return tl::unexpected(values.error());
    return VerdictTables{report::tableOf(*section, "root_causes"), report::tableOf(*section, "shortages"),
                         std::move(*values)};
}

void PerfsightView::askVerdicts()
{
    m_verdictTicket = workspace().reader.ask(
        this,
        [whole = workspace().time.whole()](const storage::Store& store, const model::Stop&) {
            return readVerdicts(store, whole);
        },
        [this](base::Result<VerdictTables> verdicts) {
            if (verdicts)
                showVerdicts(std::move(*verdicts));
            else
                m_content->showNotice(toQString(verdicts.error().text()));
        });
}

void PerfsightView::showVerdicts(VerdictTables verdicts)
{
    m_verdicts = std::move(verdicts.values);
    const auto show = [this](kit::ReportTable* where, report::Table table, const QString& name) {
        const int tab = m_tabs->indexOf(where);
        m_tabs->setTabText(tab, QStringLiteral("%1 (%2)").arg(name).arg(table.totalRows));
        m_tabs->setTabVisible(tab, !table.rows.empty());
        where->setTable(std::move(table));
    };
    show(m_causes, std::move(verdicts.causes), Tr::tr("Root &causes"));
    show(m_shortages, std::move(verdicts.shortages), Tr::tr("&Shortages"));
}

void PerfsightView::askStates()
{
    m_stateTicket = workspace().reader.ask(
        this,
        [range = workspace().time.visible()](const storage::Store& store, const model::Stop&) {
            return readContent(store, range);
        },
        [this](base::Result<Content> content) {
            if (content)
                showStates(std::move(*content));
            else
                m_content->showNotice(toQString(content.error().text()));
        });
}

void PerfsightView::showStates(Content content)
{
    std::vector<std::unique_ptr<kit::Track>> tracks;
    for (chart::StateRow& row : content.states.chart.rows) {
        auto track =
            std::make_unique<kit::SpanTrack>(-1, kit::printable(row.name), Tr::tr("state"), content.states.chart.kinds);
        track->setSpans(std::move(row.spans));
        track->setMarks(std::move(row.marks));
        tracks.push_back(std::move(track));
    }
    for (const report::Row& row : content.losses.rows) {
        if (!scope::holds(workspace().filter.scope().elements, row.cells[0].integer()))
            continue;
        tracks.push_back(std::make_unique<kit::RateTrack>(
            workspace().series, row.cells[0].integer(), kit::printable(row.cells[1].text()), Tr::tr("lost packets"),
            kit::RateTrack::Part{Tr::tr("lost"), lossOf(row.cells[0].integer()), 1}));
    }
    m_tracks->setTracks(std::move(tracks));
}

QString PerfsightView::csv() const
{
    for (const kit::ReportTable* table : {m_causes, m_shortages})
        if (m_tabs->currentWidget() == table)
            return table->csv();
    return m_elements->csv();
}

kit::View* create(kit::Workspace& workspace)
{
    return new PerfsightView(workspace);
}

} // namespace vnscope::views::widgets::perfsight
