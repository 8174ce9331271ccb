// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string_view>

#include "storage/base/result.hpp"

namespace vnscope::importer::qemu_log {

enum class Recognition : std::uint8_t {
    Other,   ///< No log of QEMU's tracing.
    Timed,   ///< It has events with times.
    Untimed, ///< It has events, and none at the beginning has a time.
};

/// What a file is, judged by its beginning (recognitionBytes() of it).
[[nodiscard]] Recognition recognize(std::string_view start);
[[nodiscard]] std::size_t recognitionBytes();

/// What became of a log's lines.
struct Tally {
    std::uint64_t events = 0;    ///< Converted, also those of which only the name is kept.
    std::uint64_t untimed = 0;   ///< Events without a time: left out.
    std::uint64_t garbled = 0;   ///< Events that we know, with arguments that we do not: left out.
    std::uint64_t otherText = 0; ///< Lines that are no events.
};

/// Writes the events of `log` into `directory`, which it makes, as a CTF trace. Lines of more than 4 KiB are other
/// text. Fails when the log cannot be read or the disk refuses, and with Cancelled when `stopRequested` says so.
[[nodiscard]] base::Result<Tally> convert(const std::filesystem::path& log, const std::filesystem::path& directory,
                                          const std::function<bool()>& stopRequested);

} // namespace vnscope::importer::qemu_log
