// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/streams/streams_view.hpp"

#include <algorithm>

#include <QVBoxLayout>

#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::streams {
namespace {

constexpr std::size_t kFirst = 0;
constexpr std::size_t kDuration = 1;
constexpr std::size_t kStreamId = 18;
constexpr std::size_t kLabel = 19;

storage::Select source()
{
    return {"stream_total",
            {"first_ns",   "duration_ns", "protocol", "addr_a",    "port_a",      "addr_b",      "port_b",
             "packets",    "bytes",       "bytes_ab", "bytes_ba",  "rate_ab_bps", "rate_ba_bps", "retransmissions",
             "packets_ab", "packets_ba",  "origin",   "continued", "stream_id",   "label"},
            {},
            {"-bytes", "stream_id"},
            -1};
}

} // namespace

StreamsView::StreamsView(kit::Workspace& workspace)
    : View(workspace), m_panel(new kit::TablePanel(workspace, source())), m_content(new kit::WithNotice(m_panel))
{
    setAccessibleName(Tr::tr("Streams"));
    setFocusProxy(&m_panel->table());
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    connect(m_panel, &kit::TablePanel::counted, this, [this] {
        if (m_panel->rows().total() == 0)
            m_content->showNotice(kit::toQString(this->workspace().session.whyEmpty("streams")));
    });
    connect(m_panel, &kit::TablePanel::failed, this, [this](const QString& reason) {
        if (!m_panel->rows().total())
            m_content->showNotice(reason);
    });
    connect(m_panel, &kit::TablePanel::rowChosen, this, &StreamsView::selectTime);
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &StreamsView::followFilter);
    new kit::SubjectMenu(workspace, m_panel->table().viewport(),
                         [this](const std::optional<QPoint>& at) -> std::optional<scope::Subject> {
                             const auto* cells = m_panel->cellsAt(at);
                             if (cells == nullptr)
                                 return std::nullopt;
                             return scope::Subject{scope::Subject::Kind::Stream, cells->at(kStreamId).integer(),
                                                   cells->at(kLabel).text()};
                         });
    m_panel->hideColumns({"packets_ab", "packets_ba", "origin", "continued", "stream_id", "label"});
    followFilter();
}

void StreamsView::followFilter()
{
    std::vector<storage::Select::Condition> scope;
    scope::narrow(scope, "stream_id", workspace().filter.scope().streams);
    m_panel->setScope(std::move(scope));
}

bool StreamsView::isNarrowed() const
{
    return workspace().filter.scope().streams.has_value();
}

bool StreamsView::showSubject(const scope::Subject& subject)
{
    if (subject.kind == scope::Subject::Kind::Stream)
        m_panel->filterLine().applyText(QStringLiteral("stream_id == %1").arg(subject.id));
    return true;
}

void StreamsView::selectTime(const std::vector<storage::Value>& cells)
{
    const base::Timestamp first{cells.at(kFirst).integer()};
    // A conversation of one packet lasts no time and could not be selected.
    const base::Nanoseconds length = std::max<base::Nanoseconds>(cells.at(kDuration).integer(), 1);
    workspace().time.select(base::TimeRange{first, first + length});
}

kit::View* create(kit::Workspace& workspace)
{
    return new StreamsView(workspace);
}

} // namespace vnscope::views::widgets::streams
