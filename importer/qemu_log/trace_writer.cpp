// SPDX-License-Identifier: Apache-2.0
#include "importer/qemu_log/trace_writer.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace vnscope::importer::qemu_log {

namespace {

constexpr std::size_t kPacketBytes = std::size_t{256} << 10U;
constexpr std::size_t kLongestEvent = 64;
constexpr std::size_t kMaxOtherNames = 8192; ///< QEMU 7.2 has 5045 events in all.
constexpr std::uint32_t kMagic = 0xc1fc1fc1;
constexpr std::size_t kHeaderBytes = 4 + 4 + 4 * 8;

constexpr std::string_view kHead = R"(/* CTF 1.8 */
typealias integer { size = 32; align = 8; signed = false; } := uint32_t;
typealias integer { size = 64; align = 8; signed = false; } := uint64_t;
trace {
	major = 1;
	minor = 8;
	byte_order = le;
	packet.header := struct { uint32_t magic; uint32_t stream_id; };
};
env { tracer_name = "qemu-log"; };
clock { name = "realtime"; freq = 1000000000; offset_s = 0; offset = 0; absolute = true; };
typealias integer { size = 64; align = 8; signed = false; map = clock.realtime.value; } := uint64_clock_t;
stream {
	id = 0;
	packet.context := struct {
		uint64_clock_t timestamp_begin;
		uint64_clock_t timestamp_end;
		uint64_t content_size;
		uint64_t packet_size;
	};
	event.header := struct { uint32_t id; uint64_clock_t timestamp; };
};
)";

/// Little-endian.
void put(std::vector<char>& to, std::uint64_t value, unsigned bits)
{
    for (unsigned done = 0; done < bits; done += 8)
        to.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> done)));
}

} // namespace

TraceWriter::TraceWriter(std::filesystem::path directory)
    : m_directory(std::move(directory)), m_stream(m_directory / "log", std::ios::binary | std::ios::trunc)
{
    m_events.reserve(kPacketBytes);
    for (const EventKind& kind : eventKinds())
        m_classes.push_back({std::string(kind.name), kind.arguments});
}

void TraceWriter::begin(std::int64_t timeNs, std::size_t eventClass)
{
    const auto time = static_cast<std::uint64_t>(timeNs);
    if (kHeaderBytes + m_events.size() + kLongestEvent > kPacketBytes)
        endPacket();
    if (m_events.empty())
        m_packetBegin = m_packetEnd = time;
    // Threads write lines in another order than they took their times in.
    m_packetBegin = std::min(m_packetBegin, time);
    m_packetEnd = std::max(m_packetEnd, time);
    put(m_events, eventClass, 32);
    put(m_events, time, 64);
}

void TraceWriter::endPacket()
{
    if (m_events.empty())
        return;
    const std::uint64_t bits = (kHeaderBytes + m_events.size()) * 8;
    std::vector<char> header;
    put(header, kMagic, 32);
    put(header, 0, 32);
    for (const std::uint64_t value : {m_packetBegin, m_packetEnd, bits, bits})
        put(header, value, 64);
    m_stream.write(header.data(), static_cast<std::streamsize>(header.size()));
    m_stream.write(m_events.data(), static_cast<std::streamsize>(m_events.size()));
    m_events.clear();
}

void TraceWriter::add(std::int64_t timeNs, const EventKind& kind, const Values& values)
{
    begin(timeNs, static_cast<std::size_t>(&kind - eventKinds().data()));
    for (std::size_t i = 0; i < kind.arguments.size(); ++i)
        put(m_events, values[i], kind.arguments[i].bits);
}

bool TraceWriter::add(std::int64_t timeNs, std::string_view name)
{
    auto found = m_others.find(std::string(name));
    if (found == m_others.end()) {
        if (m_others.size() == kMaxOtherNames)
            return false;
        found = m_others.emplace(name, m_classes.size()).first;
        m_classes.push_back({std::string(name), {}});
    }
    begin(timeNs, found->second);
    return true;
}

std::string TraceWriter::metadata() const
{
    std::string text(kHead);
    for (std::size_t id = 0; id < m_classes.size(); ++id) {
        text += fmt::format("event {{\n\tname = \"qemu:{}\";\n\tid = {};\n\tstream_id = 0;\n\tfields := struct {{\n",
                            m_classes[id].name, id);
        for (const Argument& argument : m_classes[id].arguments)
            text += fmt::format("\t\tinteger {{ size = {}; align = 8; signed = {}; }} _{};\n", argument.bits,
                                argument.isSigned, argument.field);
        text += "\t};\n};\n";
    }
    return text;
}

bool TraceWriter::finish()
{
    endPacket();
    m_stream.close();
    std::ofstream out(m_directory / "metadata", std::ios::binary | std::ios::trunc);
    out << metadata();
    out.close();
    return m_stream.good() && out.good();
}

} // namespace vnscope::importer::qemu_log
