// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/cpu/cpu_view.hpp"

#include <set>
#include <utility>

#include <QTabWidget>
#include <QVBoxLayout>

#include "views/widgets/kit/rate_track.hpp"
#include "views/widgets/kit/subject_menu.hpp"
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

using Conditions = std::vector<storage::Select::Condition>;

/// A CPU of a host.
using Cpu = std::pair<std::string, std::int64_t>;

/// Those that worked on packets of `devices`.
base::Result<std::set<Cpu>> readCpus(const storage::Store& store, const scope::Rows& devices)
{
    Conditions where;
    scope::narrow(where, "device_id", devices);
    std::set<Cpu> cpus;
    for (const char* table : {"device_cpu", "napi_poll"}) {
        const auto rows = store.read({table, {"host", "cpu"}, where});
        if (!rows)
            return tl::unexpected(rows.error());
        for (const auto& row : rows->rows)
            cpus.emplace(row[0].text(), row[1].integer());
    }
    return cpus;
}

/// The packets of any device are known by CPU.
base::Result<bool> tellsDevices(const storage::Store& store)
{
    if (!store.hasTable("device_cpu")) // Written by a version that had none.
        return false;
    const auto any = store.read({"device_cpu", {"cpu"}, {}, {}, 1});
    if (!any)
        return tl::unexpected(any.error());
    return !any->rows.empty();
}

base::Result<std::vector<CpuView::Softirq>> readSoftirqs(const storage::Store& store, const scope::Rows& devices)
{
    const auto rows = store.read(
        {"softirq_time", {"host", "cpu", "vector", "entries", "total_ns", "max_ns"}, {}, {"host", "cpu", "vector"}});
    if (!rows)
        return tl::unexpected(rows.error());
    std::set<Cpu> left;
    if (devices) {
        auto cpus = readCpus(store, devices);
        if (!cpus)
            return tl::unexpected(cpus.error());
        left = std::move(*cpus);
    }
    std::vector<CpuView::Softirq> softirqs;
    for (const auto& row : rows->rows)
        if (!devices || left.contains({row[0].text(), row[1].integer()}))
            softirqs.push_back(
                {row[0].text(), row[1].integer(), row[2].text(), row[3].integer(), row[4].integer(), row[5].integer()});
    return softirqs;
}

base::Result<CpuView::Whole> readWhole(const storage::Store& store, scope::Rows devices)
{
    const auto context = report::ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    const auto isTold = tellsDevices(store);
    if (!isTold)
        return tl::unexpected(isTold.error());
    CpuView::Whole whole;
    whole.tellsDevices = *isTold;
    if (!whole.tellsDevices)
        devices.reset();
    Conditions where;
    scope::narrow(where, "device_id", devices);
    auto softirqs = readSoftirqs(store, devices);
    auto byCpu = report::readDeviceCpus(*context, where);
    auto polls = report::readPolls(*context, where);
    if (!softirqs || !byCpu || !polls)
        return tl::unexpected(!softirqs ? softirqs.error() : !byCpu ? byCpu.error() : polls.error());
    whole.softirqs = std::move(*softirqs);
    whole.devices = std::move(*byCpu);
    whole.polls = std::move(*polls);
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

void CpuView::DeviceTable::set(report::DeviceRows rows)
{
    devices = std::move(rows.devices);
    table->setTable(std::move(rows.table));
}

CpuView::CpuView(kit::Workspace& workspace)
    : View(workspace),
      m_tracks(new kit::TrackView(workspace)),
      m_table(new kit::ReportTable(workspace.time)),
      m_devices{new kit::ReportTable(workspace.time), {}},
      m_polls{new kit::ReportTable(workspace.time), {}},
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
    tabs->addTab(m_devices.table, Tr::tr("&Devices"));
    tabs->addTab(m_polls.table, Tr::tr("NAPI &polls"));
    m_split->addWidget(m_tracks);
    m_split->addWidget(tabs);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    makeMenu(m_devices);
    makeMenu(m_polls);
    connect(&workspace.time, &model::TimeController::visibleChanged, this, &CpuView::askTable);
    connect(&workspace.time, &model::TimeController::selectionChanged, this, &CpuView::askTable);
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &CpuView::askWhole);
    askWhole();
}

void CpuView::makeMenu(const DeviceTable& of)
{
    new kit::SubjectMenu(workspace(), of.table->view().viewport(),
                         [this, &of](const std::optional<QPoint>& at) -> std::optional<scope::Subject> {
                             const auto row = of.table->rowAt(at);
                             const auto device = row ? of.devices.at(*row) : std::nullopt;
                             if (!device)
                                 return std::nullopt;
                             return scope::Subject{scope::Subject::Kind::Device, *device,
                                                   workspace().session.context().deviceName(*device).text()};
                         });
}

bool CpuView::isNarrowed() const
{
    return m_tellsDevices && workspace().filter.scope().devices;
}

void CpuView::askWhole()
{
    m_ticket = workspace().reader.ask(
        this,
        [left = workspace().filter.scope().devices](const storage::Store& store, const model::Stop&) {
            return readWhole(store, left);
        },
        [this](base::Result<Whole> whole) {
            if (whole)
                showWhole(std::move(*whole));
            else
                m_content->showNotice(toQString(whole.error().text()));
        });
}

void CpuView::showWhole(Whole whole)
{
    m_softirqs = std::move(whole.softirqs);
    m_tellsDevices = whole.tellsDevices;
    emit narrowingKnown();
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
    m_devices.set(std::move(whole.devices));
    m_polls.set(std::move(whole.polls));
    if (!m_softirqs.empty())
        m_content->showContent();
    else
        m_content->showNotice(isNarrowed() ? Tr::tr("The filter leaves no CPU that is known to have worked on packets.")
                                           : toQString(workspace().session.whyEmpty("softirq")));
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
