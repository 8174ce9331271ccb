// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/diagram_foot.hpp"

#include "views/widgets/kit/diagram_camera.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

constexpr double kRemarkHeight = 17;

} // namespace

DiagramFoot::DiagramFoot(const diagram::Diagram& diagram, const QStringList& remarks, double width)
    : m_width(width - 2 * kDiagramMargin), m_legend(makeLegend(diagram, m_width))
{
    for (const std::string& remark : diagram.remarks)
        m_remarks.push_back(printable(remark));
    m_remarks += remarks;
}

double DiagramFoot::height() const
{
    return m_legend.height + static_cast<double>(m_remarks.size()) * kRemarkHeight + kDiagramMargin;
}

void DiagramFoot::paint(DiagramPainter& painter, double top) const
{
    top += kDiagramMargin / 2;
    painter.paintLegend(m_legend, {kDiagramMargin, top});
    top += m_legend.height;
    for (const QString& remark : m_remarks) {
        painter.paintRemark(remark, {kDiagramMargin, top}, m_width);
        top += kRemarkHeight;
    }
}

} // namespace vnscope::views::widgets::kit
