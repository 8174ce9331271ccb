// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/streams/streams_view.hpp"

#include <algorithm>

#include <QVBoxLayout>

#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::streams {
namespace {

constexpr std::size_t kFirst = 0;
constexpr std::size_t kDuration = 1;

storage::Select source()
{
    return {"stream_total",
            {"first_ns", "duration_ns", "protocol", "addr_a", "port_a", "addr_b", "port_b", "packets", "bytes",
             "bytes_ab", "bytes_ba", "rate_ab_bps", "rate_ba_bps", "retransmissions", "packets_ab", "packets_ba",
             "origin", "continued", "stream_id"},
            {},
            {"-bytes", "stream_id"},
            -1};
}

} // namespace

StreamsView::StreamsView(kit::Workspace& workspace)
    : View(workspace), m_panel(new kit::TablePanel(workspace, source())), m_content(new kit::WithNotice(m_panel))
{
    setAccessibleName(Tr::tr("Streams"));
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
