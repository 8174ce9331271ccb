// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "importer/slot_check.hpp"
#include "importer/wire/protocol.hpp"

/// What travels between the importing process and a reader, and what of it is believed.
namespace vnscope::tests {

namespace {

namespace wire = importer::wire;
using importer::NameMap;
using tracepoints::EventType;

constexpr wire::RingShape kShape{
    .slots = 4, .eventsPerSlot = 8, .arenaBytes = 4096, .progressEntries = 2, .classEntries = 4, .nameBytes = 4096};
constexpr std::uint32_t kStreams = 3;

/// A ring in ordinary memory with one sound slot: an skb at a device called "eth0".
class SlotCheck : public testing::Test {
protected:
    SlotCheck()
        : m_memory(wire::ringBytes(kShape) / sizeof(std::uint64_t) + 1),
          m_ring(reinterpret_cast<std::byte*>(m_memory.data()), kShape),
          m_slot(m_ring.slot(0))
    {
        addName("lo");
        addName("eth0");
        m_payload.skb = 0xffff8880;
        m_payload.length = 60;
        m_payload.device = {1};
        std::memcpy(m_ring.base() + m_slot.arenaOffset, &m_payload, sizeof m_payload);
        m_slot.records[0] = {{1000}, m_slot.arenaOffset, EventType::NetDevQueue, 1, {2}};
        m_header.events = 1;
        m_header.progressEntries = 2;
        m_header.classEntries = 1;
        m_header.nameBytes = m_nameBytes;
    }

    void addName(std::string_view name)
    {
        const auto size = static_cast<std::uint16_t>(name.size());
        std::memcpy(m_ring.names().data() + m_nameBytes, &size, sizeof size);
        std::memcpy(m_ring.names().data() + m_nameBytes + sizeof size, name.data(), size);
        m_nameBytes += static_cast<std::uint32_t>(sizeof size + size);
    }
    bool check()
    {
        return m_names.readLog(m_ring.names(), m_header.nameBytes, m_strings) &&
               importer::checkSlot(m_ring, 0, m_header, m_names, kOffset, kStreams);
    }

    static constexpr std::uint32_t kOffset = 0x10000;
    std::vector<std::uint64_t> m_memory;
    wire::RingView m_ring;
    wire::SlotView m_slot;
    wire::SlotHeader m_header;
    std::uint32_t m_nameBytes = 0;
    tracepoints::SkbAtDevice m_payload;
    tracepoints::StringTable m_strings;
    NameMap m_names;
};

TEST_F(SlotCheck, GivesNamesAndOffsetsOfTheSession)
{
    m_strings.intern("of another reader");
    ASSERT_TRUE(check());
    const tracepoints::EventRecord& record = m_slot.records[0];
    EXPECT_EQ(record.payload, m_slot.arenaOffset + kOffset);
    const tracepoints::EventBatch batch({&record, 1}, m_ring.base() - kOffset);
    EXPECT_EQ(m_strings.text(batch.payload<tracepoints::SkbAtDevice>(record).device), "eth0");
}

TEST_F(SlotCheck, TurnsAnUnknownNameIntoNone)
{
    m_payload.device = {77};
    std::memcpy(m_ring.base() + m_slot.arenaOffset, &m_payload, sizeof m_payload);
    ASSERT_TRUE(check());
    tracepoints::SkbAtDevice checked;
    std::memcpy(&checked, m_ring.base() + m_slot.arenaOffset, sizeof checked);
    EXPECT_FALSE(checked.device.isValid());
}

TEST_F(SlotCheck, RefusesAnUnknownType)
{
    m_slot.records[0].type = EventType::Count;
    EXPECT_FALSE(check());
}

TEST_F(SlotCheck, RefusesAnUnknownStream)
{
    m_slot.records[0].stream = {kStreams};
    EXPECT_FALSE(check());
}

TEST_F(SlotCheck, RefusesAPayloadOutsideTheRing)
{
    m_slot.records[0].payload = static_cast<std::uint32_t>(wire::ringBytes(kShape)) - 8;
    EXPECT_FALSE(check());
    m_slot.records[0].payload = 0xfffffff8;
    EXPECT_FALSE(check());
}

TEST_F(SlotCheck, RefusesAMisalignedPayload)
{
    m_slot.records[0].payload += 4;
    EXPECT_FALSE(check());
}

TEST_F(SlotCheck, RefusesMoreEntriesThanASlotHas)
{
    for (const auto member :
         {&wire::SlotHeader::events, &wire::SlotHeader::progressEntries, &wire::SlotHeader::classEntries}) {
        wire::SlotHeader header = m_header;
        header.*member = 1000;
        EXPECT_FALSE(importer::checkSlot(m_ring, 0, header, m_names, kOffset, kStreams));
    }
}

TEST_F(SlotCheck, RefusesProgressOfAnUnknownPiece)
{
    m_slot.progress[1].piece = 2;
    EXPECT_FALSE(check());
}

TEST_F(SlotCheck, RefusesANameLogThatMakesNoSense)
{
    m_header.nameBytes = kShape.nameBytes + 1;
    EXPECT_FALSE(check()) << "longer than the log";
    m_header.nameBytes = m_nameBytes - 1;
    EXPECT_FALSE(check()) << "ends inside a name";
}

TEST(Protocol, BringsARequestAcross)
{
    wire::ReaderRequest request{wire::protocolVersion(), {{-5}, {7}}, true, kShape, {}};
    request.groups.push_back(
        {3, "/tmp/a \"quoted\" folder", -9, {{1, "ch_0", 7, 12, 99, true}, {2, "ch_1", 1, 0, 5, false}}});
    const auto decoded = wire::decodeRequest(wire::encode(request));
    ASSERT_TRUE(decoded);
    EXPECT_EQ(decoded->version, request.version);
    EXPECT_EQ(decoded->window, request.window);
    EXPECT_TRUE(decoded->isCheck);
    EXPECT_EQ(decoded->ring, kShape);
    ASSERT_EQ(decoded->groups.size(), 1U);
    EXPECT_EQ(decoded->groups[0].directory, request.groups[0].directory);
    EXPECT_EQ(decoded->groups[0].clockCorrection, -9);
    ASSERT_EQ(decoded->groups[0].pieces.size(), 2U);
    EXPECT_EQ(decoded->groups[0].pieces[0].skipEvents, 12U);
    EXPECT_EQ(decoded->groups[0].pieces[0].bytes, 99U);
    EXPECT_TRUE(decoded->groups[0].pieces[0].isContinuation);
}

TEST(Protocol, RefusesRequestsThatMakeNoSense)
{
    EXPECT_FALSE(wire::decodeRequest(""));
    EXPECT_FALSE(wire::decodeRequest("{}"));
    wire::ReaderRequest request{wire::protocolVersion(), {}, false, kShape, {}};
    request.ring.arenaBytes = ~0U;
    EXPECT_FALSE(wire::decodeRequest(wire::encode(request)));
}

TEST(Protocol, BringsMessagesAcross)
{
    const std::string invalidUtf8 = "eth\xff";
    const auto eventClass =
        wire::decodeMessage(wire::encode(wire::ClassMessage{2, invalidUtf8, "skb_kfree", "reason"}));
    ASSERT_TRUE(eventClass && std::holds_alternative<wire::ClassMessage>(*eventClass));
    EXPECT_EQ(std::get<wire::ClassMessage>(*eventClass).schema, "skb_kfree");
    const auto failure = wire::decodeMessage(wire::encode(wire::StreamFailure{4}));
    ASSERT_TRUE(failure && std::holds_alternative<wire::StreamFailure>(*failure));
    EXPECT_EQ(std::get<wire::StreamFailure>(*failure).piece, 4U);
    const auto done = wire::decodeMessage(wire::encode(wire::DoneMessage{}));
    EXPECT_TRUE(done && std::holds_alternative<wire::DoneMessage>(*done));
}

TEST(Protocol, IgnoresLinesThatAreNoMessage)
{
    for (const char* line :
         {"", "null", "[]", "{\"kind\":99,\"body\":{}}", "{\"kind\":0,\"body\":7}", "{\"kind\":-1,\"body\":{}}"})
        EXPECT_FALSE(wire::decodeMessage(line)) << line;
}

} // namespace

} // namespace vnscope::tests
