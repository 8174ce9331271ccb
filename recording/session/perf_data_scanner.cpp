// SPDX-License-Identifier: Apache-2.0
#include "recording/session/perf_data_scanner.hpp"

#include <fcntl.h>
#include <linux/perf_event.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <string_view>

#include "storage/base/file_descriptor.hpp"

namespace vnscope::recording::session {
namespace {

constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;
constexpr std::string_view kMagic = "PERFILE2";

/// The number at `at`, in the byte order of this machine: perf recorded it here.
template <typename Number> Number numberAt(const std::byte* at)
{
    Number number{};
    std::memcpy(&number, at, sizeof number);
    return number;
}

} // namespace

bool PerfDataScanner::readHeader(int descriptor)
{
    // magic, size, attr_size, then sections (offset, size) of attrs and data.
    std::array<std::byte, 56> header{};
    if (::pread(descriptor, header.data(), header.size(), 0) != static_cast<ssize_t>(header.size()) ||
        std::memcmp(header.data(), kMagic.data(), kMagic.size()) != 0)
        return false;
    const auto dataOffset = numberAt<std::uint64_t>(header.data() + 40);
    const auto dataSize = numberAt<std::uint64_t>(header.data() + 48);
    if (dataOffset == 0)
        return false;
    m_offset = std::max(m_offset, dataOffset);
    m_end = dataSize == 0 ? std::numeric_limits<std::uint64_t>::max() : dataOffset + dataSize;
    return true;
}

void PerfDataScanner::update()
{
    const base::FileDescriptor file(::open(m_file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.isValid() || !readHeader(file.get()))
        return;
    m_buffer.resize(kChunkBytes);
    while (m_offset < m_end) {
        const std::size_t wanted = std::min<std::uint64_t>(kChunkBytes, m_end - m_offset);
        const ssize_t got = ::pread(file.get(), m_buffer.data(), wanted, static_cast<off_t>(m_offset));
        const std::size_t taken = got <= 0 ? 0 : takeRecords(static_cast<std::size_t>(got));
        if (taken == 0)
            return;
        m_offset += taken;
    }
}

std::size_t PerfDataScanner::takeRecords(std::size_t size)
{
    std::size_t at = 0;
    while (at + sizeof(perf_event_header) <= size) {
        const auto recordSize = numberAt<perf_event_header>(m_buffer.data() + at).size;
        if (recordSize < sizeof(perf_event_header) || at + recordSize > size)
            break;
        takeRecord(m_buffer.data() + at, recordSize);
        at += recordSize;
    }
    return at;
}

void PerfDataScanner::takeRecord(const std::byte* record, std::size_t size)
{
    const auto header = numberAt<perf_event_header>(record);
    const std::byte* const body = record + sizeof header;
    if (header.type == PERF_RECORD_SAMPLE)
        ++m_events;
    else if (header.type == PERF_RECORD_LOST && size >= sizeof header + 16) // id, lost
        m_lostRecords += numberAt<std::uint64_t>(body + 8);
    else if (header.type == PERF_RECORD_LOST_SAMPLES && size >= sizeof header + 8)
        m_lostSamples += numberAt<std::uint64_t>(body);
}

PerfCounts PerfDataScanner::counts() const
{
    // Two accounts of the same losses: one record when the ring has room again, and each event's own number at the end.
    return {m_events, std::max(m_lostRecords, m_lostSamples)};
}

} // namespace vnscope::recording::session
