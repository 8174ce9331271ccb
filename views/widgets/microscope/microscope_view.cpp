// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/microscope/microscope_view.hpp"

#include <algorithm>
#include <functional>
#include <sstream>
#include <utility>

#include <QPlainTextEdit>
#include <QSplitter>
#include <QTabWidget>
#include <QVBoxLayout>

#include "views/diagnosis/victim_writers.hpp"
#include "views/diagram/anatomy.hpp"
#include "views/markup/printable.hpp"
#include "views/report/catalog.hpp"
#include "views/series/spans.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::microscope {
namespace {

using kit::toQString;

/// Beyond a few thousand rows nobody reads a list: a shorter time is selected instead.
constexpr std::int64_t kMostVictims = 2000;
constexpr std::size_t kMomentBins = 2000;
constexpr base::Nanoseconds kSpansPerScreen = 2000;

/// Queues that packets were read from, the busiest first.
base::Result<std::vector<MicroscopeView::Queue>> readQueues(const storage::Store& store)
{
    if (!store.hasTable("nf_queue"))
        return {};
    const auto names = diagnosis::NfNames::read(store);
    if (!names)
        return tl::unexpected(names.error());
    const auto rows =
        store.read({"nf_queue", {"queue_id", "element_id", "packets"}, {{"packets", ">", 0}}, {"-packets"}, -1});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<MicroscopeView::Queue> queues;
    for (const auto& row : rows->rows) {
        MicroscopeView::Queue queue{row[0].integer(), names->queue(row[0]), {}, {}};
        if (!row[1].isNull()) {
            queue.reader = names->element(row[1]);
            queue.function = row[1].integer();
        }
        queues.push_back(std::move(queue));
    }
    return queues;
}

base::Result<std::map<std::string, std::int64_t>> readFunctions(const storage::Store& store)
{
    std::map<std::string, std::int64_t> functions;
    if (!store.hasTable("nf_element"))
        return functions;
    const auto names = diagnosis::NfNames::read(store);
    const auto rows = store.read({"nf_element", {"element_id"}});
    if (!names || !rows)
        return tl::unexpected(names ? rows.error() : names.error());
    for (const auto& row : rows->rows)
        functions[names->element(row[0])] = row[0].integer();
    return functions;
}

base::Result<MicroscopeView::Whole> readWhole(const storage::Store& store)
{
    auto queues = readQueues(store);
    if (!queues)
        return tl::unexpected(queues.error());
    const auto context = report::ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    const auto section = report::buildMicroscope(*context);
    if (!section)
        return tl::unexpected(section.error());
    auto functions = readFunctions(store);
    if (!functions)
        return tl::unexpected(std::move(functions).error());
    return MicroscopeView::Whole{std::move(*queues), report::tableOf(*section, "culprits"),
                                 report::tableOf(*section, "patterns"), std::move(*functions)};
}

std::vector<storage::Select::Condition> amongVictims(const scope::Rows& left)
{
    std::vector<storage::Select::Condition> where;
    scope::narrow(where, "victim_id", left);
    return where;
}

base::Result<MicroscopeView::Part> readPart(const storage::Store& store, const base::TimeRange& range,
                                            const std::vector<std::int64_t>& queues, const scope::Rows& left,
                                            const model::Stop& stop)
{
    auto victims = series::countMoments(store, "victim", "begin_ns", amongVictims(left), range, kMomentBins, stop);
    if (!victims)
        return tl::unexpected(victims.error());
    MicroscopeView::Part part{std::move(*victims), {}};
    for (const std::int64_t queue : queues) {
        auto periods = series::readSpans(
            store, {.table = "queuing_period", .where = {{"queue_id", "=", queue}}, .kind = "is_persistent"}, range,
            range.length() / kSpansPerScreen, stop);
        if (!periods)
            return tl::unexpected(periods.error());
        part.periods[queue] = std::move(*periods);
    }
    return part;
}

storage::Value latencyOf(const diagnosis::VictimLine& victim)
{
    return victim.latency ? storage::Value(*victim.latency) : storage::Value();
}

report::Table victimTable(const std::vector<diagnosis::VictimLine>& victims)
{
    report::Table table{"victims",
                        "Packets that fared badly in this time, the worst first",
                        {{"victim_id", "Victim"},
                         {"kind", "Is"},
                         {"begin_ns", "Set out", report::Unit::Time},
                         {"latency_ns", "Took", report::Unit::Nanoseconds},
                         {"flow", "Flow"},
                         {"culprit", "Because"},
                         {"share_percent", "Of its wait", report::Unit::Percent}},
                        {},
                        static_cast<std::int64_t>(victims.size()),
                        "Select a shorter time."};
    for (const diagnosis::VictimLine& victim : victims) {
        if (table.rows.size() == kMostVictims)
            break;
        const std::string cause =
            victim.culprit.empty() ? std::string("not known") : diagnosis::sayCause(victim.culprit, victim.isSource);
        table.rows.push_back({{victim.id, victim.kind, victim.begin, latencyOf(victim), victim.flow, cause,
                               victim.culprit.empty() ? storage::Value() : storage::Value(100 * victim.share)}});
    }
    return table;
}

/// Those that took longest first, before them the lost ones.
void sortByHarm(std::vector<diagnosis::VictimLine>& victims)
{
    std::ranges::stable_sort(victims, std::greater<>{}, [](const diagnosis::VictimLine& victim) {
        return std::pair(victim.isLoss(), victim.latency.value_or(0));
    });
}

std::string spelled(std::string_view text)
{
    return markup::printable(text);
}

} // namespace

MicroscopeView::MicroscopeView(kit::Workspace& workspace)
    : View(workspace),
      m_tracks(new kit::TrackView(workspace)),
      m_tabs(new QTabWidget),
      m_victims(new kit::ReportTable(workspace.time)),
      m_culprits(new kit::ReportTable(workspace.time)),
      m_patterns(new kit::ReportTable(workspace.time)),
      m_explanations(new QTabWidget),
      m_tree(new kit::DiagramView),
      m_treeContent(new kit::WithNotice(m_tree)),
      m_explanation(new QPlainTextEdit),
      m_split(new kit::FittedSplit(0.46))
{
    setAccessibleName(Tr::tr("Microscope: who made packets late"));
    setFocusProxy(m_tracks);
    m_tracks->setAccessibleName(Tr::tr("Lengths of queues and their queuing periods over time"));
    m_explanation->setReadOnly(true);
    m_explanation->setAccessibleName(Tr::tr("How the chosen victim is explained"));
    m_explanation->setPlaceholderText(Tr::tr("Choose a victim to see how it is explained."));
    m_tree->setAccessibleName(Tr::tr("Who made the chosen victim wait"));
    m_treeContent->showNotice(Tr::tr("Choose a victim to see who made it wait."));
    m_explanations->addTab(m_treeContent, Tr::tr("&Tree"));
    m_explanations->addTab(m_explanation, Tr::tr("Te&xt"));
    m_tabs->addTab(m_victims, Tr::tr("&Victims"));
    m_tabs->addTab(m_culprits, Tr::tr("&Culprits"));
    m_tabs->addTab(m_patterns, Tr::tr("&Patterns"));
    auto* below = new QSplitter(Qt::Horizontal);
    below->addWidget(m_tabs);
    below->addWidget(m_explanations);
    below->setSizes({680, 600});
    below->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
    m_split->addWidget(m_tracks);
    m_split->addWidget(below);
    m_content = new kit::WithNotice(m_split);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &MicroscopeView::followFilter);
    connect(&workspace.time, &model::TimeController::visibleChanged, this, &MicroscopeView::askPart);
    connect(&workspace.time, &model::TimeController::visibleChanged, this, &MicroscopeView::askVictims);
    connect(&workspace.time, &model::TimeController::selectionChanged, this, &MicroscopeView::askVictims);
    connect(m_victims, &kit::ReportTable::rowChosen, this, [this](std::size_t row) { explain(m_victimIds.at(row)); });
    connect(m_tree, &kit::DiagramView::boxActivated, this, &MicroscopeView::goTo);
    makeMenus();
    askWhole();
    askVictims();
}

std::optional<scope::Subject> MicroscopeView::subjectOfTrack(std::size_t index) const
{
    const auto queue = std::ranges::find(m_whole.queues, m_tracks->track(index).subject(), &Queue::id);
    if (queue == m_whole.queues.end() || !queue->function)
        return std::nullopt;
    return scope::Subject{scope::Subject::Kind::Function, *queue->function, queue->reader};
}

/// Culprits are named in the first column, patterns have their rank in the last.
std::optional<scope::Subject> MicroscopeView::subjectOfRow(const kit::ReportTable& table, std::size_t row) const
{
    const std::vector<storage::Value>& cells = table.table().rows.at(row).cells;
    if (&table == m_patterns)
        return scope::Subject{scope::Subject::Kind::Pattern, cells.back().integer(), cells.front().text()};
    const auto function = m_whole.functions.find(cells.front().text());
    if (function == m_whole.functions.end())
        return std::nullopt;
    return scope::Subject{scope::Subject::Kind::Function, function->second, function->first};
}

void MicroscopeView::makeMenus()
{
    new kit::SubjectMenu(workspace(), m_tracks->viewport(), [this](const std::optional<QPoint>& at) {
        const auto index = at ? m_tracks->trackAt(at->y()) : m_tracks->current();
        return index ? subjectOfTrack(*index) : std::nullopt;
    });
    for (kit::ReportTable* table : {m_culprits, m_patterns})
        new kit::SubjectMenu(workspace(), table->view().viewport(), [this, table](const std::optional<QPoint>& at) {
            const auto row = table->rowAt(at);
            return row ? subjectOfRow(*table, *row) : std::nullopt;
        });
}

void MicroscopeView::followFilter()
{
    showQueues();
    askVictims();
}

bool MicroscopeView::isNarrowed() const
{
    const scope::Scope& scope = workspace().filter.scope();
    return scope.queues || scope.victims;
}

bool MicroscopeView::showSubject(const scope::Subject& subject)
{
    if (m_whole.queues.empty())
        return false;
    for (std::size_t index = 0; index < m_tracks->trackCount(); ++index) {
        if (subjectOfTrack(index) == subject) {
            m_tracks->setCurrent(index);
            break;
        }
    }
    for (kit::ReportTable* table : {m_culprits, m_patterns}) {
        for (std::size_t row = 0; row < table->table().rows.size(); ++row) {
            if (subjectOfRow(*table, row) != subject)
                continue;
            m_tabs->setCurrentWidget(table);
            table->setCurrentRow(row);
            return true;
        }
    }
    return true;
}

void MicroscopeView::askWhole()
{
    m_wholeTicket = workspace().reader.ask(
        this, [](const storage::Store& store, const model::Stop&) { return readWhole(store); },
        [this](base::Result<Whole> whole) {
            if (whole)
                showWhole(std::move(*whole));
            else
                m_content->showNotice(toQString(whole.error().text()));
        });
}

void MicroscopeView::showWhole(Whole whole)
{
    if (whole.queues.empty()) {
        m_content->showNotice(toQString(workspace().session.whyEmpty("microscope")));
        return;
    }
    m_whole = std::move(whole);
    showQueues();
    m_split->fit();
    m_culprits->setTable(std::move(m_whole.culprits));
    m_patterns->setTable(std::move(m_whole.patterns));
    m_content->showContent();
    pointAgain();
}

/// Those that the filter leaves.
void MicroscopeView::showQueues()
{
    std::vector<std::unique_ptr<kit::Track>> tracks;
    auto victims = std::make_unique<kit::MomentTrack>(-1, Tr::tr("Victims"), QString(),
                                                      Tr::tr("Late or lost packets: %1 set out within %2"));
    m_queueTracks.clear();
    m_victimTrack = victims.get();
    tracks.push_back(std::move(victims));
    for (const Queue& queue : m_whole.queues) {
        if (!scope::holds(workspace().filter.scope().queues, queue.id))
            continue;
        const QString reader =
            queue.reader.empty() ? QString() : Tr::tr("read by %1").arg(kit::printable(queue.reader));
        auto track = std::make_unique<QueueTrack>(workspace().series, queue.id, kit::printable(queue.name), reader);
        m_queueTracks.push_back(track.get());
        tracks.push_back(std::move(track));
    }
    m_tracks->setTracks(std::move(tracks));
    askPart();
}

void MicroscopeView::askPart()
{
    std::vector<std::int64_t> queues;
    for (const QueueTrack* track : m_queueTracks)
        queues.push_back(track->subject());
    m_partTicket = workspace().reader.ask(
        this,
        [range = workspace().time.visible(), queues = std::move(queues),
         left = workspace().filter.scope().victims](const storage::Store& store, const model::Stop& stop) {
            return readPart(store, range, queues, left, stop);
        },
        [this](base::Result<Part> part) {
            if (part)
                showPart(std::move(*part));
        });
}

void MicroscopeView::showPart(Part part)
{
    if (m_victimTrack != nullptr)
        m_victimTrack->setCounts(std::move(part.victims));
    for (QueueTrack* track : m_queueTracks)
        track->setPeriods(std::move(part.periods[track->subject()]));
    m_tracks->viewport()->update();
}

void MicroscopeView::askVictims()
{
    m_victimsTicket = workspace().reader.ask(
        this,
        [range = workspace().time.focus(), left = workspace().filter.scope().victims](const storage::Store& store,
                                                                                      const model::Stop&) {
            return diagnosis::readVictims(store, range, amongVictims(left));
        },
        [this](base::Result<std::vector<diagnosis::VictimLine>> victims) {
            if (!victims)
                return;
            sortByHarm(*victims);
            m_victimIds.clear();
            for (const diagnosis::VictimLine& victim : *victims)
                m_victimIds.push_back(victim.id);
            m_victims->setTable(victimTable(*victims));
            if (!victims->empty() && m_periods.empty()) // Nothing was explained yet.
                m_victims->setCurrentRow(0);
        });
}

void MicroscopeView::explain(std::int64_t victim)
{
    m_storyTicket = workspace().reader.ask(
        this, [victim](const storage::Store& store, const model::Stop&) { return readStory(store, victim); },
        [this](const base::Result<std::optional<Story>>& story) {
            if (!story) {
                m_explanation->setPlainText(toQString(story.error().text()));
                m_treeContent->showNotice(toQString(story.error().text()));
            } else if (*story) {
                showStory(**story);
            }
        });
}

base::Result<std::optional<MicroscopeView::Story>> MicroscopeView::readStory(const storage::Store& store,
                                                                             std::int64_t victim)
{
    auto read = diagnosis::readVictim(store, victim);
    if (!read)
        return tl::unexpected(read.error());
    if (!*read)
        return std::nullopt;
    Story story{std::move(**read), {}, {}};
    story.picture = diagnosis::timedPictureOf(story.victim);
    story.placement = vnscope::topology::layout::place(layoutRequest(story.picture.diagram));
    return story;
}

void MicroscopeView::showStory(const Story& story)
{
    const diagnosis::VictimStory& victim = story.victim;
    std::ostringstream text;
    diagnosis::writeText(victim, workspace().time.whole().begin, spelled, text);
    m_explanation->setPlainText(toQString(text.str()));
    m_periods = story.picture.periods;
    m_tree->setCurrent(std::nullopt);
    m_tree->setDiagram(story.picture.diagram, story.placement);
    m_treeContent->showContent();
    if (!workspace().time.visible().contains(victim.begin))
        workspace().time.reveal({victim.begin, victim.end});
}

void MicroscopeView::goTo(std::size_t box)
{
    const base::TimeRange period = m_periods.at(box);
    workspace().time.select(period);
    workspace().time.reveal(period);
}

QString MicroscopeView::explanation() const
{
    return m_explanation->toPlainText();
}

QString MicroscopeView::csv() const
{
    return m_victims->csv();
}

kit::View* create(kit::Workspace& workspace)
{
    return new MicroscopeView(workspace);
}

} // namespace vnscope::views::widgets::microscope
