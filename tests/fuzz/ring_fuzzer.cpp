// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

#include "importer/slot_check.hpp"
#include "importer/wire/protocol.hpp"
#include "tracepoints/schema.hpp"

/// What a reader process that went wild may leave in its ring and say on its pipe.
namespace {

using namespace vnscope::importer;
using vnscope::tracepoints::EventRecord;

constexpr wire::RingShape kShape{
    .slots = 4, .eventsPerSlot = 16, .arenaBytes = 4096, .progressEntries = 3, .classEntries = 8, .nameBytes = 4096};
constexpr std::uint32_t kStreams = 5;
constexpr std::uint32_t kRingOffset = 1U << 20U;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// Spreads the input over the places that are read: header, names, records, payloads.
class Input final {
public:
    Input(const std::uint8_t* data, std::size_t size) : m_rest(reinterpret_cast<const char*>(data), size) {}

    void fill(void* place, std::size_t bytes)
    {
        const std::size_t count = std::min(bytes, m_rest.size());
        std::memcpy(place, m_rest.data(), count);
        m_rest.remove_prefix(count);
    }

private:
    std::string_view m_rest;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)wire::decodeMessage(text);
    (void)wire::decodeRequest(text);

    const std::size_t bytes = wire::ringBytes(kShape);
    static std::vector<std::uint64_t> memory(bytes / sizeof(std::uint64_t) + 1);
    std::ranges::fill(memory, 0);
    const wire::RingView ring(reinterpret_cast<std::byte*>(memory.data()), kShape);
    const wire::SlotView slot = ring.slot(1);
    Input input(data, size);
    wire::SlotHeader header;
    input.fill(&header, sizeof header);
    input.fill(slot.records.data(), slot.records.size_bytes());
    input.fill(slot.progress.data(), slot.progress.size_bytes());
    input.fill(ring.names().data(), ring.names().size());

    NameMap names;
    vnscope::tracepoints::StringTable strings;
    if (!names.readLog(ring.names(), header.nameBytes, strings) ||
        !checkSlot(ring, 1, header, names, kRingOffset, kStreams))
        return 0;
    for (const EventRecord& record : slot.records.first(header.events)) {
        const auto* const schema = vnscope::tracepoints::schemaOf(record.type);
        const std::size_t payload =
            schema != nullptr ? schema->defaults.size() : sizeof(vnscope::tracepoints::EventsLost);
        require(record.payload >= kRingOffset && record.payload - kRingOffset + payload <= bytes);
        require(record.stream.value < kStreams);
    }
    return 0;
}
