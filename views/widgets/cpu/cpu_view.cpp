// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/cpu/cpu_view.hpp"

#include <utility>

#include <QTabWidget>
#include <QVBoxLayout>

#include "views/report/catalog.hpp"
#include "views/widgets/kit/rate_track.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::cpu {
namespace {

using kit::RateTrack;
using kit::toQString;

series::Source busyShare(const std::string& host, std::int64_t cpu, const std::string& vector)
{
    return {.table = "softirq_bin",
            .column = "busy_ns",
            .where = {{"host", "=", host}, {"cpu", "=", cpu}, {"vector", "=", vector}},
            .widths = {10 * base::kNsPerMs, 100 * base::kNsPerMs, base::kNsPerSecond, 10 * base::kNsPerSecond},
            .factor = 100.0 / static_cast<double>(base::kNsPerSecond),
            .isPerSecond = true,
            .unit = chart::Unit::Percent};
}

base::Result<CpuView::Whole> readWhole(const storage::Store& store, const model::Stop&)
{
    const auto rows = store.read(
        {"softirq_time", {"host", "cpu", "vector", "entries", "total_ns", "max_ns"}, {}, {"host", "cpu", "vector"}});
    if (!rows)
        return tl::unexpected(rows.error());
    CpuView::Whole whole;
    for (const auto& row : rows->rows)
        whole.softirqs.push_back(
            {row[0].text(), row[1].integer(), row[2].text(), row[3].integer(), row[4].integer(), row[5].integer()});
    const auto context = report::ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    const auto section = report::buildCpu(*context);
    if (!section)
        return tl::unexpected(section.error());
    whole.polls = report::tableOf(*section, "napi");
    return whole;
}

/// Over the whole trace the exact time; else the sum of whole bins.
base::Result<report::Table> readTable(const storage::Store& store, const std::vector<CpuView::Softirq>& softirqs,
                                      const base::TimeRange& range, bool isWhole, const model::Stop& stop)
{
    using report::Unit;
    report::Table table{"softirq",
                        isWhole ? "Network softirqs over the whole trace"
                                : "Network softirqs in this time; runs over the whole trace",
                        {{"host", "Host"},
                         {"cpu", "CPU"},
                         {"vector", "Softirq"},
                         {"busy_ns", "Time", Unit::Nanoseconds},
                         {"busy_percent", "Of the time", Unit::Percent},
                         {"entries", "Runs", Unit::Count},
                         {"max_ns", "Longest run", Unit::Nanoseconds}},
                        {},
                        static_cast<std::int64_t>(softirqs.size()),
                        {}};
    for (const CpuView::Softirq& softirq : softirqs) {
        base::Nanoseconds busy = softirq.time;
        if (!isWhole) {
            series::Source source = busyShare(softirq.host, softirq.cpu, softirq.vector);
            source.factor = 1;
            const auto sum = series::sumOver(store, source, range, stop);
            if (!sum)
                return tl::unexpected(sum.error());
            busy = static_cast<base::Nanoseconds>(*sum);
        }
        const double percent = 100.0 * static_cast<double>(busy) / static_cast<double>(range.length());
        table.rows.push_back(
            {{softirq.host, softirq.cpu, softirq.vector, busy, percent, softirq.runs, softirq.longest}, ""});
    }
    return table;
}

} // namespace

CpuView::CpuView(kit::Workspace& workspace)
    : View(workspace),
      m_tracks(new kit::TrackView(workspace)),
      m_table(new kit::ReportTable(workspace.time)),
      m_polls(new kit::ReportTable(workspace.time)),
      m_split(new kit::FittedSplit),
      m_content(new kit::WithNotice(m_split))
{
    setAccessibleName(Tr::tr("CPU time in network softirqs"));
    setFocusProxy(m_tracks);
    m_tracks->setAccessibleName(Tr::tr("Share of each CPU's time in network softirqs"));
    auto* tabs = new QTabWidget;
    tabs->setDocumentMode(true);
    tabs->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    tabs->addTab(m_table, Tr::tr("&Softirqs"));
    tabs->addTab(m_polls, Tr::tr("NAPI &polls"));
    m_split->addWidget(m_tracks);
    m_split->addWidget(tabs);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    connect(&workspace.time, &model::TimeController::visibleChanged, this, &CpuView::askTable);
    connect(&workspace.time, &model::TimeController::selectionChanged, this, &CpuView::askTable);
    askWhole();
}

void CpuView::askWhole()
{
    m_ticket = workspace().reader.ask(this, readWhole, [this](base::Result<Whole> whole) {
        if (whole && !whole->softirqs.empty())
            showWhole(std::move(*whole));
        else
            m_content->showNotice(toQString(whole ? workspace().session.whyEmpty("softirq") : whole.error().text()));
    });
}

void CpuView::showWhole(Whole whole)
{
    m_softirqs = std::move(whole.softirqs);
    std::vector<std::unique_ptr<kit::Track>> tracks;
    for (const Softirq& softirq : m_softirqs) {
        const std::string name =
            workspace().session.context().withHost(softirq.host, Tr::tr("CPU %1").arg(softirq.cpu).toStdString());
        const QString vector = kit::printable(softirq.vector);
        tracks.push_back(std::make_unique<RateTrack>(
            workspace().series, softirq.cpu, kit::printable(name), vector,
            RateTrack::Part{vector, busyShare(softirq.host, softirq.cpu, softirq.vector), 0}));
    }
    m_tracks->setTracks(std::move(tracks));
    m_polls->setTable(std::move(whole.polls));
    m_content->showContent();
    askTable();
}

void CpuView::askTable()
{
    const model::TimeController& time = workspace().time;
    m_tableTicket = workspace().reader.ask(
        this,
        [softirqs = m_softirqs, range = time.focus(),
         isWhole = time.focus() == time.whole()](const storage::Store& store, const model::Stop& stop) {
            return readTable(store, softirqs, range, isWhole, stop);
        },
        [this](base::Result<report::Table> table) {
            if (!table)
                return;
            m_table->setTable(std::move(*table));
            m_split->fit();
        });
}

QString CpuView::csv() const
{
    return m_table->csv();
}

kit::View* create(kit::Workspace& workspace)
{
    return new CpuView(workspace);
}

} // namespace vnscope::views::widgets::cpu
