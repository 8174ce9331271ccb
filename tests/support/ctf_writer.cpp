// SPDX-License-Identifier: Apache-2.0
#include "tests/support/ctf_writer.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace vnscope::tests::support {

namespace {

constexpr std::uint32_t kMagic = 0xc1fc1fc1;
constexpr std::size_t kDpdkNameBytes = 32;
constexpr std::uint32_t kCompactExtended = 31;
constexpr std::uint32_t kLargeExtended = 65535;

bool hasPacketSizes(TraceStyle style)
{
    return style != TraceStyle::Dpdk;
}

bool isLttng(TraceStyle style)
{
    return style == TraceStyle::LttngCompact || style == TraceStyle::LttngLarge;
}

std::string_view orderName(ByteOrder order)
{
    return order == ByteOrder::Little ? "le" : "be";
}

std::string uuidText(const std::array<std::uint8_t, 16>& uuid)
{
    std::string text;
    for (std::size_t at = 0; at < uuid.size(); ++at) {
        text += fmt::format("{}{:02x}", at == 4 || at == 6 || at == 8 || at == 10 ? "-" : "", uuid[at]);
    }
    return text;
}

std::string environmentText(const std::vector<EnvironmentEntry>& entries)
{
    std::string text = "env {\n";
    for (const EnvironmentEntry& entry : entries) {
        if (const auto* number = std::get_if<std::int64_t>(&entry.value)) {
            text += fmt::format("\t{} = {};\n", entry.name, *number);
        } else {
            text += fmt::format("\t{} = \"{}\";\n", entry.name, std::get<std::string>(entry.value));
        }
    }
    return text + "};\n\n";
}

std::string clockText(const ClockDescription& clock)
{
    const auto quoted = [](std::string_view key, const std::string& value) {
        return value.empty() ? std::string() : fmt::format("\t{} = \"{}\";\n", key, value);
    };
    return fmt::format("clock {{\n\tname = \"{}\";\n{}{}\tfreq = {};\n\toffset_s = {};\n\toffset = {};\n}};\n\n",
                       clock.name, quoted("uuid", clock.uuid), quoted("description", clock.description),
                       clock.frequencyHz, clock.offsetSeconds, clock.offsetCycles);
}

std::string clockIntegers(const std::string& clock)
{
    std::string text;
    for (const auto& [bits, align] : {std::pair{27, 1}, {32, 8}, {48, 1}, {64, 8}}) {
        text += fmt::format("typealias integer {{ size = {}; align = {}; signed = false; map = clock.{}.value; }} := "
                            "uint{}_clock_t;\n",
                            bits, align, clock, bits);
    }
    return text + '\n';
}

constexpr std::string_view kTypes = R"(/* CTF 1.8 */

typealias integer { size = 8; align = 8; signed = false; } := uint8_t;
typealias integer { size = 16; align = 8; signed = false; } := uint16_t;
typealias integer { size = 32; align = 8; signed = false; } := uint32_t;
typealias integer { size = 64; align = 8; signed = false; } := uint64_t;
typealias integer { size = 5; align = 1; signed = false; } := uint5_t;
typealias integer { size = 8; align = 8; signed = false; encoding = ASCII; } := string_bounded_t;

)";

constexpr std::string_view kLttngPacketContext = R"(	packet.context := struct {
		uint64_clock_t timestamp_begin;
		uint64_clock_t timestamp_end;
		uint64_t content_size;
		uint64_t packet_size;
		uint64_t packet_seq_num;
		uint64_t events_discarded;
		uint32_t cpu_id;
	};
)";

constexpr std::string_view kPerfPacketContext = R"(	packet.context := struct {
		uint64_clock_t timestamp_begin;
		uint64_clock_t timestamp_end;
		uint64_t content_size;
		uint64_t packet_size;
		uint64_t events_discarded;
		uint32_t cpu_id;
	} align(8);
)";

constexpr std::string_view kDpdkPacketContext = R"(	packet.context := struct {
		uint32_t cpu_id;
		string_bounded_t name[32];
	};
)";

constexpr std::string_view kCompactHeader = R"(	event.header := struct {
		enum : uint5_t { compact = 0 ... 30, extended = 31 } id;
		variant <id> {
			struct { uint27_clock_t timestamp; } compact;
			struct { uint32_t id; uint64_clock_t timestamp; } extended;
		} v;
	} align(8);
)";

constexpr std::string_view kLargeHeader = R"(	event.header := struct {
		enum : uint16_t { compact = 0 ... 65534, extended = 65535 } id;
		variant <id> {
			struct { uint32_clock_t timestamp; } compact;
			struct { uint32_t id; uint64_clock_t timestamp; } extended;
		} v;
	} align(8);
)";

constexpr std::string_view kPerfHeader = R"(	event.header := struct {
		uint32_t id;
		uint64_clock_t timestamp;
	} align(8);
)";

constexpr std::string_view kDpdkHeader = R"(	event.header := struct {
		uint48_clock_t timestamp;
		uint16_t id;
	} align(64);
)";

std::string_view filePrefix(TraceStyle style)
{
    switch (style) {
    case TraceStyle::Perf: return "perf_stream_";
    case TraceStyle::Dpdk: return "channel0_";
    case TraceStyle::LttngCompact:
    case TraceStyle::LttngLarge: break;
    }
    return "ch_";
}

} // namespace

void BitBuffer::putBit(bool bit, ByteOrder order)
{
    if (m_bits % 8 == 0) {
        m_bytes.push_back(0);
    }
    const auto place = static_cast<unsigned>(order == ByteOrder::Little ? m_bits % 8 : 7 - m_bits % 8);
    m_bytes.back() = static_cast<std::uint8_t>(m_bytes.back() | (bit ? 1U << place : 0U));
    ++m_bits;
}

void BitBuffer::align(std::uint64_t bits)
{
    m_bits = (m_bits + bits - 1) / bits * bits;
    m_bytes.resize((m_bits + 7) / 8);
}

void BitBuffer::put(std::uint64_t value, unsigned bits)
{
    if (m_order == ByteOrder::Big) {
        putBigEndian(value, bits);
        return;
    }
    if (m_bits % 8 == 0 && bits % 8 == 0) {
        for (unsigned done = 0; done < bits; done += 8) {
            m_bytes.push_back(static_cast<std::uint8_t>(value >> done));
        }
        m_bits += bits;
        return;
    }
    for (unsigned bit = 0; bit < bits; ++bit) {
        putBit((value >> bit & 1) != 0, ByteOrder::Little);
    }
}

void BitBuffer::putBigEndian(std::uint64_t value, unsigned bits)
{
    if (m_bits % 8 == 0 && bits % 8 == 0) {
        for (unsigned left = bits; left > 0; left -= 8) {
            m_bytes.push_back(static_cast<std::uint8_t>(value >> (left - 8)));
        }
        m_bits += bits;
        return;
    }
    for (unsigned bit = bits; bit > 0; --bit) {
        putBit((value >> (bit - 1) & 1) != 0, ByteOrder::Big);
    }
}

void BitBuffer::putBytes(const void* data, std::size_t size)
{
    align(8);
    const auto* first = static_cast<const std::uint8_t*>(data);
    m_bytes.insert(m_bytes.end(), first, first + size);
    m_bits += size * 8;
}

void BitBuffer::putString(std::string_view text)
{
    putBytes(text.data(), text.size());
    put(0, 8);
}

void BitBuffer::append(const BitBuffer& other)
{
    putBytes(other.m_bytes.data(), other.m_bytes.size());
}

void BitBuffer::clear()
{
    m_bytes.clear();
    m_bits = 0;
}

Field integerField(std::string_view name, unsigned bits, IntegerStyle style)
{
    return {fmt::format("integer {{ size = {}; align = {}; signed = {}; encoding = none; base = {}; }} _{};", bits,
                        style.alignBits, style.isSigned ? 1 : 0, style.base, name)};
}

Field stringField(std::string_view name)
{
    return {fmt::format("string _{};", name)};
}

Field arrayField(std::string_view name, unsigned bits, std::size_t count)
{
    return {fmt::format("integer {{ size = {}; align = 8; signed = 0; encoding = none; base = 10; }} _{}[{}];", bits,
                        name, count)};
}

Field rawField(std::string tsdl)
{
    return {std::move(tsdl)};
}

CtfStream::CtfStream(std::filesystem::path file, std::uint32_t cpu, const TraceOptions& options)
    : m_file(std::move(file)), m_cpu(cpu), m_options(options), m_packet(options.byteOrder)
{
    m_isGood = std::ofstream(m_file, std::ios::binary | std::ios::trunc).good();
}

void CtfStream::putPacketHead(BitBuffer& to, std::uint64_t contentBits, std::uint64_t packetBits) const
{
    to.put(kMagic, 32);
    to.putBytes(m_options.uuid.data(), m_options.uuid.size());
    if (m_options.style == TraceStyle::Dpdk) {
        to.put(m_cpu, 32);
        std::string name = fmt::format("lcore-worker-{}", m_cpu);
        name.resize(kDpdkNameBytes);
        to.putBytes(name.data(), name.size());
        return;
    }
    to.put(0, 32); // stream_id
    to.put(m_begin, 64);
    to.put(m_last, 64);
    to.put(contentBits, 64);
    to.put(packetBits, 64);
    if (isLttng(m_options.style)) {
        to.put(m_sequence, 64);
    }
    to.put(m_discarded, 64);
    to.put(m_cpu, 32);
}

void CtfStream::beginPacket(std::uint64_t time)
{
    m_begin = time;
    m_last = time;
    m_packet.clear();
    putPacketHead(m_packet, 0, 0);
    m_headBits = m_packet.sizeBits();
    m_isOpen = true;
}

void CtfStream::endPacket()
{
    if (!m_isOpen) {
        return;
    }
    const std::uint64_t contentBits = m_packet.sizeBits();
    if (hasPacketSizes(m_options.style)) {
        m_packet.align(m_options.packetAlignment * 8);
    }
    BitBuffer head(m_options.byteOrder);
    putPacketHead(head, contentBits, m_packet.sizeBits());

    std::ofstream out(m_file, std::ios::binary | std::ios::app);
    const auto write = [&](const std::vector<std::uint8_t>& bytes, std::size_t from) {
        out.write(reinterpret_cast<const char*>(bytes.data() + from),
                  static_cast<std::streamsize>(bytes.size() - from));
    };
    write(head.bytes(), 0);
    write(m_packet.bytes(), m_headBits / 8);
    out.flush();
    m_isGood = m_isGood && out.good();
    m_isOpen = false;
    ++m_sequence;
}

void CtfStream::putEventHeader(EventClassId id, std::uint64_t time)
{
    // A short time says only its low bits: a longer silence than they can tell needs the long form, as in LTTng.
    const auto isShort = [&](unsigned bits) { return time >= m_last && time - m_last < (std::uint64_t{1} << bits); };
    switch (m_options.style) {
    case TraceStyle::LttngCompact:
        m_packet.align(8);
        if (isShort(27) && id < kCompactExtended) {
            m_packet.put(id, 5);
            m_packet.put(time, 27);
        } else {
            m_packet.put(kCompactExtended, 5);
            m_packet.align(8);
            m_packet.put(id, 32);
            m_packet.put(time, 64);
        }
        break;
    case TraceStyle::LttngLarge:
        m_packet.align(8);
        if (isShort(32) && id < kLargeExtended) {
            m_packet.put(id, 16);
            m_packet.put(time, 32);
        } else {
            m_packet.put(kLargeExtended, 16);
            m_packet.put(id, 32);
            m_packet.put(time, 64);
        }
        break;
    case TraceStyle::Perf:
        m_packet.align(8);
        m_packet.put(id, 32);
        m_packet.put(time, 64);
        break;
    case TraceStyle::Dpdk:
        m_packet.align(64);
        m_packet.put(time, 48);
        m_packet.put(id, 16);
        break;
    }
}

void CtfStream::event(EventClassId id, std::uint64_t time, const BitBuffer& payload)
{
    constexpr std::size_t kLongestHeader = 24;
    const bool isFull = m_packet.bytes().size() + kLongestHeader + payload.bytes().size() > m_options.packetBytes;
    if (m_isOpen && isFull && m_packet.sizeBits() > m_headBits && hasPacketSizes(m_options.style)) {
        endPacket();
    }
    if (!m_isOpen) {
        beginPacket(time);
    }
    putEventHeader(id, time);
    m_packet.append(payload);
    m_last = time;
}

CtfWriter::CtfWriter(std::filesystem::path directory, TraceOptions options)
    : m_directory(std::move(directory)), m_options(std::move(options))
{
    std::error_code ignored; // A directory that could not be made shows as a stream that is not good.
    std::filesystem::create_directories(m_directory, ignored);
}

EventClassId CtfWriter::declareEvent(std::string name, std::vector<Field> fields)
{
    m_classes.push_back({std::move(name), std::move(fields)});
    return static_cast<EventClassId>(m_classes.size() - 1);
}

CtfStream& CtfWriter::addStream(std::uint32_t cpu)
{
    const auto file = m_directory / fmt::format("{}{}", filePrefix(m_options.style), cpu);
    return *m_streams.emplace_back(std::make_unique<CtfStream>(file, cpu, m_options));
}

std::string CtfWriter::streamClass() const
{
    std::string_view header = kLargeHeader;
    std::string_view context = kLttngPacketContext;
    switch (m_options.style) {
    case TraceStyle::LttngCompact: header = kCompactHeader; break;
    case TraceStyle::LttngLarge: break;
    case TraceStyle::Perf: header = kPerfHeader, context = kPerfPacketContext; break;
    case TraceStyle::Dpdk: header = kDpdkHeader, context = kDpdkPacketContext; break;
    }
    const std::string_view id = m_options.style == TraceStyle::Dpdk ? "" : "\tid = 0;\n";
    return fmt::format("stream {{\n{}{}{}}};\n\n", id, header, context);
}

std::string CtfWriter::metadata() const
{
    const bool isDpdk = m_options.style == TraceStyle::Dpdk;
    std::string text(kTypes);
    text += fmt::format("trace {{\n\tmajor = 1;\n\tminor = 8;\n\tuuid = \"{}\";\n\tbyte_order = {};\n"
                        "\tpacket.header := struct {{\n\t\tuint32_t magic;\n\t\tuint8_t uuid[16];\n{}\t}};\n}};\n\n",
                        uuidText(m_options.uuid), orderName(m_options.byteOrder),
                        isDpdk ? "" : "\t\tuint32_t stream_id;\n");
    text += environmentText(m_options.environment);
    text += clockText(m_options.clock);
    text += clockIntegers(m_options.clock.name);
    text += streamClass();
    for (EventClassId id = 0; id < m_classes.size(); ++id) {
        text += fmt::format("event {{\n\tname = \"{}\";\n\tid = {};\n{}\tfields := struct {{\n", m_classes[id].name, id,
                            isDpdk ? "" : "\tstream_id = 0;\n");
        for (const Field& field : m_classes[id].fields) {
            text += fmt::format("\t\t{}\n", field.tsdl);
        }
        text += "\t};\n};\n\n";
    }
    return text;
}

base::Result<void> CtfWriter::finish()
{
    for (const auto& stream : m_streams) {
        stream->endPacket();
    }
    std::ofstream out(m_directory / "metadata", std::ios::binary | std::ios::trunc);
    out << metadata();
    out.flush();
    if (!out.good() || !std::ranges::all_of(m_streams, [](const auto& stream) { return stream->isGood(); })) {
        return base::fail(base::ErrorCode::Io, fmt::format("cannot write the trace '{}'", m_directory.string()));
    }
    return {};
}

} // namespace vnscope::tests::support
