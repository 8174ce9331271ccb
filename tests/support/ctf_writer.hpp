// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "storage/base/result.hpp"

/// Writes CTF 1.8 traces as the tracers lay them out, for tests and benchmarks.
/// Source: diamon.org/ctf v1.8.3; lttng-modules 2.13 and perf 6.1 metadata; DPDK lib/eal/common/eal_common_trace_ctf.c.
namespace vnscope::tests::support {

enum class ByteOrder : std::uint8_t { Little, Big };

/// Bits in CTF order: from the lowest bit of a byte in little-endian traces, from the highest in big-endian ones.
class BitBuffer final {
public:
    explicit BitBuffer(ByteOrder order = ByteOrder::Little) : m_order(order) {}

    void align(std::uint64_t bits);
    /// The low `bits` (at most 64) of `value`, in the buffer's byte order.
    void put(std::uint64_t value, unsigned bits);
    /// The same in network byte order, for headers of packets; starts at a byte or inside one begun by putBigEndian.
    void putBigEndian(std::uint64_t value, unsigned bits);
    /// A NUL-terminated CTF string.
    void putString(std::string_view text);
    void putBytes(const void* data, std::size_t size);
    /// Whole bytes of another buffer.
    void append(const BitBuffer& other);

    void clear();
    [[nodiscard]] std::uint64_t sizeBits() const { return m_bits; }
    [[nodiscard]] const std::vector<std::uint8_t>& bytes() const { return m_bytes; }
    [[nodiscard]] ByteOrder order() const { return m_order; }

private:
    void putBit(bool bit, ByteOrder order);

    std::vector<std::uint8_t> m_bytes;
    std::uint64_t m_bits = 0;
    ByteOrder m_order;
};

/// One line of TSDL inside an event's `fields := struct { … }`.
struct Field {
    std::string tsdl;
};

struct IntegerStyle {
    bool isSigned = false;
    unsigned base = 10;
    unsigned alignBits = 8;
};

[[nodiscard]] Field integerField(std::string_view name, unsigned bits, IntegerStyle style = {});
[[nodiscard]] Field stringField(std::string_view name);
/// `count` integers of `bits` each.
[[nodiscard]] Field arrayField(std::string_view name, unsigned bits, std::size_t count);
/// Whatever else TSDL can say, such as a variant; written as it is.
[[nodiscard]] Field rawField(std::string tsdl);

/// How an event begins, and what stands in front of and behind it.
enum class TraceStyle : std::uint8_t {
    LttngCompact, ///< 5-bit id and 27-bit time; at most 31 event classes.
    LttngLarge,   ///< 16-bit id and 32-bit time.
    Perf,         ///< 32-bit id and 64-bit time, as `perf data convert --to-ctf` writes.
    Dpdk,         ///< 48-bit time and 16-bit id; one packet per stream, without times or sizes.
};

struct EnvironmentEntry {
    std::string name;
    std::variant<std::string, std::int64_t> value;
};

struct ClockDescription {
    std::string name = "monotonic";
    std::uint64_t frequencyHz = 1'000'000'000;
    std::uint64_t offsetSeconds = 0; ///< Since the Unix epoch.
    std::uint64_t offsetCycles = 0;
    std::string description{}; ///< Empty: the metadata has none.
    std::string uuid{};        ///< As text; empty: the metadata has none.
};

struct TraceOptions {
    TraceStyle style = TraceStyle::LttngLarge;
    ByteOrder byteOrder = ByteOrder::Little;
    std::vector<EnvironmentEntry> environment;
    ClockDescription clock;
    /// A packet is closed before its content would become larger than this, unless one event alone is.
    std::size_t packetBytes = 256 * 1024;
    /// Packets are padded to a multiple of this many bytes, as LTTng's sub-buffers are.
    std::size_t packetAlignment = 4096;
    std::array<std::uint8_t, 16> uuid{0x76, 0x6e, 0x73, 0x63, 0x6f, 0x70, 0x65, 0x40,
                                      0x80, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01};
};

using EventClassId = std::uint32_t;

/// One data stream file. Times are clock cycles and never go back (what the writer is told, it writes).
class CtfStream final {
public:
    CtfStream(std::filesystem::path file, std::uint32_t cpu, const TraceOptions& options);

    /// An event whose fields are the bytes of `payload`, in the order and layout of the class's declaration.
    void event(EventClassId id, std::uint64_t time, const BitBuffer& payload);
    /// Counts events that the tracer lost; told in the packet that is open, or the next.
    void discard(std::uint64_t events) { m_discarded += events; }
    /// Ends the packet here, so that the next event begins a new one; nothing when no packet is open.
    void endPacket();
    /// Leaves out packets, as an overwritten sub-buffer does: the sequence number jumps.
    void skipPackets(std::uint64_t packets) { m_sequence += packets; }

    [[nodiscard]] bool isGood() const { return m_isGood; }

private:
    void beginPacket(std::uint64_t time);
    void putPacketHead(BitBuffer& to, std::uint64_t contentBits, std::uint64_t packetBits) const;
    void putEventHeader(EventClassId id, std::uint64_t time);

    std::filesystem::path m_file;
    std::uint32_t m_cpu;
    const TraceOptions& m_options;
    BitBuffer m_packet;
    std::uint64_t m_headBits = 0;
    std::uint64_t m_begin = 0;
    std::uint64_t m_last = 0;
    std::uint64_t m_sequence = 0;
    std::uint64_t m_discarded = 0;
    bool m_isOpen = false;
    bool m_isGood = true;
};

/// A trace in the making. Everything is written when finish() succeeded.
class CtfWriter final {
public:
    /// `directory` is made; what it holds under the same file names is replaced.
    CtfWriter(std::filesystem::path directory, TraceOptions options);
    CtfWriter(const CtfWriter&) = delete;
    CtfWriter& operator=(const CtfWriter&) = delete;

    EventClassId declareEvent(std::string name, std::vector<Field> fields);
    /// A stream file in the tracer's naming (`ch_3`, `perf_stream_3`, `channel0_3`). Stays valid as long as the writer.
    CtfStream& addStream(std::uint32_t cpu);
    /// An empty buffer in the trace's byte order.
    [[nodiscard]] BitBuffer payload() const { return BitBuffer(m_options.byteOrder); }

    /// Closes all packets and writes the metadata.
    [[nodiscard]] base::Result<void> finish();

private:
    struct EventClass {
        std::string name;
        std::vector<Field> fields;
    };

    [[nodiscard]] std::string metadata() const;
    [[nodiscard]] std::string streamClass() const;

    std::filesystem::path m_directory;
    TraceOptions m_options;
    std::vector<EventClass> m_classes;
    std::vector<std::unique_ptr<CtfStream>> m_streams;
};

} // namespace vnscope::tests::support
