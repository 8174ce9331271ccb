// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/perfsight/perfsight_view.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <QSplitter>
#include <QVBoxLayout>

#include "views/report/catalog.hpp"
#include "views/report/middlebox_states.hpp"
#include "views/widgets/kit/rate_track.hpp"
#include "views/widgets/kit/split.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::perfsight {
namespace {

using kit::toQString;

/// Packets that an element lost, window by window. PerfSight's windows are a second long.
series::Source lossOf(std::int64_t element)
{
    return {.table = "element_loss",
            .column = "packets",
            .where = {{"element_id", "=", element}},
            .widths = {base::kNsPerSecond},
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

base::Result<report::Section> readVerdicts(const storage::Store& store)
{
    const auto context = report::ReportContext::create(store);
    return context ? report::buildPerfsight(*context) : base::Result<report::Section>(tl::unexpected(context.error()));
}

} // namespace

PerfsightView::PerfsightView(kit::Workspace& workspace)
    : View(workspace),
      m_tracks(new kit::TrackView(workspace.time)),
      m_split(new QSplitter(Qt::Vertical)),
      m_causes(new kit::ReportTable),
      m_shortages(new kit::ReportTable),
      m_content(new kit::WithNotice(m_split))
{
    setAccessibleName(Tr::tr("PerfSight: losses and bottlenecks"));
    setFocusProxy(m_tracks);
    m_tracks->setAccessibleName(Tr::tr("States of middleboxes and losses of elements over time"));
    m_tracks->setLossMarks(workspace.session.context().lossMarks());
    m_split->addWidget(m_tracks);
    m_split->addWidget(m_causes);
    m_split->addWidget(m_shortages);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    connect(&workspace.series, &model::SeriesCache::changed, m_tracks->viewport(), qOverload<>(&QWidget::update));
    connect(&workspace.time, &model::TimeController::visibleChanged, this, &PerfsightView::askStates);
    for (kit::ReportTable* table : {m_causes, m_shortages})
        connect(table, &kit::ReportTable::rowChosen, this,
                [this, table](std::size_t row) { chooseTime(table->table(), row); });
    askVerdicts();
    askStates();
}

void PerfsightView::askVerdicts()
{
    m_verdictTicket = workspace().reader.ask(
        this, [](const storage::Store& store, const model::Stop&) { return readVerdicts(store); },
        [this](const base::Result<report::Section>& section) {
            if (!section) {
                m_content->showNotice(toQString(section.error().text()));
                return;
            }
            m_causes->setTable(report::tableOf(*section, "root_causes"));
            m_shortages->setTable(report::tableOf(*section, "shortages"));
            m_causes->setVisible(!m_causes->table().rows.empty());
            m_shortages->setVisible(!m_shortages->table().rows.empty());
        });
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
    for (const report::Row& row : content.losses.rows)
        tracks.push_back(std::make_unique<kit::RateTrack>(
            workspace().series, row.cells[0].integer(), kit::printable(row.cells[1].text()), Tr::tr("lost packets"),
            kit::RateTrack::Part{Tr::tr("lost"), lossOf(row.cells[0].integer()), 1}));
    if (tracks.empty() && workspace().time.visible() == workspace().time.whole()) {
        m_content->showNotice(toQString(workspace().session.whyEmpty("perfsight")));
        return;
    }
    const bool isFirst = m_tracks->trackCount() == 0;
    m_tracks->setTracks(std::move(tracks));
    if (isFirst)
        kit::fitTop(*m_split);
    m_content->showContent();
}

void PerfsightView::chooseTime(const report::Table& table, std::size_t row)
{
    const auto columnOf = [&](std::string_view key) {
        return static_cast<std::size_t>(std::ranges::find(table.columns, key, &report::Column::key) -
                                        table.columns.begin());
    };
    const std::vector<storage::Value>& cells = table.rows.at(row).cells;
    const base::TimeRange range{{cells.at(columnOf("valid_from_ns")).integer()},
                                {cells.at(columnOf("valid_to_ns")).integer()}};
    workspace().time.select(range);
    workspace().time.reveal(range);
}

QString PerfsightView::csv() const
{
    return m_causes->csv() + m_shortages->csv();
}

kit::View* create(kit::Workspace& workspace)
{
    return new PerfsightView(workspace);
}

} // namespace vnscope::views::widgets::perfsight
