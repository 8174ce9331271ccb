// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/notice.hpp"

#include <QVBoxLayout>

namespace vnscope::views::widgets::kit {

WithNotice::WithNotice(QWidget* content, QWidget* parent)
    : QWidget(parent), m_layout(new QStackedLayout(this)), m_text(new QLabel)
{
    m_text->setTextFormat(Qt::PlainText);
    m_text->setWordWrap(true);
    m_text->setAlignment(Qt::AlignCenter);
    m_text->setMargin(24);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_layout->addWidget(content);
    m_layout->addWidget(m_text);
}

void WithNotice::showContent()
{
    m_layout->setCurrentIndex(0);
}

void WithNotice::showNotice(const QString& text)
{
    m_text->setText(text);
    m_layout->setCurrentIndex(1);
}

bool WithNotice::isNotice() const
{
    return m_layout->currentIndex() == 1;
}

} // namespace vnscope::views::widgets::kit
