// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/filter_line.hpp"

#include <algorithm>
#include <utility>

#include <QAbstractItemView>
#include <QPainter>

#include "views/filter/completion.hpp"
#include "views/widgets/kit/theme.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::kit {
namespace {

QString textOf(const filter::Problem& problem)
{
    using Kind = filter::Problem::Kind;
    const QString column = printable(problem.column);
    switch (problem.kind) {
    case Kind::Brackets: return Tr::tr("filters have no brackets: conditions are joined by && only");
    case Kind::NoColumn: return Tr::tr("the name of a column is missing here");
    case Kind::UnknownColumn: return Tr::tr("there is no column “%1”").arg(column);
    case Kind::NotCompared:
        return Tr::tr("! stands before a column alone; to compare, use != or !~, or turn the sign round");
    case Kind::OpenQuote: return Tr::tr("the quote that ends this text is missing");
    case Kind::NoValue: return Tr::tr("a value to compare “%1” with is missing here").arg(column);
    case Kind::NoNumber: return Tr::tr("“%1” has numbers, and this is none").arg(column);
    case Kind::Alternatives: return Tr::tr("conditions cannot be joined by “or”: all must hold, joined by &&");
    case Kind::NotJoined: break;
    }
    return Tr::tr("&& is missing before this");
}

} // namespace

FilterLine::FilterLine(filter::Language language, QWidget* parent)
    : QLineEdit(parent),
      m_language(std::move(language)),
      m_words(new QStringListModel(this)),
      m_completer(new QCompleter(m_words, this))
{
    setAccessibleName(Tr::tr("Filter"));
    setClearButtonEnabled(true);
    // The completer is not the line's own: that one would replace the whole text.
    m_completer->setWidget(this);
    m_completer->setCompletionMode(QCompleter::UnfilteredPopupCompletion);
    connect(m_completer, qOverload<const QString&>(&QCompleter::activated), this, &FilterLine::complete);
    connect(this, &QLineEdit::textChanged, this, &FilterLine::check);
    connect(this, &QLineEdit::textEdited, this, &FilterLine::propose);
    connect(this, &QLineEdit::returnPressed, this, &FilterLine::apply);
}

void FilterLine::check()
{
    auto parsed = filter::parse(text().toStdString(), m_language);
    m_problem = parsed ? std::nullopt : std::optional(parsed.error());
    m_conditions = parsed ? std::move(*parsed) : filter::Conditions();
    update();
    emit checked();
    if (text().isEmpty())
        emit applied(m_conditions);
}

void FilterLine::applyText(const QString& text)
{
    setText(text);
    check();
    apply();
}

void FilterLine::apply()
{
    // Enter chooses a proposal where one is marked.
    const QAbstractItemView* popup = m_completer->popup();
    if (popup->isVisible() && popup->currentIndex().isValid())
        return;
    m_completer->popup()->hide();
    if (!m_problem)
        emit applied(m_conditions);
}

void FilterLine::propose()
{
    const QByteArray before = text().left(cursorPosition()).toUtf8();
    const filter::Completion completion =
        filter::complete(text().toStdString(), static_cast<std::size_t>(before.size()), m_language);
    QStringList words;
    for (const std::string& word : completion.words)
        words.push_back(toQString(word));
    m_words->setStringList(words);
    if (words.isEmpty() || text().isEmpty())
        m_completer->popup()->hide();
    else
        m_completer->complete();
}

void FilterLine::complete(const QString& word)
{
    const QByteArray before = text().left(cursorPosition()).toUtf8();
    const filter::Completion completion =
        filter::complete(text().toStdString(), static_cast<std::size_t>(before.size()), m_language);
    setSelection(positionOf(completion.begin), positionOf(completion.end) - positionOf(completion.begin));
    insert(word + QLatin1Char(' '));
}

QString FilterLine::problemText() const
{
    if (!m_problem)
        return {};
    return Tr::tr("At character %1: %2").arg(positionOf(m_problem->begin) + 1).arg(textOf(*m_problem));
}

int FilterLine::positionOf(std::size_t byte) const
{
    return static_cast<int>(QString::fromUtf8(text().toUtf8().left(static_cast<qsizetype>(byte))).size());
}

int FilterLine::xOf(int position) const
{
    const auto advance = [this](int characters) { return fontMetrics().horizontalAdvance(text().left(characters)); };
    return cursorRect().center().x() + advance(position) - advance(cursorPosition());
}

void FilterLine::paintEvent(QPaintEvent* event)
{
    QLineEdit::paintEvent(event);
    if (!m_problem)
        return;
    const int left = xOf(positionOf(m_problem->begin));
    const int right = std::max(xOf(positionOf(m_problem->end)), left + 8);
    QPainter painter(this);
    painter.setClipRect(contentsRect().adjusted(2, 0, -2, 0));
    painter.setPen(QPen(Theme(palette()).alarm(), 2));
    const int y = (height() + fontMetrics().height()) / 2;
    painter.drawLine(left, y, right, y);
}

} // namespace vnscope::views::widgets::kit
