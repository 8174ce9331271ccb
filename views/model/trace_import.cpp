// SPDX-License-Identifier: Apache-2.0
#include "views/model/trace_import.hpp"

#include <algorithm>
#include <utility>

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

namespace vnscope::views::model {
namespace {

constexpr int kPatienceMs = 5000; ///< With a process that was asked to end.
constexpr double kEstimateAfterSeconds = 1;
constexpr qsizetype kMostComplaint = 2000;

QString besideUs()
{
    const QString beside = QCoreApplication::applicationDirPath() + QStringLiteral("/vnscope");
    return QFileInfo(beside).isExecutable() ? beside : QStringLiteral("vnscope");
}

QString withoutName(const QString& complaint)
{
    const QString name = QStringLiteral("vnscope: ");
    return complaint.startsWith(name) ? complaint.mid(name.size()) : complaint;
}

TraceImport::Progress progressOf(const QJsonObject& line, double seconds)
{
    TraceImport::Progress progress;
    const double total = line.value(QLatin1String("bytes_total")).toDouble();
    if (total > 0)
        progress.share = std::clamp(line.value(QLatin1String("bytes_read")).toDouble() / total, 0.0, 1.0);
    progress.events = static_cast<qint64>(line.value(QLatin1String("events")).toDouble());
    if (seconds >= kEstimateAfterSeconds && progress.share > 0)
        progress.secondsLeft = seconds * (1 - progress.share) / progress.share;
    return progress;
}

} // namespace

TraceImport::TraceImport(QString program, QObject* parent)
    : QObject(parent), m_program(program.isEmpty() ? besideUs() : std::move(program))
{
    m_process.setStandardInputFile(QProcess::nullDevice());
    m_process.setStandardOutputFile(QProcess::nullDevice());
    connect(&m_process, &QProcess::readyReadStandardError, this, &TraceImport::readErrors);
    connect(&m_process, &QProcess::finished, this, &TraceImport::end);
    connect(&m_process, &QProcess::errorOccurred, this, [this](QProcess::ProcessError error) {
        if (error != QProcess::FailedToStart)
            return;
        emit failed(tr("%1 cannot be started: %2").arg(m_program, m_process.errorString()));
        emit ended();
    });
}

TraceImport::~TraceImport()
{
    m_process.disconnect(this);
    if (!isRunning())
        return;
    m_process.terminate();
    if (!m_process.waitForFinished(kPatienceMs))
        m_process.kill();
}

void TraceImport::start(const ImportRequest& request)
{
    m_target = request.store;
    m_complaint.clear();
    m_isCancelled = false;
    m_clock.start();
    QStringList arguments{QStringLiteral("import"), QStringLiteral("--progress"), QStringLiteral("json"),
                          QStringLiteral("--output"), request.store};
    if (request.keepsEvents)
        arguments << QStringLiteral("--events");
    if (!request.symbols.isEmpty())
        arguments << QStringLiteral("--symbols") << request.symbols;
    m_process.start(m_program, arguments << QStringLiteral("--") << request.traces);
}

void TraceImport::cancel()
{
    if (!isRunning() || m_isCancelled)
        return;
    m_isCancelled = true;
    m_process.terminate();
    QTimer::singleShot(kPatienceMs, &m_process, &QProcess::kill);
    // The process cleans up on its own; nobody has to wait for that.
    emit cancelled();
}

void TraceImport::readErrors()
{
    m_process.setReadChannel(QProcess::StandardError);
    while (m_process.canReadLine()) {
        const QByteArray line = m_process.readLine().trimmed();
        const QJsonDocument json = QJsonDocument::fromJson(line);
        if (json.isObject())
            emit progressed(progressOf(json.object(), static_cast<double>(m_clock.elapsed()) / 1000));
        else if (!line.isEmpty())
            m_complaint = withoutName(QString::fromUtf8(line)).left(kMostComplaint);
    }
}

void TraceImport::end(int exitCode, QProcess::ExitStatus status)
{
    readErrors();
    const bool isDone = status == QProcess::NormalExit && exitCode == 0;
    if (!m_isCancelled && isDone)
        emit finished(m_target);
    else if (!m_isCancelled)
        emit failed(m_complaint.isEmpty() ? tr("The import ended without saying why (exit code %1).").arg(exitCode)
                                          : m_complaint);
    emit ended();
}

QString storeBeside(const QString& trace)
{
    return QFileInfo(trace).absoluteFilePath() + QStringLiteral(".vns");
}

bool looksLikeStore(const QString& path)
{
    static constexpr char kMagic[] = "SQLite format 3";
    QFile file(path);
    if (path.endsWith(QLatin1String(".vns"), Qt::CaseInsensitive) || !file.open(QIODevice::ReadOnly))
        return !QFileInfo(path).isDir();
    return file.read(sizeof kMagic) == QByteArray(kMagic, sizeof kMagic);
}

} // namespace vnscope::views::model
