// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/cpu/cpu_view.hpp"

#include <fmt/format.h>

#include <QVBoxLayout>

#include "views/widgets/kit/rate_track.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::cpu {
namespace {

using kit::RateTrack;
using kit::toQString;

base::Result<storage::Table> readCpus(const storage::Store& store, const model::Stop&)
{
    return store.read({"softirq_time", {"host", "cpu", "vector", "entries"}, {}, {"host", "cpu", "vector"}, -1});
}

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

} // namespace

CpuView::CpuView(kit::Workspace& workspace)
    : View(workspace), m_tracks(new kit::TrackView(workspace.time)), m_content(new kit::WithNotice(m_tracks))
{
    setAccessibleName(Tr::tr("CPU time in network softirqs"));
    setFocusProxy(m_tracks);
    m_tracks->setAccessibleName(Tr::tr("Share of each CPU's time in network softirqs"));
    m_tracks->setLossMarks(workspace.session.context().lossMarks());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    connect(&workspace.series, &model::SeriesCache::changed, m_tracks->viewport(), qOverload<>(&QWidget::update));
    m_ticket =
        workspace.reader.ask(this, readCpus, [this](const base::Result<storage::Table>& table) { showRows(table); });
}

void CpuView::showRows(const base::Result<storage::Table>& table)
{
    if (!table || table->rows.empty()) {
        m_content->showNotice(toQString(table ? workspace().session.whyEmpty("softirq") : table.error().text()));
        return;
    }
    std::vector<std::unique_ptr<kit::Track>> tracks;
    for (const auto& row : table->rows) {
        const std::string name =
            workspace().session.context().withHost(row[0].text(), fmt::format("CPU {}", row[1].integer()));
        const QString vector = kit::printable(row[2].text());
        tracks.push_back(std::make_unique<RateTrack>(
            workspace().series, row[1].integer(), kit::printable(name), vector,
            RateTrack::Part{vector, busyShare(row[0].text(), row[1].integer(), row[2].text()), 0}));
    }
    m_tracks->setTracks(std::move(tracks));
    m_content->showContent();
}

void CpuView::renderTo(QPainter& painter, const QSize& size)
{
    if (m_content->isNotice())
        View::renderTo(painter, size);
    else
        m_tracks->render(painter, size);
}

kit::View* create(kit::Workspace& workspace)
{
    return new CpuView(workspace);
}

} // namespace vnscope::views::widgets::cpu
