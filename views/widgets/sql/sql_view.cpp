// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/sql/sql_view.hpp"

#include <algorithm>
#include <utility>

#include <QApplication>
#include <QClipboard>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QMenu>
#include <QSettings>
#include <QShortcut>
#include <QSplitter>
#include <QVBoxLayout>

#include "views/chart/format.hpp"
#include "views/rows/csv_text.hpp"
#include "views/widgets/kit/theme.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/sql/bounded_rows.hpp"
#include "views/widgets/sql/examples.hpp"
#include "views/widgets/sql/sql_highlighter.hpp"

namespace vnscope::views::widgets::sql {
namespace {

using kit::toQString;

constexpr auto kHistoryKey = "sql/history";
constexpr int kMostHistory = 50;
constexpr int kMenuLetters = 90;
constexpr int kWidestColumn = 400;
constexpr int kSchemaWidth = 240;

} // namespace

SqlView::SqlView(kit::Workspace& workspace)
    : View(workspace),
      m_editor(new QPlainTextEdit),
      m_run(new QPushButton(Tr::tr("&Run"))),
      m_stop(new QPushButton(Tr::tr("S&top"))),
      m_historyButton(new QToolButton),
      m_schema(new SchemaBrowser(workspace.session.store())),
      m_table(new QTableView),
      m_result(new model::ResultModel(workspace.time, this)),
      m_message(new QLabel)
{
    setAccessibleName(Tr::tr("SQL"));
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_message->setContentsMargins(8, 4, 8, 4);
    makeResult();
    connect(m_schema, &SchemaBrowser::nameChosen, this, &SqlView::insert);
    auto* bottom = new QWidget;
    auto* below = new QVBoxLayout(bottom);
    below->setContentsMargins(0, 0, 0, 0);
    below->setSpacing(0);
    below->addWidget(m_message);
    below->addWidget(m_table, 1);
    auto* work = new QSplitter(Qt::Vertical);
    work->addWidget(makeTop());
    work->addWidget(bottom);
    work->setStretchFactor(1, 3);
    auto* sides = new QSplitter(Qt::Horizontal);
    sides->addWidget(m_schema);
    sides->addWidget(work);
    sides->setStretchFactor(1, 1);
    sides->setSizes({kSchemaWidth, 1280 - kSchemaWidth});
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(sides);
    const auto onKeys = [this](const QKeySequence& keys, QWidget* where, auto&& what) {
        connect(new QShortcut(keys, where, nullptr, nullptr, Qt::WidgetWithChildrenShortcut), &QShortcut::activated,
                this, what);
    };
    onKeys(QKeySequence(Qt::CTRL | Qt::Key_Return), this, [this] { run(); });
    onKeys(QKeySequence(Qt::CTRL | Qt::Key_Enter), this, [this] { run(); });
    onKeys(QKeySequence(Qt::Key_Escape), this, [this] { stop(); });
    onKeys(QKeySequence::Copy, m_table, [this] { copy(); });
    m_editor->setPlainText(toQString(examples().front().statement));
    start(m_editor->toPlainText());
}

QWidget* SqlView::makeTop()
{
    m_editor->setAccessibleName(Tr::tr("SQL statement"));
    m_editor->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    m_editor->setPlaceholderText(Tr::tr("One SQL statement that reads the store"));
    m_editor->setTabChangesFocus(true);
    m_editor->setFrameShape(QFrame::NoFrame);
    m_editor->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff); // Unshown, it takes every line for too many.
    new SqlHighlighter(m_editor->document(), palette());
    connect(m_run, &QPushButton::clicked, this, &SqlView::run);
    connect(m_stop, &QPushButton::clicked, this, &SqlView::stop);
    m_historyButton->setText(Tr::tr("&History"));
    m_historyButton->setPopupMode(QToolButton::InstantPopup);
    m_historyButton->setMenu(new QMenu(m_historyButton));
    connect(m_historyButton->menu(), &QMenu::aboutToShow, this, &SqlView::fillHistory);
    auto* exampleButton = new QToolButton;
    exampleButton->setText(Tr::tr("&Examples"));
    exampleButton->setPopupMode(QToolButton::InstantPopup);
    exampleButton->setMenu(makeExamples(exampleButton));
    auto* bar = new QHBoxLayout;
    bar->setContentsMargins(8, 4, 8, 4);
    bar->setSpacing(6);
    for (QWidget* button : {static_cast<QWidget*>(m_run), static_cast<QWidget*>(m_stop),
                            static_cast<QWidget*>(m_historyButton), static_cast<QWidget*>(exampleButton)})
        bar->addWidget(button);
    auto* hint = new QLabel(
        Tr::tr("Ctrl+Enter runs the statement, Esc stops it. A double click on a table or column inserts its name."));
    hint->setWordWrap(true);
    bar->addWidget(hint, 1);
    auto* top = new QWidget;
    auto* layout = new QVBoxLayout(top);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    layout->addWidget(m_editor, 1);
    layout->addLayout(bar);
    return top;
}

void SqlView::makeResult()
{
    m_table->setAccessibleName(Tr::tr("Result"));
    m_table->setModel(m_result);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->setTabKeyNavigation(false);
    m_table->setFrameShape(QFrame::NoFrame);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(m_table->fontMetrics().height() + 7);
    m_table->horizontalHeader()->setHighlightSections(false);
}

void SqlView::showEvent(QShowEvent* event)
{
    m_editor->setVerticalScrollBarPolicy(Qt::ScrollBarAsNeeded);
    View::showEvent(event);
}

void SqlView::insert(const QString& name)
{
    m_editor->insertPlainText(name + QLatin1Char(' '));
    m_editor->setFocus();
}

void SqlView::run()
{
    const QString statement = m_editor->toPlainText();
    if (statement.trimmed().isEmpty())
        return;
    remember(statement);
    start(statement);
}

void SqlView::start(const QString& statement)
{
    setRunning(true);
    say(Tr::tr("Running…"), false);
    m_clock.start();
    m_ticket = workspace().reader.ask(
        this,
        [statement = statement.toStdString()](const storage::Store& store,
                                              const model::Stop& stop) -> base::Result<Answer> {
            BoundedRows rows;
            if (auto done = store.query(statement, rows, stop); !done)
                return tl::unexpected(std::move(done).error());
            return Answer{std::move(rows.table()), rows.isCut()};
        },
        [this](base::Result<Answer> answer) { take(std::move(answer)); });
}

void SqlView::take(base::Result<Answer> answer)
{
    setRunning(false);
    if (!answer) {
        m_result->setTable({});
        say(kit::printable(answer.error().text()), true);
        return;
    }
    const auto rows = toQString(chart::formatCount(static_cast<std::int64_t>(answer->table.rows.size())));
    const auto time =
        toQString(chart::formatValue(static_cast<double>(m_clock.nsecsElapsed()), chart::Unit::Nanoseconds));
    m_result->setTable(std::move(answer->table));
    m_table->resizeColumnsToContents();
    for (int column = 0; column < m_result->columnCount(); ++column)
        m_table->setColumnWidth(column, std::min(m_table->columnWidth(column) + 10, kWidestColumn));
    if (answer->isCut)
        say(Tr::tr("Only the first %1 rows are shown: there are more. (%2)").arg(rows, time), true);
    else if (m_result->rowCount() == 1)
        say(Tr::tr("1 row in %1.").arg(time), false);
    else
        say(Tr::tr("%1 rows in %2.").arg(rows, time), false);
}

void SqlView::stop()
{
    if (!m_isRunning)
        return;
    m_ticket.cancel();
    setRunning(false);
    say(Tr::tr("The query was stopped."), false);
}

void SqlView::setRunning(bool isRunning)
{
    m_isRunning = isRunning;
    m_run->setEnabled(!isRunning);
    m_stop->setEnabled(isRunning);
}

void SqlView::say(const QString& text, bool isAlarm)
{
    QPalette colours = palette();
    if (isAlarm)
        colours.setColor(QPalette::WindowText, kit::Theme(palette()).alarm());
    m_message->setPalette(colours);
    m_message->setText(text);
}

QStringList SqlView::history() const
{
    return QSettings().value(QLatin1String(kHistoryKey)).toStringList();
}

void SqlView::remember(const QString& statement)
{
    QStringList all = history();
    all.removeAll(statement);
    all.prepend(statement);
    QSettings().setValue(QLatin1String(kHistoryKey), all.mid(0, kMostHistory));
}

void SqlView::fillHistory()
{
    QMenu* menu = m_historyButton->menu();
    menu->clear();
    const QStringList all = history();
    for (const QString& statement : all) {
        QString line = statement.simplified().replace(QLatin1Char('&'), QLatin1String("&&"));
        if (line.size() > kMenuLetters)
            line = line.left(kMenuLetters) + QStringLiteral("…");
        menu->addAction(line, this, [this, statement] {
            m_editor->setPlainText(statement);
            m_editor->setFocus();
        });
    }
    if (all.isEmpty())
        menu->addAction(Tr::tr("None yet"))->setEnabled(false);
}

QMenu* SqlView::makeExamples(QWidget* parent)
{
    auto* menu = new QMenu(parent);
    for (const Example& example : examples())
        menu->addAction(Tr::tr(example.title.c_str()), this, [this, &example] {
            m_editor->setPlainText(toQString(example.statement));
            run();
        });
    return menu;
}

void SqlView::copy() const
{
    QString text;
    QModelIndexList rows = m_table->selectionModel()->selectedRows();
    std::ranges::sort(rows, {}, &QModelIndex::row);
    for (const QModelIndex& index : rows)
        text += model::tabbed(*m_result->row(index.row())) + QLatin1Char('\n');
    if (!text.isEmpty())
        QApplication::clipboard()->setText(text);
}

QString SqlView::csv() const
{
    const storage::Table& table = m_result->table();
    if (table.columns.empty())
        return {};
    rows::CsvText text(table.columns);
    for (const auto& row : table.rows)
        text.add(row);
    return toQString(text.text());
}

kit::View* create(kit::Workspace& workspace)
{
    return new SqlView(workspace);
}

} // namespace vnscope::views::widgets::sql
