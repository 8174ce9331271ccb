// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/events/events_view.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <QFrame>
#include <QHeaderView>
#include <QVBoxLayout>

#include "views/widgets/events/time_rows.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::events {
namespace {

constexpr std::size_t kTime = 1;

/// What an event may be about: its number, and its name.
struct SubjectColumns {
    scope::Subject::Kind kind;
    const char* id;
    const char* label;
};
constexpr std::array<SubjectColumns, 3> kSubjectColumns{{{scope::Subject::Kind::Device, "device_id", "device"},
                                                         {scope::Subject::Kind::Stream, "stream_id", "stream"},
                                                         {scope::Subject::Kind::Function, "function_id", "function"}}};

/// Who drags or zooms is followed when he pauses.
constexpr int kRestMs = 150;

/// A column that says the same in every row would only take room from the fields.
storage::Select source(bool hasSeveralHosts)
{
    storage::Select select{"event_list",
                           {"event_id", "ts_ns", "cpu", "event", "device", "device_id", "stream", "stream_id",
                            "function", "function_id", "function_key", "length", "skb", "fields"},
                           {},
                           {"event_id"},
                           -1};
    if (hasSeveralHosts)
        select.columns.insert(select.columns.begin() + kTime + 1, "host");
    return select;
}

std::vector<storage::Select::Condition> conditionsOf(const IdSpan& span)
{
    std::vector<storage::Select::Condition> conditions;
    if (!span.begin)
        conditions.push_back({"event_id", "<", 0}); // No event is that late.
    else
        conditions.push_back({"event_id", ">=", *span.begin});
    if (span.end)
        conditions.push_back({"event_id", "<", *span.end});
    return conditions;
}

} // namespace

EventsView::EventsView(kit::Workspace& workspace)
    : View(workspace),
      m_panel(new kit::TablePanel(workspace, source(workspace.session.context().hosts().size() > 1))),
      m_details(new QPlainTextEdit),
      m_content(new kit::WithNotice(tableWithDetails())),
      m_remark(new QLabel),
      m_visibleOnly(new QToolButton)
{
    setAccessibleName(Tr::tr("Events"));
    m_panel->rows().showExactTimes();
    m_panel->makeRoom("event", QStringLiteral("net_if_receive_skb_entry"));
    m_panel->makeRoom("device", QStringLiteral("veth01234567"));
    m_panel->makeRoom("skb", QStringLiteral("0xffff888102345678"));
    m_panel->table().horizontalHeader()->setStretchLastSection(true);
    m_panel->hideColumns(
        {"device_id", "stream", "stream_id", "function", "function_id", "function_key"}); // For filters and the menu.
    m_panel->filterLine().setPlaceholderText(
        Tr::tr("e.g. %1").arg(QStringLiteral("event == net_dev_xmit && device == eth0 && fields ~ \"rc=\"")));
    makeTools();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_remark);
    layout->addWidget(m_content, 1);
    connect(m_panel, &kit::TablePanel::counted, this, [this] {
        if (m_panel->rows().total() == 0)
            m_content->showNotice(kit::toQString(this->workspace().session.whyEmpty("events")));
        followSelection();
    });
    connect(m_panel, &kit::TablePanel::failed, this, [this](const QString& reason) {
        const model::Session& session = this->workspace().session;
        if (!session.store().hasTable("event_list")) // Written by a version that had none.
            m_content->showNotice(kit::toQString(session.whyEmpty("events")));
        else if (!m_panel->rows().total())
            m_content->showNotice(reason);
    });
    connect(&m_panel->rows(), &QAbstractItemModel::dataChanged, this, [this] {
        if (m_isWaiting)
            selectTime();
    });
    connect(m_panel, &kit::TablePanel::rowChosen, this, [this](const std::vector<storage::Value>& cells) {
        showDetails(cells);
        selectTime();
    });
    connect(&m_panel->rows(), &QAbstractItemModel::modelReset, m_details, &QPlainTextEdit::clear);
    connect(&workspace.time, &model::TimeController::selectionChanged, this, &EventsView::followSelection);
    connect(&workspace.time, &model::TimeController::visibleChanged, this, [this] {
        if (m_visibleOnly->isChecked())
            m_narrowing.start();
    });
    m_narrowing.setSingleShot(true);
    m_narrowing.setInterval(kRestMs);
    connect(&m_narrowing, &QTimer::timeout, this, &EventsView::followVisible);
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &EventsView::narrow);
    makeMenu();
    narrow();
    askForRemark();
}

QWidget* EventsView::tableWithDetails()
{
    constexpr int kLines = 3;
    m_details->setAccessibleName(Tr::tr("Fields of the chosen event"));
    m_details->setPlaceholderText(Tr::tr("An event that is chosen shows all its fields here."));
    m_details->setReadOnly(true);
    m_details->setTabChangesFocus(true);
    m_details->setFrameShape(QFrame::NoFrame);
    // A list of packet ids has no blanks to break lines at.
    m_details->setWordWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    m_details->setFixedHeight(kLines * m_details->fontMetrics().lineSpacing() + 12);
    auto* both = new QWidget;
    auto* layout = new QVBoxLayout(both);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(1);
    layout->addWidget(m_panel, 1);
    layout->addWidget(m_details);
    return both;
}

void EventsView::showDetails(const std::vector<storage::Value>& cells)
{
    m_details->setPlainText(kit::printable(cells.at(columnOf("event")).text()) + QStringLiteral(": ") +
                            kit::printable(cells.at(columnOf("fields")).text()));
}

std::size_t EventsView::columnOf(const char* name) const
{
    const auto& columns = m_panel->rows().columns();
    return static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin());
}

void EventsView::makeTools()
{
    m_remark->setTextFormat(Qt::PlainText);
    m_remark->setWordWrap(true);
    m_remark->setContentsMargins(8, 4, 8, 0);
    m_remark->hide();
    m_visibleOnly->setText(Tr::tr("Only &visible time"));
    m_visibleOnly->setToolTip(Tr::tr("Show the events of the time that the other views show, and no others"));
    m_visibleOnly->setCheckable(true);
    connect(m_visibleOnly, &QToolButton::toggled, this, &EventsView::followVisible);
    m_panel->addTool(m_visibleOnly);
}

/// One event selects its moment, several the time from the first to the last.
void EventsView::selectTime()
{
    std::optional<base::TimeRange> chosen;
    m_isWaiting = false;
    for (const QItemSelectionRange& range : m_panel->table().selectionModel()->selection()) {
        for (const int row : {range.top(), range.bottom()}) {
            const auto* cells = m_panel->rows().row(row);
            if (cells == nullptr) {
                m_isWaiting = true; // Asked for; the model tells when it is here.
                continue;
            }
            const base::Timestamp time{cells->at(kTime).integer()};
            chosen = chosen ? base::TimeRange{std::min(chosen->begin, time), std::max(chosen->end, time + 1)}
                            : base::TimeRange{time, time + 1};
        }
    }
    if (m_isWaiting || !chosen)
        return;
    m_isChoosing = true;
    workspace().time.select(chosen);
    m_isChoosing = false;
}

void EventsView::followSelection()
{
    const model::RowModel& rows = m_panel->rows();
    const auto& selection = workspace().time.selection();
    if (m_isChoosing || !selection || !rows.keys().isKnown() || rows.select().orderBy.front().starts_with('-'))
        return;
    m_finding = workspace().reader.ask(
        this,
        [range = *selection, select = rows.select(), keys = rows.keys(),
         count = rows.matching().value_or(0)](const storage::Store& store, const model::Stop& stop) {
            return rowsIn(range, select, keys, count, store, stop);
        },
        [this](base::Result<RowSpan> found) {
            if (found)
                m_panel->showRows(found->first, found->count);
        });
}

void EventsView::followVisible()
{
    const model::TimeController& time = workspace().time;
    if (!m_visibleOnly->isChecked() || time.visible() == time.whole()) {
        m_asking.cancel();
        m_visible.clear();
        narrow();
        return;
    }
    m_asking = workspace().reader.ask(
        this,
        [range = time.visible()](const storage::Store& store, const model::Stop& stop) {
            return eventsIn(range, store, stop);
        },
        [this](base::Result<IdSpan> span) {
            if (!span)
                return;
            m_visible = conditionsOf(*span);
            narrow();
        });
}

/// To the visible time, and to what all views are narrowed to.
void EventsView::narrow()
{
    std::vector<storage::Select::Condition> scope = m_visible;
    const scope::Scope& left = workspace().filter.scope();
    scope::narrow(scope, "device_id", left.eventDevices);
    scope::narrow(scope, "stream_id", left.eventStreams);
    scope::narrow(scope, "function_key", left.eventFunctions);
    m_panel->setScope(std::move(scope));
}

bool EventsView::isNarrowed() const
{
    const scope::Scope& left = workspace().filter.scope();
    return left.eventDevices || left.eventStreams || left.eventFunctions;
}

bool EventsView::showSubject(const scope::Subject& subject)
{
    for (const auto& [kind, id, label] : kSubjectColumns)
        if (kind == subject.kind)
            m_panel->filterLine().applyText(QStringLiteral("%1 == %2").arg(QLatin1String(id)).arg(subject.id));
    return true;
}

/// The device, the stream and the network function of the event at a place, as far as it has them.
std::vector<scope::Subject> EventsView::subjectsAt(const std::optional<QPoint>& at) const
{
    std::vector<scope::Subject> found;
    const auto* cells = m_panel->cellsAt(at);
    for (const auto& [kind, id, label] : kSubjectColumns)
        if (cells != nullptr && !cells->at(columnOf(id)).isNull())
            found.push_back({kind, cells->at(columnOf(id)).integer(), cells->at(columnOf(label)).text()});
    return found;
}

void EventsView::makeMenu()
{
    new kit::SubjectMenu(workspace(), m_panel->table().viewport(),
                         [this](const std::optional<QPoint>& at) { return subjectsAt(at); });
}

void EventsView::askForRemark()
{
    m_remarking = workspace().reader.ask(
        this,
        [](const storage::Store& store, const model::Stop& stop) {
            return store.read({"data_quality", {"message", "advice"}, {{"kind", "=", "events_not_kept"}}, {}, 1}, stop);
        },
        [this](base::Result<storage::Table> table) {
            if (!table || table->rows.empty())
                return;
            m_remark->setText(kit::toQString(table->rows[0][0].text() + ' ' + table->rows[0][1].text()));
            m_remark->show();
        });
}

kit::View* create(kit::Workspace& workspace)
{
    return new EventsView(workspace);
}

} // namespace vnscope::views::widgets::events
