// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/topology_view.hpp"

#include <algorithm>
#include <utility>

#include <QHeaderView>
#include <QPainter>
#include <QShortcut>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include "topology/labels.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/kit/picture_scale.hpp"
#include "views/widgets/kit/row_table.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::topology {
namespace {

using kit::toQString;
using vnscope::topology::Change;

constexpr int kHeadingHeight = 34;

/// The moment as which `range` is shown: its last one within the map's time.
base::Timestamp lastMoment(const base::TimeRange& range, const base::TimeRange& of)
{
    return std::max(of.begin, std::min(range.end, of.end) - 1);
}

} // namespace

TopologyView::TopologyView(kit::Workspace& workspace)
    : View(workspace),
      m_map(new kit::DiagramView),
      m_details(new DetailTree),
      m_changes(new ChangeModel(workspace.time, this)),
      m_table(new QTableView),
      m_timeBar(new TimeBar),
      m_filterBar(new FilterBar)
{
    setAccessibleName(Tr::tr("Topology"));
    setFocusProxy(m_map);
    auto* upper = new QSplitter(Qt::Horizontal);
    upper->addWidget(m_map);
    upper->addWidget(m_details);
    upper->setStretchFactor(0, 1);
    upper->setSizes({900, 310});
    auto* withTime = new QWidget;
    auto* withTimeLayout = new QVBoxLayout(withTime);
    withTimeLayout->setContentsMargins(0, 0, 0, 0);
    withTimeLayout->setSpacing(0);
    withTimeLayout->addWidget(upper, 1);
    withTimeLayout->addWidget(m_timeBar);
    auto* all = new QSplitter(Qt::Vertical);
    all->addWidget(withTime);
    all->addWidget(makeTable());
    all->setStretchFactor(0, 1);
    all->setSizes({480, 160});
    m_content = new kit::WithNotice(all);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_filterBar);
    layout->addWidget(m_content, 1);
    connect(m_map, &kit::DiagramView::currentChanged, this, &TopologyView::showDetails);
    connect(m_filterBar, &FilterBar::vlanChosen, this, &TopologyView::filterByVlan);
    connect(m_filterBar, &FilterBar::textChanged, this, &TopologyView::applyFilter);
    connect(m_filterBar, &FilterBar::nextAsked, this, &TopologyView::findNext);
    connect(m_timeBar, &TimeBar::chosen, this, [this](base::Timestamp moment) { choose(moment); });
    connect(m_timeBar, &TimeBar::stepped, this, &TopologyView::step);
    connect(m_timeBar, &TimeBar::started, this, &TopologyView::startPlaying);
    connect(m_timeBar, &TimeBar::ticked, this, &TopologyView::playNext);
    makeShortcuts();
    makeMenu();
    followTime();
    connect(&workspace.filter, &model::CrossFilter::changed, this, &TopologyView::followFilter);
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &TopologyView::applyFilter);
    askForMap();
}

QWidget* TopologyView::makeTable()
{
    m_table->setModel(m_changes);
    m_table->setAccessibleName(Tr::tr("Changes of the map"));
    kit::makeRowTable(*m_table);
    m_table->horizontalHeader()->setStretchLastSection(true);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this](const QModelIndex& current) {
                if (current.isValid() && !m_isFollowing)
                    showChange(current.row());
            });
    // A click on the row that is current already.
    connect(m_table, &QTableView::clicked, this, [this](const QModelIndex& index) { showChange(index.row()); });
    m_tableContent = new kit::WithNotice(m_table);
    return m_tableContent;
}

void TopologyView::makeShortcuts()
{
    // Not for the whole view: buttons and the search box have their own use of these keys.
    for (QWidget* where :
         {static_cast<QWidget*>(m_map), static_cast<QWidget*>(&m_timeBar->slider()), static_cast<QWidget*>(m_table)}) {
        const auto add = [&](Qt::Key key, auto&& what) {
            auto* shortcut = new QShortcut(QKeySequence(key), where);
            shortcut->setContext(Qt::WidgetShortcut);
            connect(shortcut, &QShortcut::activated, this, what);
        };
        add(Qt::Key_Space, [this] { m_timeBar->togglePlaying(); });
        add(Qt::Key_N, [this] { step(1); });
        add(Qt::Key_P, [this] { step(-1); });
    }
}

void TopologyView::makeMenu()
{
    new kit::SubjectMenu(workspace(), m_map, [this](const std::optional<QPoint>& at) -> std::optional<scope::Subject> {
        const auto item = at ? m_map->itemAt(*at) : m_map->current();
        const auto device = item ? deviceOf(*item) : std::nullopt;
        if (!device)
            return std::nullopt;
        return scope::Subject{scope::Subject::Kind::Device, *device,
                              workspace().session.context().deviceName(*device).text()};
    });
}

std::optional<std::int64_t> TopologyView::deviceOf(const kit::DiagramView::Item& item) const
{
    if (!m_scene)
        return std::nullopt;
    return item.kind == kit::DiagramView::Item::Kind::Box ? deviceOfBox(*m_data, *m_scene, item.index)
                                                          : m_scene->lineDevices.at(item.index);
}

std::optional<kit::DiagramView::Item> TopologyView::itemOf(std::int64_t device) const
{
    using Item = kit::DiagramView::Item;
    const auto has = [&](const std::vector<vnscope::topology::NodeId>& nodes) {
        return std::ranges::any_of(nodes, [&](auto node) { return m_data->deviceOf(node) == device; });
    };
    const auto& lines = m_scene->picture.lines;
    const auto& boxes = m_scene->picture.boxes;
    for (std::size_t line = 0; line < lines.size(); ++line)
        if (has(lines[line].ports))
            return Item{Item::Kind::Line, line};
    for (std::size_t box = 0; box < boxes.size(); ++box)
        if (has(boxes[box]))
            return Item{Item::Kind::Box, box};
    return std::nullopt;
}

bool TopologyView::showSubject(const scope::Subject& subject)
{
    if (!m_scene)
        return false;
    if (subject.kind == scope::Subject::Kind::Vlan)
        m_filterBar->showVlan(static_cast<int>(subject.id));
    if (subject.kind == scope::Subject::Kind::Device)
        m_map->setCurrent(itemOf(subject.id));
    return true;
}

/// A VLAN that is chosen here is chosen for all views.
void TopologyView::filterByVlan(int vlan)
{
    using Kind = scope::Subject::Kind;
    model::CrossFilter& filter = workspace().filter;
    const auto& subjects = filter.subjects();
    const auto old = std::ranges::find(subjects, Kind::Vlan, &scope::Subject::kind);
    if (vlan != 0)
        filter.add({Kind::Vlan, vlan, std::to_string(vlan)});
    else if (old != subjects.end())
        filter.remove(scope::Subject(*old));
}

void TopologyView::followFilter()
{
    const auto& subjects = workspace().filter.subjects();
    const auto vlan = std::ranges::find(subjects, scope::Subject::Kind::Vlan, &scope::Subject::kind);
    const QSignalBlocker quiet(m_filterBar);
    m_filterBar->showVlan(vlan == subjects.end() ? 0 : static_cast<int>(vlan->id));
    applyFilter();
}

bool TopologyView::isNarrowed() const
{
    const scope::Scope& scope = workspace().filter.scope();
    return scope.devices || scope.vlans;
}

void TopologyView::followTime()
{
    const model::TimeController* time = &workspace().time;
    connect(time, &model::TimeController::visibleChanged, this, [this] {
        const base::TimeRange& visible = workspace().time.visible();
        const bool isInside = m_moment && visible.begin <= *m_moment && *m_moment <= visible.end;
        choose(isInside ? m_moment : std::nullopt);
        askForTraffic();
    });
    connect(time, &model::TimeController::selectionChanged, this, [this] { choose(std::nullopt); });
    connect(time, &model::TimeController::formatChanged, this, [this] {
        showMoment();
        showDetails();
    });
}

void TopologyView::askForMap()
{
    m_mapTicket = workspace().reader.ask(
        this, [](const storage::Store& store, const model::Stop&) { return readMap(store); },
        [this](base::Result<MapData> read) {
            if (read)
                showMap(std::move(*read));
            else
                m_content->showNotice(toQString(read.error().text()));
        });
}

void TopologyView::showMap(MapData whole)
{
    if (whole.timeline.nodes().empty()) {
        m_content->showNotice(toQString(workspace().session.whyEmpty("map")));
        return;
    }
    m_data = std::make_shared<const MapData>(std::move(whole));
    m_changes->setData(m_data);
    m_timeBar->slider().setChanges(m_data->timeline.changes());
    for (const int vlan : m_data->vlans())
        m_filterBar->addVlan(vlan);
    followFilter();
    for (int column = 0; column < ChangeModel::Detail; ++column)
        m_table->resizeColumnToContents(column);
    if (m_data->timeline.changes().empty())
        m_tableContent->showNotice(Tr::tr("Nothing was seen to change."));
    m_content->showContent();
    showMoment();
    showDetails();
    askForScene();
    askForTraffic();
}

base::Timestamp TopologyView::moment() const
{
    const base::TimeRange whole = m_data ? m_data->timeline.range() : workspace().time.whole();
    if (m_moment)
        return std::clamp(*m_moment, whole.begin, std::max(whole.begin, whole.end - 1));
    return lastMoment(workspace().time.focus(), whole);
}

void TopologyView::choose(std::optional<base::Timestamp> moment)
{
    m_moment = moment;
    if (!m_data)
        return;
    showMoment();
    askForScene();
}

void TopologyView::showChange(int row)
{
    const base::Timestamp at = m_changes->change(row).at;
    m_moment = at;
    workspace().time.goTo(at);
    choose(at);
}

void TopologyView::step(int by)
{
    if (!m_data)
        return;
    const int last = m_changes->rowAt(moment());
    int row = by > 0 ? last + 1 : last;
    // Back from a change is before all that happened at its moment; from between two changes, to the one before.
    const auto isNow = [&](int at) { return m_changes->change(at).at >= moment(); };
    while (by < 0 && row >= 0 && isNow(row))
        --row;
    if (row >= 0 && row < m_changes->rowCount())
        showChange(row);
}

/// At the last change of what is visible, from its first one on.
void TopologyView::startPlaying()
{
    const base::TimeRange& visible = workspace().time.visible();
    const int next = m_changes->rowAt(moment()) + 1;
    if (next >= m_changes->rowCount() || !visible.contains(m_changes->change(next).at))
        choose(visible.begin);
}

void TopologyView::playNext()
{
    const int next = m_changes->rowAt(moment()) + 1;
    if (next < m_changes->rowCount() && workspace().time.visible().contains(m_changes->change(next).at))
        showChange(next);
    else
        m_timeBar->stop();
}

/// Slider, text and table say what moment() says.
void TopologyView::showMoment()
{
    if (!m_data)
        return;
    const base::Timestamp at = moment();
    m_timeBar->slider().setMoment(workspace().time.visible(), at);
    const int row = m_changes->rowAt(at);
    m_timeBar->setText(Tr::tr("%1, change %2 of %3")
                           .arg(toQString(workspace().time.text(at)))
                           .arg(row + 1)
                           .arg(m_changes->rowCount()));
    m_isFollowing = true;
    if (row >= 0)
        m_table->setCurrentIndex(m_changes->index(row, 0));
    else
        m_table->selectionModel()->clear();
    m_isFollowing = false;
}

void TopologyView::askForScene()
{
    m_sceneTicket = workspace().reader.ask(
        this,
        [data = m_data, at = moment()](const storage::Store&, const model::Stop&) -> base::Result<MapScene> {
            return sceneAt(*data, at);
        },
        [this](base::Result<MapScene> scene) {
            if (scene)
                showScene(std::move(*scene));
        });
}

void TopologyView::showScene(MapScene scene)
{
    m_scene = std::move(scene);
    m_map->setDiagram(m_scene->picture.diagram, m_scene->placement);
    applyTraffic();
    applyFilter();
    showDetails();
    m_table->scrollTo(m_table->currentIndex());
    pointAgain();
}

void TopologyView::askForTraffic()
{
    if (!m_data)
        return;
    m_trafficTicket = workspace().reader.ask(
        this,
        [data = m_data, range = workspace().time.visible()](const storage::Store& store, const model::Stop& stop) {
            return readTraffic(store, *data, range, stop);
        },
        [this](base::Result<Traffic> traffic) {
            m_trafficError = traffic ? QString() : toQString(traffic.error().text());
            m_traffic = traffic ? std::move(*traffic) : Traffic();
            applyTraffic();
            showDetails();
        });
}

void TopologyView::applyTraffic()
{
    if (!m_scene)
        return;
    m_map->setWeights(weightsOf(*m_scene, m_traffic));
    m_map->setRemarks(trafficRemarks());
}

QStringList TopologyView::trafficRemarks() const
{
    double heaviest = 0;
    int unknown = 0;
    for (const auto& device : m_scene->lineDevices) {
        const auto found = device ? m_traffic.find(*device) : m_traffic.end();
        if (found == m_traffic.end())
            ++unknown;
        else
            heaviest = std::max(heaviest, found->second.both());
    }
    if (!m_trafficError.isEmpty())
        return {m_trafficError};
    if (heaviest == 0)
        return {Tr::tr("All lines are thin: no traffic of their devices is known in the visible range.")};
    QString text = Tr::tr("Width: what a line's port carried in the visible range, at most %1.")
                       .arg(toQString(chart::formatBits(heaviest)));
    if (unknown > 0)
        text += QLatin1Char(' ') + Tr::tr("Thin: %1 of %2 lines have no device whose traffic is known.")
                                       .arg(unknown)
                                       .arg(m_scene->lineDevices.size());
    return {text};
}

void TopologyView::applyFilter()
{
    if (!m_scene)
        return;
    // VLANs are drawn by lines, which tells more than the devices that they were seen at.
    const scope::Scope& scope = workspace().filter.scope();
    MapFilter filter = m_filterBar->filter();
    filter.devices = scope.vlans && workspace().filter.subjects().size() == 1 ? scope::Rows() : scope.devices;
    const kit::Emphasis emphasis = emphasisOf(*m_data, *m_scene, filter);
    m_filterBar->showFound(std::ranges::count(emphasis.foundBoxes, true),
                           std::ranges::count(emphasis.foundLines, true));
    m_map->setEmphasis(emphasis);
}

/// The box or line after the chosen one that the text is found in.
void TopologyView::findNext()
{
    using Item = kit::DiagramView::Item;
    std::vector<Item> found;
    const kit::Emphasis& emphasis = m_map->emphasis();
    for (std::size_t box = 0; box < emphasis.foundBoxes.size(); ++box)
        if (emphasis.foundBoxes[box])
            found.push_back({Item::Kind::Box, box});
    for (std::size_t line = 0; line < emphasis.foundLines.size(); ++line)
        if (emphasis.foundLines[line])
            found.push_back({Item::Kind::Line, line});
    if (found.empty())
        return;
    const auto& current = m_map->current();
    const auto at = current ? std::ranges::find(found, *current) : found.end();
    m_map->setCurrent(at == found.end() || at + 1 == found.end() ? found.front() : *(at + 1));
}

void TopologyView::showDetails()
{
    const auto& current = m_map->current();
    if (!m_scene || !current) {
        m_details->setSections({});
        return;
    }
    const bool isBox = current->kind == kit::DiagramItem::Kind::Box;
    m_details->setSections(isBox ? detailsOfBox(*m_data, *m_scene, current->index, m_traffic, workspace().time)
                                 : detailsOfLine(*m_data, *m_scene, current->index, m_traffic, workspace().time));
}

void TopologyView::renderTo(QPainter& painter, const QSize& size)
{
    if (m_content->isNotice()) {
        View::renderTo(painter, size);
        return;
    }
    const kit::Theme theme(palette());
    const double scale = kit::pictureScale(size);
    painter.fillRect(QRect(QPoint(), size), theme.ground());
    painter.save();
    painter.scale(scale, scale);
    painter.setPen(theme.text());
    painter.setFont(font());
    painter.drawText(QRectF(16, 0, size.width() / scale - 32, kHeadingHeight), Qt::AlignLeft | Qt::AlignVCenter,
                     Tr::tr("Virtual topology at %1").arg(m_timeBar->text()));
    painter.restore();
    painter.save();
    painter.translate(0, kHeadingHeight * scale);
    m_map->renderTo(painter, QSizeF(size.width(), size.height() - kHeadingHeight * scale));
    painter.restore();
}

QString TopologyView::csv() const
{
    return m_changes->csv();
}

kit::View* create(kit::Workspace& workspace)
{
    return new TopologyView(workspace);
}

} // namespace vnscope::views::widgets::topology
