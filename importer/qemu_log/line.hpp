// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

/// Text that the `log` back end of QEMU's tracing wrote (`-trace 'virtqueue_*' -msg timestamp=on -D FILE`).
namespace vnscope::importer::qemu_log {

/// One argument of an event, as QEMU's format string has it: "label value".
struct Argument {
    std::string_view label;
    std::string_view field; ///< As the `ust` back end names it, and with it our schema.
    unsigned bits = 0;
    bool isSigned = false;
};

/// An event whose arguments are understood. Source: hw/virtio/trace-events of QEMU 7.2; the same in 0bb302a9960.
struct EventKind {
    std::string_view name;
    std::span<const Argument> arguments;
};

[[nodiscard]] std::span<const EventKind> eventKinds();
/// The kind of that name, or nullptr.
[[nodiscard]] const EventKind* findKind(std::string_view name);

inline constexpr std::size_t kMaxArguments = 4;
using Values = std::array<std::uint64_t, kMaxArguments>;

/// The values of "vq 0x55d0 count 1", in the order of the kind's arguments; nullopt when the text is anything else.
[[nodiscard]] std::optional<Values> parseArguments(const EventKind& kind, std::string_view text);

/// A line that has the form of an event.
struct Line {
    std::optional<std::int64_t> timeNs; ///< Since 1970; nullopt: logged without `-msg timestamp=on`.
    std::string_view name;
    std::string_view arguments;
};

/// `text` is one line without its end. A line without a time is an event's only if its name is one of eventKinds(),
/// since QEMU's log holds other text, too; so is one that begins with an ISO time (QEMU after 7.2, see line.cpp), as
/// other programs' logs do. With "PID@SECONDS.MICROSECONDS:" (QEMU 7.2) in front any name is.
[[nodiscard]] std::optional<Line> parseLine(std::string_view text);

} // namespace vnscope::importer::qemu_log
