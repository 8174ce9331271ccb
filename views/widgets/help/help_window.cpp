// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/help/help_window.hpp"

#include <algorithm>

#include <QImage>
#include <QScrollBar>
#include <QShortcut>
#include <QSplitter>
#include <QTextBlock>
#include <QTextDocument>
#include <QVBoxLayout>

#include "views/widgets/kit/tr.hpp"

// Static libraries drop resources that nobody asks for; the macro has to stand outside of namespaces.
static void makeGuideAvailable()
{
    Q_INIT_RESOURCE(help);
}

namespace vnscope::views::widgets::help {
namespace {

constexpr int kPosition = Qt::UserRole; ///< Of a heading in the text.
constexpr int kPageWidth = 680;         ///< Pixels.
constexpr int kDeepest = 3;             ///< Level of headings that are listed.

/// Shows pictures as wide as a page.
class GuideBrowser final : public QTextBrowser {
public:
    QVariant loadResource(int type, const QUrl& name) override
    {
        QVariant read = QTextBrowser::loadResource(type, name);
        if (type != QTextDocument::ImageResource)
            return read;
        const QImage image =
            read.typeId() == QMetaType::QByteArray ? QImage::fromData(read.toByteArray()) : read.value<QImage>();
        return image.width() > kPageWidth ? image.scaledToWidth(kPageWidth, Qt::SmoothTransformation) : image;
    }
};

} // namespace

HelpWindow::HelpWindow(QWidget* parent)
    : QWidget(parent, Qt::Window), m_text(new GuideBrowser), m_headings(new QListWidget), m_search(new QLineEdit)
{
    makeGuideAvailable();
    setWindowTitle(Tr::tr("User guide – vnscope"));
    m_text->setAccessibleName(Tr::tr("User guide"));
    m_text->setOpenExternalLinks(true);
    m_text->setSource(QUrl(QStringLiteral("qrc:/help/user-guide.md")), QTextDocument::MarkdownResource);
    m_headings->setAccessibleName(Tr::tr("Headings of the user guide"));
    m_search->setAccessibleName(Tr::tr("Search the user guide"));
    m_search->setPlaceholderText(Tr::tr("Search, Enter for the next place"));
    m_search->setClearButtonEnabled(true);
    auto* both = new QSplitter;
    both->addWidget(m_headings);
    both->addWidget(m_text);
    both->setStretchFactor(1, 1);
    both->setSizes({240, 760});
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(m_search);
    layout->addWidget(both, 1);
    resize(QSize(1000, 720));
    fillHeadings();
    connect(m_headings, &QListWidget::currentItemChanged, this, [this](const QListWidgetItem* item) {
        if (item != nullptr)
            scrollTo(item->data(kPosition).toInt());
    });
    connect(m_search, &QLineEdit::returnPressed, this, &HelpWindow::findNext);
    connect(new QShortcut(QKeySequence::Find, this), &QShortcut::activated, m_search, qOverload<>(&QWidget::setFocus));
    connect(new QShortcut(QKeySequence(Qt::Key_Escape), this), &QShortcut::activated, this, &QWidget::close);
}

void HelpWindow::fillHeadings()
{
    for (QTextBlock block = m_text->document()->begin(); block.isValid(); block = block.next()) {
        const int level = block.blockFormat().headingLevel();
        if (level < 1 || level > kDeepest)
            continue;
        auto* item = new QListWidgetItem(QString(2 * (level - 1), QLatin1Char(' ')) + block.text(), m_headings);
        item->setData(kPosition, block.position());
    }
}

void HelpWindow::scrollTo(int position)
{
    QTextCursor cursor(m_text->document());
    cursor.setPosition(position);
    m_text->setTextCursor(cursor);
    m_text->verticalScrollBar()->setValue(m_text->verticalScrollBar()->value() + m_text->cursorRect().top());
}

void HelpWindow::showHeading(const QString& text)
{
    for (int row = 0; row < m_headings->count(); ++row)
        if (m_headings->item(row)->text().trimmed() == text)
            m_headings->setCurrentRow(row);
}

/// From the cursor on, and on from the begin after the end.
void HelpWindow::findNext()
{
    if (m_text->find(m_search->text()))
        return;
    m_text->moveCursor(QTextCursor::Start);
    m_text->find(m_search->text());
}

} // namespace vnscope::views::widgets::help
