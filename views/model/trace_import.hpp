// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QProcess>
#include <QStringList>

namespace vnscope::views::model {

/// What is to be imported, and how.
struct ImportRequest {
    QStringList traces;      ///< Folders or logs, of one session.
    QString store;           ///< To be made.
    QString symbols{};       ///< kallsyms or System.map of the traced boot; empty: what lies in the traces.
    bool keepsEvents = true; ///< The events themselves are kept in the store.
};

/// "run-1.vns" beside the folder "run-1".
[[nodiscard]] QString storeBeside(const QString& trace);

/// Makes a store of traces by `vnscope import` in a process of its own: what goes wrong there, or takes long, does not
/// happen here. One import at a time. Ends with exactly one of finished(), failed() and cancelled().
class TraceImport final : public QObject {
    Q_OBJECT

public:
    struct Progress {
        double share = 0; ///< 0..1 of the bytes.
        qint64 events = 0;
        double secondsLeft = -1; ///< Negative: not known yet.
    };

    /// `program`: vnscope; empty: the one beside this program, or in PATH.
    explicit TraceImport(QString program = {}, QObject* parent = nullptr);
    /// Ends the process, which takes away what it had written.
    ~TraceImport() override;

    void start(const ImportRequest& request);
    [[nodiscard]] bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    [[nodiscard]] const QString& target() const { return m_target; }
    void cancel();

signals:
    void progressed(const vnscope::views::model::TraceImport::Progress& progress);
    void finished(const QString& store);
    /// One sentence.
    void failed(const QString& reason);
    void cancelled();
    /// The process is gone, whatever came of it.
    void ended();

private:
    void readErrors();
    void end(int exitCode, QProcess::ExitStatus status);

    QString m_program;
    QProcess m_process;
    QElapsedTimer m_clock;
    QString m_target;
    QString m_complaint; ///< The last line that is no progress.
    bool m_isCancelled = false;
};

/// A file that is opened rather than imported: named like a store, or an SQLite file.
[[nodiscard]] bool looksLikeStore(const QString& path);

} // namespace vnscope::views::model
