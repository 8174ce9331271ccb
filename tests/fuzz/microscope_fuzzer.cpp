// SPDX-License-Identifier: Apache-2.0
//
// What network functions tell may come from anywhere: whatever they say of queues, packets and times, Microscope's
// intake comes to an end, and what it says of victims holds together. The input is the events, not a trace.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>

#include "analyses/microscope/culprit_tally.hpp"
#include "analyses/microscope/engine.hpp"
#include "analyses/microscope/reasoning.hpp"
#include "analyses/microscope/victim_keeper.hpp"
#include "tests/fuzz/bytes.hpp"
#include "tracepoints/event_batch.hpp"

namespace {

using namespace vnscope;
using namespace vnscope::analyses::microscope;
using tests::Bytes;
using tracepoints::EventType;

void require(bool holds)
{
    if (!holds)
        std::abort();
}

/// Few numbers, so that events have to do with each other; now and then any.
std::uint32_t numberFrom(Bytes& bytes)
{
    const std::uint8_t byte = bytes.byte();
    return byte == 0xff ? bytes.take<std::uint32_t>() : byte == 0xfe ? tracepoints::NfQueue::kNone : byte % 6;
}

std::uint64_t idFrom(Bytes& bytes)
{
    const std::uint8_t byte = bytes.byte();
    return byte == 0xff ? bytes.take<std::uint64_t>() : byte == 0xfe ? kUnnamed : byte % 32;
}

template <typename Batch> Batch batchFrom(Bytes& bytes)
{
    Batch batch;
    batch.element = numberFrom(bytes);
    batch.queue = numberFrom(bytes);
    const std::uint8_t shape = bytes.byte();
    const std::size_t count = shape % 16;
    batch.packets = static_cast<std::uint16_t>(count);
    batch.ids.count = (shape & 0x10U) != 0 ? 0 : count;
    for (std::size_t i = 0; i < batch.ids.count; ++i)
        batch.ids.numbers[i] = idFrom(bytes);
    if ((shape & 0xe0U) == 0xe0U) {
        batch.packets = bytes.take<std::uint16_t>();
        batch.first = bytes.take<std::uint16_t>();
        batch.ids.count = bytes.take<std::uint16_t>();
    }
    return batch;
}

/// A session of one host, event by event, in the order of time as an importer gives it.
class Session final {
public:
    explicit Session(EngineOptions options)
        : m_engine(
              std::move(options), [this](const Diagnosis& diagnosis) { look(diagnosis); },
              [this](base::Timestamp) { takeQueues(false); })
    {
    }

    void play(Bytes& bytes)
    {
        while (!bytes.isEmpty())
            tell(bytes);
        m_engine.finish();
        takeQueues(true);
        m_victims.judge(m_engine.latencyThreshold());
        (void)tallyCulprits(m_victims.victims());
    }

private:
    void tell(Bytes& bytes)
    {
        const std::uint8_t kind = bytes.byte();
        m_at = m_at + stepFrom(kind >> 4U, bytes);
        switch (kind % 8) {
        case 0: give(EventType::NfElement, elementFrom(bytes)); break;
        case 1: give(EventType::NfQueue, queueFrom(bytes)); break;
        case 2:
        case 3: give(EventType::NfRead, batchFrom<tracepoints::NfBatch>(bytes)); break;
        case 4:
        case 5: give(EventType::NfWrite, batchFrom<tracepoints::NfBatch>(bytes)); break;
        case 6: give(EventType::NfFlow, flowFrom(bytes)); break;
        default: give(EventType::NfDrop, batchFrom<tracepoints::NfDrop>(bytes)); break;
        }
    }
    /// From nothing to some seconds.
    static base::Nanoseconds stepFrom(unsigned scale, Bytes& bytes)
    {
        return scale == 0 ? 0 : base::Nanoseconds{bytes.byte()} << (2 * (scale - 1));
    }
    tracepoints::NfElement elementFrom(Bytes& bytes)
    {
        const std::uint32_t number = numberFrom(bytes);
        return {1, number, m_strings.intern("nf"), m_strings.intern(bytes.byte() % 4 == 0 ? "source" : "vpn")};
    }
    tracepoints::NfQueue queueFrom(Bytes& bytes)
    {
        const std::uint32_t number = numberFrom(bytes);
        const std::uint32_t reader = numberFrom(bytes);
        return {1, number, reader, bytes.byte(), bytes.byte(), m_strings.intern("queue")};
    }
    static tracepoints::NfFlow flowFrom(Bytes& bytes)
    {
        tracepoints::NfFlow flow;
        flow.element = numberFrom(bytes);
        flow.packet = idFrom(bytes);
        flow.sourcePort = bytes.byte();
        return flow;
    }
    template <typename Payload> void give(EventType type, const Payload& payload)
    {
        const tracepoints::EventRecord record{m_at, 0, type, 0, {0}};
        const tracepoints::EventBatch one({&record, 1}, reinterpret_cast<const std::byte*>(&payload));
        m_engine.process(record, one, m_strings, 0, m_host);
    }

    void look(const Diagnosis& diagnosis)
    {
        require(diagnosis.journey.end >= diagnosis.journey.begin);
        require(m_engine.network().hops(diagnosis.journey).size() <= PathTable::kLongest);
        for (const HopDiagnosis& hop : diagnosis.hops) {
            double sum = 0;
            for (const Blame& blame : hop.why->blames) {
                require(std::isfinite(blame.share));
                sum += blame.share;
            }
            require(sum <= 1 + 1e-6);
        }
        (void)reasoningOf(diagnosis, m_engine.diagnoser(), m_engine.network());
        m_victims.add(makeVictim(diagnosis));
    }
    void takeQueues(bool isEnd)
    {
        for (std::uint32_t number = 0; number < m_engine.network().queues(); ++number) {
            QueueLog& log = m_engine.network().log(QueueId{number});
            (void)log.takeBusyPeriods();
            (void)log.takeLengths(isEnd);
        }
    }

    std::string m_host = "host";
    base::Timestamp m_at{1'700'000'000 * base::kNsPerSecond};
    tracepoints::StringTable m_strings;
    VictimKeeper m_victims;
    Engine m_engine;
};

} // namespace

// The name is libFuzzer's. NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Bytes bytes(data, size);
    EngineOptions options;
    options.reconstruction.idBits = 1 + bytes.byte() % 64;
    if (bytes.byte() % 2 == 0)
        options.isVictim = [](const Journey&) { return true; };
    Session(std::move(options)).play(bytes);
    return 0;
}
