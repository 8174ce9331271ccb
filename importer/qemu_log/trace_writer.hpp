// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "importer/qemu_log/line.hpp"

namespace vnscope::importer::qemu_log {

/// Writes a CTF 1.8 trace of one stream, with the names and fields that QEMU's `ust` back end gives its events. Memory
/// is one packet, and a name for each class.
class TraceWriter final {
public:
    /// `directory` exists.
    explicit TraceWriter(std::filesystem::path directory);

    /// An event whose arguments are understood.
    void add(std::int64_t timeNs, const EventKind& kind, const Values& values);
    /// Any other event, of which only the name is kept. false: there are more names than the trace may have.
    [[nodiscard]] bool add(std::int64_t timeNs, std::string_view name);
    /// Closes the last packet and writes the metadata. false: the disk refused something.
    [[nodiscard]] bool finish();

private:
    struct EventClass {
        std::string name;
        std::span<const Argument> arguments;
    };

    void begin(std::int64_t timeNs, std::size_t eventClass);
    void endPacket();
    [[nodiscard]] std::string metadata() const;

    std::filesystem::path m_directory;
    std::ofstream m_stream;
    std::vector<char> m_events; ///< Of the packet that is open.
    std::uint64_t m_packetBegin = 0;
    std::uint64_t m_packetEnd = 0;
    std::vector<EventClass> m_classes; ///< Those of eventKinds() first, in their order.
    std::unordered_map<std::string, std::size_t> m_others;
};

} // namespace vnscope::importer::qemu_log
