// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/bandwidth/bandwidth_view.hpp"

#include <algorithm>
#include <utility>

#include <QHBoxLayout>
#include <QLabel>
#include <QVBoxLayout>

#include "views/widgets/kit/rate_track.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::bandwidth {
namespace {

using kit::RateTrack;
using kit::toQString;

/// As fine as a wide screen shows.
constexpr std::size_t kDropBins = 2000;
constexpr int kRestMs = 100;

QHBoxLayout* makeBar(QComboBox* layer)
{
    layer->addItem(Tr::tr("With Ethernet headers (L2)"), QStringLiteral("bytes"));
    layer->addItem(Tr::tr("Without Ethernet headers (L3)"), QStringLiteral("l3_bytes"));
    layer->setAccessibleName(Tr::tr("Which bytes count"));
    auto* label = new QLabel(Tr::tr("Bytes &counted:"));
    label->setBuddy(layer);
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->addWidget(label);
    bar->addWidget(layer);
    bar->addStretch();
    return bar;
}

} // namespace

BandwidthView::BandwidthView(kit::Workspace& workspace)
    : View(workspace),
      m_tracks(new kit::TrackView(workspace)),
      m_table(new kit::ReportTable(workspace.time)),
      m_split(new kit::FittedSplit),
      m_layer(new QComboBox)
{
    setAccessibleName(Tr::tr("Bandwidth"));
    setFocusProxy(m_tracks);
    m_tracks->setAccessibleName(Tr::tr("Bandwidth and drops of each device over time"));
    m_split->addWidget(m_tracks);
    m_split->addWidget(m_table);
    m_content = new kit::WithNotice(m_split);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(makeBar(m_layer));
    layout->addWidget(m_content, 1);
    makeMenus();
    connect(m_layer, &QComboBox::currentIndexChanged, this, &BandwidthView::showDevices);
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &BandwidthView::showDevices);
    connect(&workspace.time, &model::TimeController::visibleChanged, this, [this] {
        askDrops();
        m_rest.start();
    });
    m_rest.setSingleShot(true);
    m_rest.setInterval(kRestMs);
    connect(&m_rest, &QTimer::timeout, this, &BandwidthView::askTable);
    connect(&workspace.time, &model::TimeController::selectionChanged, this, &BandwidthView::askTable);
    // What is chosen in one is chosen in the other.
    connect(m_tracks, &kit::TrackView::currentChanged, this, [this] {
        if (m_tracks->current())
            choose(m_tracks->track(*m_tracks->current()).subject());
    });
    connect(m_table, &kit::ReportTable::rowChosen, this, [this](std::size_t row) { choose(m_shown.at(row).id); });
    ask();
}

std::optional<scope::Subject> BandwidthView::subjectOf(std::int64_t device) const
{
    const auto found = std::ranges::find(m_devices, device, &Device::id);
    if (device == Device::kNoDevice || found == m_devices.end())
        return std::nullopt;
    return scope::Subject{scope::Subject::Kind::Device, device, found->name};
}

void BandwidthView::makeMenus()
{
    new kit::SubjectMenu(workspace(), m_tracks->viewport(), [this](const std::optional<QPoint>& at) {
        const auto index = at ? m_tracks->trackAt(at->y()) : m_tracks->current();
        return index ? subjectOf(m_tracks->track(*index).subject()) : std::nullopt;
    });
    new kit::SubjectMenu(workspace(), m_table->view().viewport(),
                         [this](const std::optional<QPoint>& at) -> std::optional<scope::Subject> {
                             const auto row = m_table->rowAt(at);
                             return row ? subjectOf(m_shown.at(*row).id) : std::nullopt;
                         });
}

void BandwidthView::ask()
{
    m_ticket = workspace().reader.ask(
        this, [](const storage::Store& store, const model::Stop&) { return readDevices(store); },
        [this](base::Result<std::vector<Device>> devices) {
            if (!devices) {
                m_content->showNotice(toQString(devices.error().text()));
                return;
            }
            m_devices = std::move(*devices);
            showDevices();
        });
}

void BandwidthView::showDevices()
{
    m_shown.clear();
    const scope::Rows& left = workspace().filter.scope().devices;
    std::ranges::copy_if(m_devices, std::back_inserter(m_shown),
                         [&](const Device& device) { return scope::holds(left, device.id); });
    if (m_shown.empty()) {
        m_content->showNotice(m_devices.empty() ? toQString(workspace().session.whyEmpty("bandwidth"))
                                                : Tr::tr("The filter leaves no device that had traffic."));
        return;
    }
    const std::string column = m_layer->currentData().toString().toStdString();
    std::vector<std::unique_ptr<kit::Track>> tracks;
    m_drops.clear();
    for (const Device& device : m_shown) {
        const QString name = kit::printable(device.name);
        if (device.hasTraffic)
            tracks.push_back(std::make_unique<RateTrack>(
                workspace().series, device.id, name, kit::printable(device.kind),
                RateTrack::Part{Tr::tr("Rx"), series::deviceRate(device.id, "rx", column), 0},
                RateTrack::Part{Tr::tr("Tx"), series::deviceRate(device.id, "tx", column), 1}));
        if (!device.hasDrops)
            continue;
        auto drops = std::make_unique<kit::MomentTrack>(device.id, name, Tr::tr("drops"),
                                                        Tr::tr("Dropped packets: %1 within %2"));
        m_drops.push_back(drops.get());
        tracks.push_back(std::move(drops));
    }
    m_tracks->setTracks(std::move(tracks));
    m_content->showContent();
    askDrops();
    askTable();
    pointAgain();
}

void BandwidthView::askDrops()
{
    if (m_drops.empty())
        return;
    m_dropTicket = workspace().reader.ask(
        this,
        [range = workspace().time.visible()](const storage::Store& store, const model::Stop& stop) {
            return series::countMomentsBy(store, "packet_drop", "ts_ns", "device_id", range, kDropBins, stop);
        },
        [this](base::Result<std::map<std::int64_t, chart::Bins>> counts) {
            if (!counts)
                return;
            for (kit::MomentTrack* track : m_drops)
                track->setCounts(std::move((*counts)[track->subject()]));
            m_tracks->viewport()->update();
        });
}

void BandwidthView::askTable()
{
    m_tableTicket = workspace().reader.ask(
        this,
        [devices = m_shown, range = workspace().time.focus(),
         whole = workspace().time.whole()](const storage::Store& store, const model::Stop& stop) {
            return readDeviceTable(store, devices, range, whole, stop);
        },
        [this](base::Result<report::Table> table) {
            if (!table)
                return;
            m_table->setTable(std::move(*table));
            m_split->fit();
            if (m_tracks->current())
                choose(m_tracks->track(*m_tracks->current()).subject());
        });
}

bool BandwidthView::showSubject(const scope::Subject& subject)
{
    if (m_devices.empty())
        return false;
    if (subject.kind != scope::Subject::Kind::Device)
        return true;
    choose(subject.id);
    return true;
}

/// The device's tracks are made visible down to its drops, and its row in the table.
void BandwidthView::choose(std::int64_t device)
{
    std::optional<std::size_t> first;
    for (std::size_t index = 0; index < m_tracks->trackCount(); ++index) {
        if (m_tracks->track(index).subject() != device)
            continue;
        first = first.value_or(index);
        m_tracks->scrollTo(index);
    }
    if (first && (!m_tracks->current() || m_tracks->track(*m_tracks->current()).subject() != device))
        m_tracks->setCurrent(first);
    const auto row = std::ranges::find(m_shown, device, &Device::id);
    if (row != m_shown.end() && m_table->table().rows.size() == m_shown.size())
        m_table->setCurrentRow(static_cast<std::size_t>(row - m_shown.begin()));
}

bool BandwidthView::isNarrowed() const
{
    return workspace().filter.scope().devices.has_value();
}

QString BandwidthView::csv() const
{
    return m_table->csv();
}

kit::View* create(kit::Workspace& workspace)
{
    return new BandwidthView(workspace);
}

} // namespace vnscope::views::widgets::bandwidth
