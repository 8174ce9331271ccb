// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableView>
#include <QToolButton>

#include "views/model/result_model.hpp"
#include "views/widgets/kit/view.hpp"
#include "views/widgets/sql/schema_browser.hpp"

namespace vnscope::views::widgets::sql {

/// A user's own SQL, read-only: an editor, the result as a table, and what tables there are. Ctrl+Enter runs, Esc
/// stops.
class SqlView final : public kit::View {
    Q_OBJECT

public:
    explicit SqlView(kit::Workspace& workspace);

    [[nodiscard]] QPlainTextEdit& editor() { return *m_editor; }
    [[nodiscard]] SchemaBrowser& schema() { return *m_schema; }
    [[nodiscard]] model::ResultModel& result() { return *m_result; }
    [[nodiscard]] QString message() const { return m_message->text(); }
    [[nodiscard]] bool isRunning() const { return m_isRunning; }
    /// The statements that were run, the latest first; kept between sessions.
    [[nodiscard]] QStringList history() const;

    void run();
    void stop();
    /// The result, with a head.
    [[nodiscard]] QString csv() const override;

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Answer {
        storage::Table table;
        bool isCut = false;
    };

    void fillHistory();
    [[nodiscard]] QMenu* makeExamples(QWidget* parent);
    void makeResult();
    [[nodiscard]] QWidget* makeTop();
    void start(const QString& statement);
    void take(base::Result<Answer> answer);
    void say(const QString& text, bool isAlarm);
    void setRunning(bool isRunning);
    void remember(const QString& statement);
    void insert(const QString& name);
    void copy() const;

    QPlainTextEdit* m_editor;
    QPushButton* m_run;
    QPushButton* m_stop;
    QToolButton* m_historyButton;
    SchemaBrowser* m_schema;
    QTableView* m_table;
    model::ResultModel* m_result;
    QLabel* m_message;
    model::Ticket m_ticket;
    QElapsedTimer m_clock;
    bool m_isRunning = false;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::sql
