// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/detail_tree.hpp"

#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::topology {

DetailTree::DetailTree(QWidget* parent) : QTreeWidget(parent)
{
    setAccessibleName(Tr::tr("Details of what is chosen"));
    setColumnCount(2);
    setHeaderLabels({Tr::tr("Field"), Tr::tr("Value")});
    setIndentation(14);
    setMinimumWidth(240);
}

void DetailTree::setSections(const std::vector<DetailSection>& sections)
{
    clear();
    if (sections.empty()) {
        new QTreeWidgetItem(this, {Tr::tr("Choose a box or a line.")});
        setFirstColumnSpanned(0, {}, true);
        return;
    }
    for (const DetailSection& section : sections) {
        auto* top = new QTreeWidgetItem(this, {section.title});
        top->setFirstColumnSpanned(true);
        QFont bold = font();
        bold.setBold(true);
        top->setFont(0, bold);
        for (const auto& [name, value] : section.fields)
            new QTreeWidgetItem(top, {name, value});
        top->setExpanded(true);
    }
    resizeColumnToContents(0);
}

} // namespace vnscope::views::widgets::topology
