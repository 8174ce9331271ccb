// SPDX-License-Identifier: Apache-2.0
#include "views/model/session_file.hpp"

#include <array>
#include <utility>

#include <fmt/format.h>

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QSaveFile>

namespace vnscope::views::model {
namespace {

constexpr auto kWhat = "vnscope session";
constexpr qint64 kMostBytes = qint64{4} << 20;
constexpr std::size_t kMostBookmarks = 10'000;
constexpr std::size_t kMostFilters = 100;
constexpr std::array<std::pair<TimeController::Format, const char*>, 3> kFormats{
    {{TimeController::Format::Relative, "relative"},
     {TimeController::Format::Utc, "utc"},
     {TimeController::Format::Delta, "delta"}}};

/// As text: a double has not enough digits for nanoseconds since 1970.
QJsonValue toJson(base::Timestamp time)
{
    return QString::number(time.ns);
}

QJsonValue toJson(const std::optional<base::Timestamp>& time)
{
    return time ? toJson(*time) : QJsonValue();
}

QJsonValue toJson(const std::optional<base::TimeRange>& range)
{
    return range ? QJsonValue(QJsonArray{toJson(range->begin), toJson(range->end)}) : QJsonValue();
}

std::optional<base::Timestamp> toTime(const QJsonValue& json)
{
    bool isNumber = false;
    const qlonglong ns = json.toString().toLongLong(&isNumber);
    return isNumber ? std::optional(base::Timestamp{ns}) : std::nullopt;
}

std::optional<base::TimeRange> toRange(const QJsonValue& json)
{
    const QJsonArray ends = json.toArray();
    const auto begin = toTime(ends.at(0));
    const auto end = toTime(ends.at(1));
    if (!begin || !end || *end <= *begin)
        return std::nullopt;
    return base::TimeRange{*begin, *end};
}

QJsonObject toJson(const SessionState& state)
{
    QJsonArray bookmarks;
    for (const Bookmark& bookmark : state.bookmarks)
        bookmarks.append(QJsonObject{{QStringLiteral("at_ns"), toJson(bookmark.at)},
                                     {QStringLiteral("note"), QString::fromStdString(bookmark.note)}});
    QJsonArray filters;
    for (const scope::Subject& subject : state.filters) {
        const std::string_view kind = nameOf(subject.kind);
        filters.append(QJsonObject{{QStringLiteral("kind"), QLatin1String(kind.data(), static_cast<int>(kind.size()))},
                                   {QStringLiteral("id"), QString::number(subject.id)},
                                   {QStringLiteral("label"), QString::fromStdString(subject.label)}});
    }
    QString format;
    for (const auto& [value, name] : kFormats)
        if (value == state.format)
            format = QLatin1String(name);
    return {{QStringLiteral("what"), QLatin1String(kWhat)},
            {QStringLiteral("visible_ns"), toJson(state.visible)},
            {QStringLiteral("selection_ns"), toJson(state.selection)},
            {QStringLiteral("marker_a_ns"), toJson(state.markerA)},
            {QStringLiteral("marker_b_ns"), toJson(state.markerB)},
            {QStringLiteral("time_format"), format},
            {QStringLiteral("bookmarks"), bookmarks},
            {QStringLiteral("filters"), filters},
            {QStringLiteral("docks"), QString::fromLatin1(state.docks.toBase64())}};
}

std::optional<scope::Subject> toSubject(const QJsonValue& json)
{
    bool isNumber = false;
    const qlonglong id = json[QLatin1String("id")].toString().toLongLong(&isNumber);
    const auto kind = scope::kindOf(json[QLatin1String("kind")].toString().toStdString());
    if (!isNumber || !kind)
        return std::nullopt;
    return scope::Subject{*kind, id, json[QLatin1String("label")].toString().toStdString()};
}

SessionState fromJson(const QJsonObject& json)
{
    SessionState state;
    state.visible = toRange(json.value(QLatin1String("visible_ns")));
    state.selection = toRange(json.value(QLatin1String("selection_ns")));
    state.markerA = toTime(json.value(QLatin1String("marker_a_ns")));
    state.markerB = toTime(json.value(QLatin1String("marker_b_ns")));
    for (const auto& [value, name] : kFormats)
        if (json.value(QLatin1String("time_format")).toString() == QLatin1String(name))
            state.format = value;
    const QJsonArray bookmarks = json.value(QLatin1String("bookmarks")).toArray();
    for (const QJsonValue& bookmark : bookmarks) {
        const auto at = toTime(bookmark[QLatin1String("at_ns")]);
        if (at && state.bookmarks.size() < kMostBookmarks)
            state.bookmarks.push_back({*at, bookmark[QLatin1String("note")].toString().toStdString()});
    }
    const QJsonArray filters = json.value(QLatin1String("filters")).toArray();
    for (const QJsonValue& filter : filters) {
        const auto subject = toSubject(filter);
        if (subject && state.filters.size() < kMostFilters)
            state.filters.push_back(*subject);
    }
    state.docks = QByteArray::fromBase64(json.value(QLatin1String("docks")).toString().toLatin1());
    return state;
}

} // namespace

std::filesystem::path sessionFileOf(const std::filesystem::path& store)
{
    std::filesystem::path file = store;
    file += ".session.json";
    return file;
}

base::Result<std::optional<SessionState>> readSession(const std::filesystem::path& file)
{
    QFile in(QString::fromStdString(file.string()));
    if (!in.exists())
        return std::nullopt;
    if (!in.open(QIODevice::ReadOnly))
        return base::fail(base::ErrorCode::Io, fmt::format("{} cannot be read", file.string()));
    if (in.size() > kMostBytes)
        return base::fail(base::ErrorCode::Damaged, fmt::format("{} is too large for a session", file.string()));
    const QJsonDocument json = QJsonDocument::fromJson(in.readAll());
    if (json[QLatin1String("what")].toString() != QLatin1String(kWhat))
        return base::fail(base::ErrorCode::Damaged, fmt::format("{} is no session of vnscope", file.string()));
    return fromJson(json.object());
}

base::Result<void> writeSession(const std::filesystem::path& file, const SessionState& state)
{
    QSaveFile out(QString::fromStdString(file.string()));
    const QByteArray text = QJsonDocument(toJson(state)).toJson();
    if (!out.open(QIODevice::WriteOnly) || out.write(text) != text.size() || !out.commit())
        return base::fail(base::ErrorCode::Io,
                          fmt::format("{} cannot be written: {}", file.string(), out.errorString().toStdString()));
    return {};
}

void takeTime(const TimeController& time, SessionState& state)
{
    state.visible = time.visible();
    state.selection = time.selection();
    state.markerA = time.marker(TimeController::Marker::A);
    state.markerB = time.marker(TimeController::Marker::B);
    state.format = time.format();
}

void giveTime(const SessionState& state, TimeController& time)
{
    if (state.visible)
        time.show(*state.visible);
    time.select(state.selection);
    time.setMarker(TimeController::Marker::A, state.markerA);
    time.setMarker(TimeController::Marker::B, state.markerB);
    time.setFormat(state.format);
}

} // namespace vnscope::views::model
