// SPDX-License-Identifier: Apache-2.0
#include "simulator/ctf_trace.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include <fmt/format.h>

namespace vnscope::simulator {

namespace {

using namespace tracepoints;
using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::size_t kPacketBytes = std::size_t{256} << 10U;
constexpr std::size_t kLongestName = 512;
constexpr std::size_t kLongestEvent = 64 + 64 * 4 + 2 * kLongestName;
constexpr std::uint32_t kMagic = 0xc1fc1fc1;
constexpr std::size_t kHeaderBytes = 4 + 4 + 4 * 8 + 4;

/// Ids of event classes in the metadata.
enum Class : std::uint16_t { kElement, kQueue, kRead, kWrite, kFlow, kDrop };

constexpr std::string_view kHead = R"(/* CTF 1.8 */
typealias integer {{ size = 8; align = 8; signed = false; }} := uint8_t;
typealias integer {{ size = 16; align = 8; signed = false; }} := uint16_t;
typealias integer {{ size = 32; align = 8; signed = false; }} := uint32_t;
typealias integer {{ size = 64; align = 8; signed = false; }} := uint64_t;
trace {{
	major = 1;
	minor = 8;
	byte_order = {0};
	packet.header := struct {{ uint32_t magic; uint32_t stream_id; }};
}};
env {{ hostname = "simulated"; domain = "ust"; tracer_name = "vnscope-simulate"; }};
clock {{ name = "simulated"; freq = 1000000000; offset_s = 0; offset = 0; absolute = true; }};
typealias integer {{ size = 64; align = 8; signed = false; map = clock.simulated.value; }} := uint64_clock_t;
stream {{
	id = 0;
	packet.context := struct {{
		uint64_clock_t timestamp_begin;
		uint64_clock_t timestamp_end;
		uint64_t content_size;
		uint64_t packet_size;
		uint32_t cpu_id;
	}};
	event.header := struct {{ uint16_t id; uint64_clock_t timestamp; }};
}};
)";

constexpr std::string_view kDefinitions = R"(event {
	name = "vnscope_nf:element";
	id = 0;
	stream_id = 0;
	fields := struct { uint32_t _version; uint32_t _element; string _name; string _kind; };
};
event {
	name = "vnscope_nf:queue";
	id = 1;
	stream_id = 0;
	fields := struct {
		uint32_t _version; uint32_t _queue; string _name; uint32_t _reader; uint32_t _capacity; uint16_t _batch;
	};
};
event {
	name = "vnscope_nf:flow";
	id = 4;
	stream_id = 0;
	fields := struct {
		uint32_t _element; uint64_t _packet; uint32_t _length; uint8_t _ip_version; uint8_t _protocol;
		uint8_t _saddr[16]; uint8_t _daddr[16]; uint16_t _sport; uint16_t _dport;
	};
};
)";

constexpr std::string_view kBatch = R"(event {{
	name = "vnscope_nf:{0}";
	id = {1};
	stream_id = 0;
	fields := struct {{
		uint32_t _element; uint32_t _queue; uint16_t _count; uint16_t _first; {2}uint16_t __ids_length;
		uint{3}_t _ids[ __ids_length ];
	}};
}};
)";

std::string metadata(bool isWide)
{
    const unsigned bits = isWide ? 32 : 16;
    const std::string_view suffix = isWide ? "" : "16";
    std::string text = fmt::format(kHead, std::endian::native == std::endian::little ? "le" : "be");
    text += kDefinitions;
    text += fmt::format(kBatch, fmt::format("read{}", suffix), static_cast<int>(kRead), "", bits);
    text += fmt::format(kBatch, fmt::format("write{}", suffix), static_cast<int>(kWrite), "", bits);
    text += fmt::format(kBatch, "drop", static_cast<int>(kDrop), "string _reason; ", bits);
    return text;
}

/// Appends in the machine's byte order, which the metadata tells.
template <typename Number> void put(std::vector<char>& to, Number number)
{
    const std::size_t at = to.size();
    to.resize(at + sizeof number);
    std::memcpy(to.data() + at, &number, sizeof number);
}

void putText(std::vector<char>& to, std::string_view text)
{
    text = text.substr(0, std::min(text.find('\0'), kLongestName - 1));
    to.insert(to.end(), text.begin(), text.end());
    to.push_back('\0');
}

void putIds(std::vector<char>& to, const PacketIds& ids, bool isWide)
{
    put(to, static_cast<std::uint16_t>(ids.view().size()));
    for (const std::uint64_t id : ids.view()) {
        if (isWide)
            put(to, static_cast<std::uint32_t>(id));
        else
            put(to, static_cast<std::uint16_t>(id));
    }
}

template <typename Batch> void putBatchHead(std::vector<char>& to, const Batch& batch)
{
    put(to, batch.element);
    put(to, batch.queue);
    put(to, batch.packets);
    put(to, batch.first);
}

void putQueue(std::vector<char>& to, const NfQueue& queue, const StringTable& strings)
{
    put(to, queue.version);
    put(to, queue.queue);
    putText(to, strings.text(queue.name));
    put(to, queue.reader);
    put(to, queue.capacity);
    put(to, queue.batchPackets);
}

void putElement(std::vector<char>& to, const NfElement& element, const StringTable& strings)
{
    put(to, element.version);
    put(to, element.element);
    putText(to, strings.text(element.name));
    putText(to, strings.text(element.kind));
}

void putFlow(std::vector<char>& to, const NfFlow& flow)
{
    put(to, flow.element);
    put(to, flow.packet);
    put(to, flow.length);
    put(to, flow.ipVersion);
    put(to, flow.protocol);
    put(to, flow.source);
    put(to, flow.destination);
    put(to, flow.sourcePort);
    put(to, flow.destinationPort);
}

} // namespace

CtfTrace::CtfTrace(std::filesystem::path directory, std::size_t streams, IdMode ids)
    : m_directory(std::move(directory)), m_isWide(ids == IdMode::Composite32), m_streams(streams)
{
    for (std::size_t i = 0; i < streams; ++i) {
        m_streams[i].file.open(m_directory / fmt::format("element_{}", i + 1), std::ios::binary | std::ios::trunc);
        m_streams[i].bytes.reserve(kPacketBytes);
    }
}

void CtfTrace::add(const EventBatch& batch, const StringTable& strings)
{
    for (const EventRecord& event : batch.events())
        addEvent(batch, event, strings);
}

void CtfTrace::addEvent(const EventBatch& batch, const EventRecord& event, const StringTable& strings)
{
    std::vector<char>& to = room(event).bytes;
    const auto head = [&](Class eventClass) {
        put(to, static_cast<std::uint16_t>(eventClass));
        put(to, static_cast<std::uint64_t>(event.time.ns));
    };
    if (event.type == EventType::NfElement) {
        head(kElement);
        putElement(to, batch.payload<NfElement>(event), strings);
    } else if (event.type == EventType::NfQueue) {
        head(kQueue);
        putQueue(to, batch.payload<NfQueue>(event), strings);
    } else if (event.type == EventType::NfFlow) {
        head(kFlow);
        putFlow(to, batch.payload<NfFlow>(event));
    } else if (event.type == EventType::NfDrop) {
        const auto& drop = batch.payload<NfDrop>(event);
        head(kDrop);
        putBatchHead(to, drop);
        putText(to, strings.text(drop.reason));
        putIds(to, drop.ids, m_isWide);
    } else {
        const auto& read = batch.payload<NfBatch>(event);
        head(event.type == EventType::NfRead ? kRead : kWrite);
        putBatchHead(to, read);
        putIds(to, read.ids, m_isWide);
    }
}

CtfTrace::Stream& CtfTrace::room(const EventRecord& event)
{
    Stream& stream = m_streams[event.stream.value];
    if (stream.bytes.size() + kLongestEvent > kPacketBytes)
        endPacket(event.stream.value);
    const auto timeNs = static_cast<std::uint64_t>(event.time.ns);
    if (stream.bytes.empty()) {
        stream.bytes.resize(kHeaderBytes);
        stream.beginNs = timeNs;
    }
    stream.endNs = timeNs;
    return stream;
}

void CtfTrace::endPacket(std::size_t index)
{
    Stream& stream = m_streams[index];
    if (stream.bytes.empty())
        return;
    std::vector<char> header;
    const std::uint64_t bits = stream.bytes.size() * 8;
    put(header, kMagic);
    put(header, std::uint32_t{0});
    for (const std::uint64_t value : {stream.beginNs, stream.endNs, bits, bits})
        put(header, value);
    put(header, static_cast<std::uint32_t>(index));
    std::copy(header.begin(), header.end(), stream.bytes.begin());
    stream.file.write(stream.bytes.data(), static_cast<std::streamsize>(stream.bytes.size()));
    stream.bytes.clear();
}

Result<void> CtfTrace::finish()
{
    bool isGood = true;
    for (std::size_t i = 0; i < m_streams.size(); ++i) {
        endPacket(i);
        m_streams[i].file.close();
        isGood = isGood && m_streams[i].file.good();
    }
    std::ofstream out(m_directory / "metadata", std::ios::binary | std::ios::trunc);
    out << metadata(m_isWide);
    out.close();
    if (!isGood || !out.good())
        return fail(ErrorCode::Io, fmt::format("{}: cannot write the trace", m_directory.string()));
    return {};
}

} // namespace vnscope::simulator
