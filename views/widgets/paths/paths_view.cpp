// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/paths/paths_view.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <QHBoxLayout>
#include <QHeaderView>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include "storage/base/duration_text.hpp"
#include "topology/layout/fold.hpp"
#include "views/diagram/anatomy.hpp"
#include "views/flow/picture.hpp"
#include "views/widgets/kit/row_table.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/paths/waterfall_delegate.hpp"

namespace vnscope::views::widgets::paths {
namespace {

using kit::toQString;

constexpr std::int64_t kMostChoices = 200; ///< Conversations or packets in a list; the largest and the slowest.
constexpr int kWayWidth = 320;
constexpr double kWindowShape = 2.4; ///< Width by height of the room for the picture, about.

base::Result<storage::Table> readStreams(const storage::Store& store, const scope::Rows& left)
{
    if (!store.hasTable("stream_total"))
        return storage::Table{};
    storage::Select select{"stream_total",
                           {"stream_id", "protocol", "addr_a", "port_a", "addr_b", "port_b", "packets"},
                           {},
                           {"-bytes"},
                           kMostChoices};
    scope::narrow(select.where, "stream_id", left);
    return store.read(select);
}

/// What goes to or from the devices that are left.
void keepSteps(flow::FlowGraph& graph, const scope::Rows& devices)
{
    const auto isLeft = [&](std::int64_t place) {
        const auto& device = graph.places.at(place).device;
        return device && scope::holds(devices, *device);
    };
    if (devices)
        std::erase_if(graph.steps, [&](const flow::Step& step) { return !isLeft(step.from) && !isLeft(step.to); });
}

/// The packets of a conversation, or (-1) of all that are left; those that took the most places first, as they tell the
/// most.
base::Result<storage::Table> readPackets(const storage::Store& store, std::int64_t stream, const scope::Rows& left,
                                         const base::TimeRange& when)
{
    // Of several conversations, a packet that NAT made another one's would be listed twice there.
    const char* const table = stream >= 0 ? "packet_of_stream" : "packet";
    if (!store.hasTable(table))
        return storage::Table{};
    storage::Select select{
        table, {"packet_id", "first_ns", "last_ns", "outcome"}, {}, {"-hop_count", "packet_id"}, kMostChoices};
    select.where.push_back({"first_ns", ">=", when.begin});
    select.where.push_back({"first_ns", "<", when.end});
    if (stream >= 0)
        select.where.push_back({"of_stream_id", "=", stream});
    else
        scope::narrow(select.where, "stream_id", left);
    return store.read(select);
}

/// To the right (in rows if it is long) or down, as it can be drawn larger in a window.
vnscope::topology::layout::Placement bestPlacement(const diagram::Diagram& diagram)
{
    namespace layout = vnscope::topology::layout;
    const auto need = [](const layout::Placement& placement) {
        return layout::heightNeeded(placement.size, kWindowShape);
    };
    const layout::Request rightward = layoutRequest(diagram, layout::Direction::Right);
    layout::Placement right = layout::fold(rightward, layout::place(rightward), kWindowShape);
    layout::Placement down = layout::place(layoutRequest(diagram, layout::Direction::Down));
    return need(right) <= need(down) ? right : down;
}

QString endText(const storage::Value& address, const storage::Value& port)
{
    const QString text = kit::printable(address.text());
    return port.isNull() ? text : Tr::tr("%1 port %2").arg(text).arg(port.integer());
}

} // namespace

PathsView::PathsView(kit::Workspace& workspace)
    : View(workspace),
      m_picture(new kit::DiagramView),
      m_journey(new JourneyModel(this)),
      m_table(new QTableView),
      m_stream(new QComboBox),
      m_packet(new QComboBox)
{
    setAccessibleName(Tr::tr("Paths"));
    setFocusProxy(m_picture);
    auto* both = new QSplitter(Qt::Vertical);
    both->addWidget(m_picture);
    both->addWidget(makeJourney());
    both->setStretchFactor(0, 1);
    both->setSizes({400, 240});
    m_content = new kit::WithNotice(both);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(makeBar());
    layout->addWidget(m_content, 1);
    connect(&workspace.time, &model::TimeController::visibleChanged, this, &PathsView::askForPackets);
    connect(&workspace.time, &model::TimeController::selectionChanged, this, &PathsView::askForPackets);
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &PathsView::followFilter);
    makeMenu();
    askForStreams();
    askForPicture();
    askForPackets();
}

QWidget* PathsView::makeBar()
{
    m_stream->addItem(Tr::tr("All packets"), QVariant::fromValue<qlonglong>(-1));
    m_stream->setAccessibleName(Tr::tr("Whose packets are drawn"));
    m_stream->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_stream->setMinimumContentsLength(42);
    auto* label = new QLabel(Tr::tr("&Packets of:"));
    label->setBuddy(m_stream);
    connect(m_stream, &QComboBox::currentIndexChanged, this, [this] {
        askForPicture();
        askForPackets();
    });
    auto* bar = new QWidget;
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->addWidget(label);
    layout->addWidget(m_stream);
    layout->addStretch();
    return bar;
}

QWidget* PathsView::makeJourney()
{
    m_packet->setAccessibleName(Tr::tr("Packet whose way is shown"));
    m_packet->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_packet->setMinimumContentsLength(42);
    auto* label = new QLabel(Tr::tr("&One packet:"));
    label->setBuddy(m_packet);
    connect(m_packet, &QComboBox::currentIndexChanged, this, &PathsView::askForJourney);
    m_table->setModel(m_journey);
    m_table->setItemDelegateForColumn(JourneyModel::Way, new WaterfallDelegate(*m_journey, m_table));
    m_table->setAccessibleName(Tr::tr("Where the packet was, and how long"));
    kit::makeRowTable(*m_table);
    m_table->horizontalHeader()->setStretchLastSection(true);
    m_table->setColumnWidth(JourneyModel::Way, kWayWidth);
    m_journeyContent = new kit::WithNotice(m_table);
    auto* all = new QWidget;
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->addWidget(label);
    bar->addWidget(m_packet);
    bar->addStretch();
    auto* layout = new QVBoxLayout(all);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addLayout(bar);
    layout->addWidget(m_journeyContent, 1);
    return all;
}

std::int64_t PathsView::stream() const
{
    const scope::Rows& left = workspace().filter.scope().streams;
    const std::int64_t chosen = m_stream->currentData().toLongLong();
    return chosen < 0 && left && left->size() == 1 ? left->front() : chosen;
}

void PathsView::makeMenu()
{
    new kit::SubjectMenu(
        workspace(), m_picture, [this](const std::optional<QPoint>& at) -> std::optional<scope::Subject> {
            const auto item = at ? m_picture->itemAt(*at) : m_picture->current();
            if (!item || item->kind != kit::DiagramView::Item::Kind::Box || !m_boxDevices.at(item->index))
                return std::nullopt;
            const std::int64_t device = *m_boxDevices[item->index];
            return scope::Subject{scope::Subject::Kind::Device, device,
                                  workspace().session.context().deviceName(device).text()};
        });
}

bool PathsView::isNarrowed() const
{
    const scope::Scope& scope = workspace().filter.scope();
    return scope.streams || scope.devices;
}

void PathsView::followFilter()
{
    askForStreams();
    askForPicture();
    askForPackets();
}

void PathsView::addStream(const std::vector<storage::Value>& stream)
{
    const std::int64_t packets = stream[6].integer();
    const QString count = packets == 1 ? Tr::tr("1 packet") : Tr::tr("%1 packets").arg(packets);
    //: protocol, both ends and how many packets
    const QString text =
        Tr::tr("%1 %2 – %3, %4")
            .arg(kit::printable(stream[1].text()), endText(stream[2], stream[3]), endText(stream[4], stream[5]), count);
    m_stream->addItem(text, QVariant::fromValue<qlonglong>(stream[0].integer()));
}

/// What can be chosen; the choice stays if the filter leaves it.
void PathsView::askForStreams()
{
    m_streamTicket = workspace().reader.ask(
        this,
        [left = workspace().filter.scope().streams](const storage::Store& store, const model::Stop&) {
            return readStreams(store, left);
        },
        [this](base::Result<storage::Table> table) {
            if (!table)
                return; // All packets together are still there.
            const QVariant chosen = m_stream->currentData();
            const QSignalBlocker quiet(m_stream);
            m_stream->clear();
            m_stream->addItem(isNarrowed() ? Tr::tr("All packets that the filter leaves") : Tr::tr("All packets"),
                              QVariant::fromValue<qlonglong>(-1));
            for (const auto& row : table->rows)
                addStream(row);
            m_stream->setCurrentIndex(std::max(0, m_stream->findData(chosen)));
            m_hasStreams = true;
            if (m_stream->currentData() != chosen) {
                askForPicture();
                askForPackets();
            }
            pointAgain();
        });
}

bool PathsView::showSubject(const scope::Subject& subject)
{
    if (!m_hasStreams)
        return false;
    const int index = m_stream->findData(QVariant::fromValue<qlonglong>(subject.id));
    if (subject.kind == scope::Subject::Kind::Stream && index >= 0)
        m_stream->setCurrentIndex(index);
    else if (subject.kind == scope::Subject::Kind::Stream)
        workspace().filter.add(subject); // Not among the largest: then it is the only one.
    return true;
}

base::Result<PathsView::Scene> PathsView::readScene(const storage::Store& store, std::int64_t stream,
                                                    const scope::Rows& devices)
{
    auto graph = stream < 0 ? flow::readFlow(store) : flow::readStreamFlow(store, stream);
    if (!graph)
        return tl::unexpected(graph.error());
    if (stream < 0)
        keepSteps(*graph, devices);
    Scene scene{flow::pictureOf(*graph, flow::kReadableSteps), {}, {}};
    scene.placement = bestPlacement(scene.diagram);
    std::map<std::string, std::optional<std::int64_t>> deviceOf;
    for (const auto& [id, place] : graph->places)
        deviceOf[flow::boxIdOf(id)] = place.device;
    for (const diagram::Box& box : scene.diagram.boxes)
        scene.devices.push_back(deviceOf[box.id]);
    return scene;
}

void PathsView::askForPicture()
{
    m_pictureTicket = workspace().reader.ask(
        this,
        [stream = stream(), devices = workspace().filter.scope().devices](
            const storage::Store& store, const model::Stop&) { return readScene(store, stream, devices); },
        [this](base::Result<Scene> scene) {
            if (!scene) {
                m_content->showNotice(toQString(scene.error().text()));
            } else if (scene->diagram.boxes.empty()) {
                m_content->showNotice(stream() < 0 && !isNarrowed() ? toQString(workspace().session.whyEmpty("paths"))
                                                                    : Tr::tr("No way of these packets is known."));
            } else {
                m_boxDevices = std::move(scene->devices);
                m_picture->setDiagram(std::move(scene->diagram), std::move(scene->placement));
                m_content->showContent();
            }
        });
}

void PathsView::askForPackets()
{
    m_packetTicket = workspace().reader.ask(
        this,
        [stream = stream(), left = workspace().filter.scope().streams, when = workspace().time.focus()](
            const storage::Store& store, const model::Stop&) { return readPackets(store, stream, left, when); },
        [this](base::Result<storage::Table> table) {
            const QSignalBlocker quiet(m_packet);
            m_packet->clear();
            if (!table) {
                m_journeyContent->showNotice(toQString(table.error().text()));
                return;
            }
            for (const Choice& choice : packetChoices(*table))
                m_packet->addItem(choice.text, QVariant::fromValue<qlonglong>(choice.id));
            askForJourney();
        });
}

std::vector<PathsView::Choice> PathsView::packetChoices(const storage::Table& table) const
{
    std::vector<Choice> choices;
    for (const auto& row : table.rows) {
        const base::Timestamp first{row[1].integer()};
        choices.push_back(
            {row[0].integer(), Tr::tr("%1 at %2, %3 on its way, %4")
                                   .arg(row[0].integer())
                                   .arg(toQString(workspace().time.text(first)),
                                        toQString(base::formatDuration(base::Timestamp{row[2].integer()} - first)),
                                        kit::printable(row[3].text()))});
    }
    return choices;
}

void PathsView::askForJourney()
{
    if (m_packet->count() == 0) {
        m_journey->setJourney({});
        m_journeyContent->showNotice(Tr::tr("No packet began its way in what is selected or visible."));
        return;
    }
    m_journeyTicket = workspace().reader.ask(
        this,
        [packet = m_packet->currentData().toLongLong()](const storage::Store& store, const model::Stop&) {
            return readJourney(store, packet);
        },
        [this](base::Result<std::vector<Stop>> stops) {
            if (!stops) {
                m_journeyContent->showNotice(toQString(stops.error().text()));
                return;
            }
            m_journey->setJourney(std::move(*stops));
            m_table->resizeColumnToContents(JourneyModel::Place);
            m_journeyContent->showContent();
        });
}

void PathsView::renderTo(QPainter& painter, const QSize& size)
{
    if (m_content->isNotice())
        View::renderTo(painter, size);
    else
        m_picture->renderTo(painter, size);
}

QString PathsView::csv() const
{
    return m_journey->csv();
}

kit::View* create(kit::Workspace& workspace)
{
    return new PathsView(workspace);
}

} // namespace vnscope::views::widgets::paths
