// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace vnscope::recording::session {

/// What a perf.data file holds.
struct PerfCounts {
    std::uint64_t events = 0;
    std::uint64_t lost = 0; ///< What the kernel could not put into the ring.
};

/// Counts the records of a perf.data file, also of one that still grows: each update() reads on from where the last
/// one stopped. Layout: linux/tools/perf/Documentation/perf.data-file-format.txt and linux/perf_event.h.
class PerfDataScanner final {
public:
    explicit PerfDataScanner(std::filesystem::path file) : m_file(std::move(file)) {}

    void update();
    [[nodiscard]] PerfCounts counts() const;

private:
    [[nodiscard]] bool readHeader(int descriptor);
    /// Bytes of `m_buffer` taken, in whole records.
    [[nodiscard]] std::size_t takeRecords(std::size_t size);
    void takeRecord(const std::byte* record, std::size_t size);

    std::filesystem::path m_file;
    std::vector<std::byte> m_buffer;
    std::uint64_t m_offset = 0; ///< 0: the header has not been read.
    std::uint64_t m_end = 0;    ///< Of the data; 0 while perf writes.
    std::uint64_t m_events = 0;
    std::uint64_t m_lostRecords = 0;
    std::uint64_t m_lostSamples = 0;
};

} // namespace vnscope::recording::session
