// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/sql/sql_highlighter.hpp"

#include <QRegularExpression>

#include "views/widgets/kit/theme.hpp"

namespace vnscope::views::widgets::sql {
namespace {

/// A block ends inside of a comment that goes on in the next line.
constexpr int kInComment = 1;

/// One alternative for each kind, in the order of the groups: comment, begin of a long comment, text, number, keyword.
const QRegularExpression& pieces()
{
    static const QRegularExpression kPieces(
        QStringLiteral(R"((--[^\n]*)|(/\*)|('(?:[^']|'')*'?)|\b(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|0x[0-9a-fA-F]+)\b|)"
                       R"(\b(all|and|as|asc|between|by|case|cast|cross|desc|distinct|else|end|except|exists|explain|)"
                       R"(filter|from|glob|group|having|in|inner|intersect|is|join|left|like|limit|natural|not|null|)"
                       R"(nulls|offset|on|or|order|outer|over|partition|plan|pragma|query|recursive|select|then|)"
                       R"(union|using|values|when|where|window|with)\b)"),
        QRegularExpression::CaseInsensitiveOption);
    return kPieces;
}

} // namespace

SqlHighlighter::SqlHighlighter(QTextDocument* document, const QPalette& palette) : QSyntaxHighlighter(document)
{
    const kit::Theme theme(palette);
    m_keyword.setFontWeight(QFont::Bold);
    m_keyword.setForeground(theme.series(0));
    m_text.setForeground(theme.series(1));
    m_number.setForeground(theme.series(2));
    m_comment.setForeground(theme.faintText());
    m_comment.setFontItalic(true);
}

void SqlHighlighter::highlightBlock(const QString& text)
{
    static const QString kEnd = QStringLiteral("*/");
    qsizetype at = 0;
    bool isInComment = previousBlockState() == kInComment;
    setCurrentBlockState(0);
    while (at < text.size()) {
        if (isInComment) {
            const qsizetype end = text.indexOf(kEnd, at);
            const qsizetype next = end < 0 ? text.size() : end + kEnd.size();
            setFormat(static_cast<int>(at), static_cast<int>(next - at), m_comment);
            isInComment = end < 0;
            at = next;
            continue;
        }
        const QRegularExpressionMatch match = pieces().match(text, at);
        if (!match.hasMatch())
            break;
        isInComment = match.lastCapturedIndex() == 2;
        const std::array formats{&m_comment, &m_comment, &m_text, &m_number, &m_keyword};
        setFormat(static_cast<int>(match.capturedStart()), static_cast<int>(match.capturedLength()),
                  *formats.at(static_cast<std::size_t>(match.lastCapturedIndex() - 1)));
        at = match.capturedEnd();
    }
    if (isInComment)
        setCurrentBlockState(kInComment);
}

} // namespace vnscope::views::widgets::sql
