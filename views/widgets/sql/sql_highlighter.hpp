// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSyntaxHighlighter>

namespace vnscope::views::widgets::sql {

/// Keywords, texts, numbers and comments of SQL, told apart by weight and slant as well as by colour.
class SqlHighlighter final : public QSyntaxHighlighter {
    Q_OBJECT

public:
    SqlHighlighter(QTextDocument* document, const QPalette& palette);

protected:
    void highlightBlock(const QString& text) override;

private:
    QTextCharFormat m_keyword;
    QTextCharFormat m_text;
    QTextCharFormat m_number;
    QTextCharFormat m_comment;
};

} // namespace vnscope::views::widgets::sql
