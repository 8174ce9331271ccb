// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/topology/filter_bar.hpp"

#include <algorithm>

#include <QHBoxLayout>

#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::topology {

FilterBar::FilterBar(QWidget* parent)
    : QWidget(parent), m_vlan(new QComboBox), m_search(new QLineEdit), m_found(new QLabel)
{
    m_vlan->addItem(Tr::tr("All"), 0);
    m_vlan->setAccessibleName(Tr::tr("VLAN to show"));
    auto* vlanLabel = new QLabel(Tr::tr("&VLAN:"));
    vlanLabel->setBuddy(m_vlan);
    m_search->setAccessibleName(Tr::tr("Search the map"));
    m_search->setPlaceholderText(Tr::tr("name, MAC or address"));
    m_search->setClearButtonEnabled(true);
    m_search->setMaximumWidth(260);
    auto* searchLabel = new QLabel(Tr::tr("&Search:"));
    searchLabel->setBuddy(m_search);
    m_found->setTextFormat(Qt::PlainText);
    connect(m_vlan, &QComboBox::currentIndexChanged, this, [this] { emit vlanChosen(m_vlan->currentData().toInt()); });
    connect(m_search, &QLineEdit::textChanged, this, &FilterBar::textChanged);
    connect(m_search, &QLineEdit::returnPressed, this, &FilterBar::nextAsked);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(8, 4, 8, 4);
    layout->addWidget(vlanLabel);
    layout->addWidget(m_vlan);
    layout->addWidget(searchLabel);
    layout->addWidget(m_search);
    layout->addWidget(m_found);
    layout->addStretch();
}

void FilterBar::addVlan(int vlan)
{
    m_vlan->addItem(QString::number(vlan), vlan);
}

void FilterBar::showVlan(int vlan)
{
    m_vlan->setCurrentIndex(std::max(0, m_vlan->findData(vlan)));
}

MapFilter FilterBar::filter() const
{
    return {m_vlan->currentData().toInt(), m_search->text().trimmed().toStdString(), {}};
}

void FilterBar::showFound(std::ptrdiff_t boxes, std::ptrdiff_t ports)
{
    m_found->setText(filter().text.empty() ? QString()
                                           : Tr::tr("Found: %1 as boxes, %2 as ports").arg(boxes).arg(ports));
}

} // namespace vnscope::views::widgets::topology
