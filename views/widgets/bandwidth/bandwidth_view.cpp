// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/bandwidth/bandwidth_view.hpp"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QVBoxLayout>

#include "views/chart/format.hpp"
#include "views/widgets/kit/rate_track.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::bandwidth {
namespace {

using kit::RateTrack;
using kit::toQString;

/// What the store says of the traffic of each device, with traffic only, the busiest first.
base::Result<storage::Table> readDevices(const storage::Store& store)
{
    const storage::Select select{
        "device_total", {"device_id", "kind", "rx_bytes", "tx_bytes", "rx_packets", "tx_packets"}, {}, {}, -1};
    auto table = store.read(select);
    if (!table)
        return table;
    std::erase_if(table->rows, [](const auto& row) { return row[4].integer() + row[5].integer() == 0; });
    std::ranges::stable_sort(table->rows, std::greater(),
                             [](const auto& row) { return row[2].integer() + row[3].integer(); });
    return table;
}

} // namespace

BandwidthView::BandwidthView(kit::Workspace& workspace)
    : View(workspace),
      m_tracks(new kit::TrackView(workspace.time)),
      m_content(new kit::WithNotice(m_tracks)),
      m_layer(new QComboBox)
{
    setAccessibleName(Tr::tr("Bandwidth"));
    m_tracks->setAccessibleName(Tr::tr("Bandwidth of each device over time"));
    m_tracks->setLossMarks(workspace.session.context().lossMarks());
    m_layer->addItem(Tr::tr("With Ethernet headers (L2)"), QStringLiteral("bytes"));
    m_layer->addItem(Tr::tr("Without Ethernet headers (L3)"), QStringLiteral("l3_bytes"));
    m_layer->setAccessibleName(Tr::tr("Which bytes count"));
    auto* label = new QLabel(Tr::tr("Bytes &counted:"));
    label->setBuddy(m_layer);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->addWidget(label);
    bar->addWidget(m_layer);
    bar->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_content, 1);
    connect(&workspace.series, &model::SeriesCache::changed, m_tracks->viewport(), qOverload<>(&QWidget::update));
    connect(m_layer, &QComboBox::currentIndexChanged, this, [this] { showDevices(m_devices); });
    ask();
}

void BandwidthView::ask()
{
    m_ticket = workspace().reader.ask(
        this, [](const storage::Store& store, const model::Stop&) { return readDevices(store); },
        [this](base::Result<storage::Table> table) {
            if (!table) {
                m_content->showNotice(toQString(table.error().text()));
                return;
            }
            std::vector<Device> devices;
            for (const auto& row : table->rows) {
                const std::string name = workspace().session.context().deviceName(row[0]).text();
                devices.push_back({row[0].integer(), kit::printable(name), kit::printable(row[1].text()),
                                   !row[2].isNull(), !row[3].isNull()});
            }
            showDevices(std::move(devices));
        });
}

void BandwidthView::showDevices(std::vector<Device> devices)
{
    m_devices = std::move(devices);
    if (m_devices.empty()) {
        m_content->showNotice(toQString(workspace().session.whyEmpty("bandwidth")));
        return;
    }
    const std::string column = m_layer->currentData().toString().toStdString();
    std::vector<std::unique_ptr<kit::Track>> tracks;
    for (const Device& device : m_devices)
        tracks.push_back(
            std::make_unique<RateTrack>(workspace().series, device.id, device.name, device.kind,
                                        RateTrack::Part{Tr::tr("Rx"), series::deviceRate(device.id, "rx", column), 0},
                                        RateTrack::Part{Tr::tr("Tx"), series::deviceRate(device.id, "tx", column), 1}));
    m_tracks->setTracks(std::move(tracks));
    m_content->showContent();
}

void BandwidthView::renderTo(QPainter& painter, const QSize& size)
{
    m_tracks->render(painter, size);
}

kit::View* create(kit::Workspace& workspace)
{
    return new BandwidthView(workspace);
}

} // namespace vnscope::views::widgets::bandwidth
