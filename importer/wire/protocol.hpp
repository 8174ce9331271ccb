// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "importer/wire/ring.hpp"
#include "storage/base/time.hpp"

/// What the importing process and a reader process say to each other besides events: one request (JSON in a memfd),
/// and messages (JSON lines on a pipe). Both sides come from one build; the version says so.
namespace vnscope::importer::wire {

/// File descriptors with which a reader is started.
inline constexpr int kLifelineFd = 0; ///< Hangs up when the importing process is gone.
inline constexpr int kMessagesFd = 1;
inline constexpr int kRingFd = 3;
inline constexpr int kReadyFd = 4; ///< Counts slots that are ready.
inline constexpr int kFreeFd = 5;  ///< Counts slots that are free.
inline constexpr int kRequestFd = 6;

/// One stream file to read.
struct PieceRequest {
    std::uint32_t stream = 0;     ///< base::StreamId of the session.
    std::string file;             ///< Name in the group's directory.
    std::uint16_t cpu = 0;        ///< When the trace itself does not tell.
    std::uint64_t skipEvents = 0; ///< Delivered by an earlier reader.
    std::uint64_t bytes = 0;      ///< Size of the file: no packet can hold more events than that.
    bool isContinuation = false;  ///< Begins in the middle of a stream: the first loss counter says nothing.
};

/// Streams of one trace, in a directory of their own with the trace's metadata.
struct GroupRequest {
    std::uint32_t trace = 0; ///< base::TraceId of the session.
    std::string directory;
    base::Nanoseconds clockCorrection = 0;
    std::vector<PieceRequest> pieces;
};

struct ReaderRequest {
    std::string version;
    base::TimeRange window = base::TimeRange::all();
    bool isCheck = false; ///< Only open everything, read each stream's first message and say what failed.
    RingShape ring;
    std::vector<GroupRequest> groups;
};

/// A trace as its metadata describes it; sent when its first stream begins.
struct TraceMessage {
    std::uint32_t trace = 0;
    std::map<std::string, std::string> environment;
    std::string clockUuid;     ///< Empty: none.
    bool isClockEpoch = false; ///< The clock's origin is the Unix epoch.
};

/// A new event class; its index is its place in the order of these messages.
struct ClassMessage {
    std::uint32_t trace = 0;
    std::string name;
    std::string schema;
    std::string missingFields;
};

/// A group could not be opened; none of its streams is read.
struct GroupFailure {
    std::uint32_t group = 0;
};

/// A stream broke off; its progress is in the slot before.
struct StreamFailure {
    std::uint32_t piece = 0;
};

/// Everything was read that could be.
struct DoneMessage {};

/// The reader cannot work at all (no babeltrace2 plugin, wrong version).
struct UnableMessage {
    std::string reason;
};

using ReaderMessage = std::variant<TraceMessage, ClassMessage, GroupFailure, StreamFailure, DoneMessage, UnableMessage>;

/// Differs between builds whose shared memory would not mean the same.
[[nodiscard]] std::string protocolVersion();

[[nodiscard]] std::string encode(const ReaderRequest& request);
[[nodiscard]] std::optional<ReaderRequest> decodeRequest(std::string_view text);

/// One line, with its line end.
[[nodiscard]] std::string encode(const ReaderMessage& message);
/// nullopt for anything that is not a message.
[[nodiscard]] std::optional<ReaderMessage> decodeMessage(std::string_view line);

} // namespace vnscope::importer::wire
