// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/sql/schema_browser.hpp"

#include <QVBoxLayout>

#include "storage/store.hpp"
#include "views/widgets/kit/theme.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::sql {
namespace {

constexpr int kComment = Qt::UserRole;
constexpr int kMargin = 6;
constexpr int kLines = 7; ///< Room for the longest comment, so that choosing tables moves nothing.

/// As plain text: comments come from a file.
QString escapedTip(const QString& text)
{
    return QStringLiteral("<p>") + text.toHtmlEscaped() + QStringLiteral("</p>");
}

} // namespace

SchemaBrowser::SchemaBrowser(const storage::Store& store, QWidget* parent)
    : QWidget(parent), m_tree(new QTreeWidget), m_description(new QLabel)
{
    m_tree->setAccessibleName(Tr::tr("Tables"));
    m_tree->setHeaderLabel(Tr::tr("Table"));
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setExpandsOnDoubleClick(false);
    m_description->setAccessibleName(Tr::tr("What one row of the table is"));
    m_description->setTextFormat(Qt::PlainText);
    m_description->setWordWrap(true);
    m_description->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    m_description->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_description->setMargin(kMargin);
    m_description->setMinimumHeight(kLines * fontMetrics().lineSpacing() + 2 * kMargin);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_tree, 1);
    layout->addWidget(m_description);
    connect(m_tree, &QTreeWidget::currentItemChanged, this, &SchemaBrowser::describe);
    connect(m_tree, &QTreeWidget::itemActivated, this,
            [this](QTreeWidgetItem* item) { emit nameChosen(item->text(0)); });
    fill(store);
}

void SchemaBrowser::fill(const storage::Store& store)
{
    const auto tables = store.tables();
    if (!tables) {
        m_description->setText(kit::toQString(tables.error().text()));
        return;
    }
    for (const storage::TableInfo& info : *tables) {
        const QString comment = kit::printable(info.comment);
        auto* table = new QTreeWidgetItem(m_tree, {kit::toQString(info.name)});
        table->setData(0, kComment, comment);
        table->setToolTip(0, escapedTip(comment));
        for (const std::string& column : info.columns)
            new QTreeWidgetItem(table, {kit::toQString(column)});
    }
    m_tree->setCurrentItem(m_tree->topLevelItem(0));
}

void SchemaBrowser::describe(const QTreeWidgetItem* item)
{
    const QTreeWidgetItem* table = item != nullptr && item->parent() != nullptr ? item->parent() : item;
    m_description->setText(table == nullptr ? QString() : table->data(0, kComment).toString());
}

} // namespace vnscope::views::widgets::sql
