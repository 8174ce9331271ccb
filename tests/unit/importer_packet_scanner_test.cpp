// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "importer/metadata_check.hpp"
#include "importer/packet_scanner.hpp"

namespace vnscope::tests {

namespace {

using importer::combineBounds;
using importer::PacketBounds;
using importer::PacketScanner;
using importer::PacketSignature;
using importer::parseIndex;

using Bytes = std::vector<std::byte>;

Bytes bytesOf(std::string_view text)
{
    Bytes bytes(text.size());
    std::ranges::transform(text, bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

/// A packet header as LTTng writes it: magic, UUID.
const Bytes kHeader = bytesOf("\xc1\x1f\xfc\xc1"
                              "0123456789abcdef");

Bytes streamWithPacketsAt(const std::vector<std::size_t>& offsets, std::size_t size)
{
    Bytes bytes(size, std::byte{0x11});
    for (const std::size_t offset : offsets)
        std::ranges::copy(kHeader, bytes.begin() + static_cast<std::ptrdiff_t>(offset));
    return bytes;
}

std::vector<std::uint64_t> scan(const Bytes& bytes, const PacketSignature& signature, std::size_t chunk)
{
    PacketScanner scanner(signature);
    for (std::size_t at = 0; at < bytes.size(); at += chunk)
        scanner.feed(std::span(bytes).subspan(at, std::min(chunk, bytes.size() - at)));
    return scanner.starts();
}

void putBigEndian(Bytes& bytes, std::uint64_t value, std::size_t count)
{
    for (std::size_t i = count; i-- > 0;)
        bytes.push_back(static_cast<std::byte>(value >> (8 * i)));
}

/// An LTTng index (version 1.1) of these packets.
Bytes indexOf(const std::vector<PacketBounds>& packets)
{
    Bytes bytes;
    putBigEndian(bytes, 0xC1F1DCC1, 4);
    putBigEndian(bytes, 1, 4);
    putBigEndian(bytes, 1, 4);
    putBigEndian(bytes, 72, 4);
    for (const PacketBounds& packet : packets) {
        putBigEndian(bytes, packet.offset, 8);
        putBigEndian(bytes, packet.size * 8, 8);
        bytes.resize(bytes.size() + 72 - 16);
    }
    return bytes;
}

TEST(PacketScanner, FindsPacketsWhereverChunksEnd)
{
    const std::vector<std::size_t> offsets{0, 100, 120, 4000};
    const Bytes bytes = streamWithPacketsAt(offsets, 5000);
    const PacketSignature signature(kHeader, true);
    for (const std::size_t chunk : {std::size_t{1}, std::size_t{7}, std::size_t{19}, std::size_t{20}, std::size_t{21},
                                    std::size_t{110}, std::size_t{5000}})
        EXPECT_THAT(scan(bytes, signature, chunk), testing::ElementsAre(0, 100, 120, 4000)) << "chunks of " << chunk;
}

TEST(PacketScanner, TakesTheMagicAloneOnlyWherePacketsCanBegin)
{
    const Bytes bytes = streamWithPacketsAt({0, 128, 203}, 400);
    EXPECT_THAT(scan(bytes, PacketSignature(kHeader, false), 50), testing::ElementsAre(0, 128));
}

TEST(PacketScanner, FindsNothingWithoutASignature)
{
    EXPECT_THAT(scan(streamWithPacketsAt({0}, 100), PacketSignature(), 10), testing::IsEmpty());
}

TEST(LearnSignature, IsWhatMostStreamsBeginWith)
{
    Bytes other = kHeader;
    other[10] = std::byte{0};
    const std::vector<Bytes> starts{other, kHeader, bytesOf("some text that is no stream"), kHeader, {}};
    const PacketSignature signature = importer::learnSignature(starts);
    EXPECT_TRUE(signature.hasUuid());
    EXPECT_TRUE(std::ranges::equal(signature.bytes(), kHeader));
}

TEST(LearnSignature, IsTheMagicWhenNothingElseIsShared)
{
    Bytes other = kHeader;
    other[10] = std::byte{0};
    const PacketSignature signature = importer::learnSignature(std::vector<Bytes>{other, kHeader});
    EXPECT_EQ(signature.bytes().size(), PacketSignature::kMagicBytes);
    EXPECT_TRUE(importer::learnSignature(std::vector<Bytes>{bytesOf("text")}).isEmpty());
}

TEST(Metadata, IsToldApart)
{
    using importer::checkMetadata;
    using importer::MetadataState;
    EXPECT_EQ(checkMetadata({}), MetadataState::Empty);
    EXPECT_EQ(checkMetadata(bytesOf("/* CTF 1.8 */ trace {")), MetadataState::Plausible);
    EXPECT_EQ(checkMetadata(bytesOf("\x1e{\"type\":\"preamble\"}")), MetadataState::Ctf2);
    Bytes packet = bytesOf("\x57\x1d\xd1\x75");
    packet.resize(64);
    packet[24] = packet[25] = std::byte{1}; // content_size: 257 bits
    EXPECT_EQ(checkMetadata(packet), MetadataState::Cut) << "smaller than its header";
    packet[25] = packet[29] = std::byte{2}; // content_size and packet_size: 512 bits
    packet[24] = std::byte{0};
    EXPECT_EQ(checkMetadata(packet), MetadataState::Plausible);
    packet.pop_back();
    EXPECT_EQ(checkMetadata(packet), MetadataState::Cut);
}

TEST(Metadata, TellsTheUuidThatPacketsCarry)
{
    const std::string_view block = "trace { uuid = \"00010203-0405-0607-0809-0a0b0c0d0eFF\"; ";
    const auto uuid =
        importer::packetUuid(bytesOf(std::string(block) + "packet.header := struct { uint8_t uuid[16]; }; };"));
    ASSERT_TRUE(uuid);
    EXPECT_EQ((*uuid)[1], std::byte{1});
    EXPECT_EQ((*uuid)[15], std::byte{0xff});
    EXPECT_FALSE(importer::packetUuid(bytesOf(std::string(block) + "packet.header := struct { uint32_t magic; }; };")));
    EXPECT_FALSE(
        importer::packetUuid(bytesOf("trace { uuid = \"nonsense\"; packet.header := struct { uint8_t uuid[16]; };")));
}

TEST(ParseIndex, GivesThePacketsOfASoundIndex)
{
    const std::vector<PacketBounds> packets{{0, 4096}, {4096, 8192}, {12288, 100}};
    EXPECT_EQ(parseIndex(indexOf(packets), 12388), packets);
}

TEST(ParseIndex, StopsWhereTheStreamWasCut)
{
    const std::vector<PacketBounds> packets{{0, 4096}, {4096, 8192}};
    EXPECT_THAT(*parseIndex(indexOf(packets), 9000), testing::ElementsAre(PacketBounds{0, 4096}));
}

TEST(ParseIndex, RefusesWhatCannotBe)
{
    EXPECT_FALSE(parseIndex(bytesOf("short"), 100));
    EXPECT_FALSE(parseIndex(bytesOf("an index without the magic number"), 100));
    EXPECT_FALSE(parseIndex(indexOf({{0, 100}, {50, 100}}), 1000)) << "packets overlap";
    EXPECT_FALSE(parseIndex(indexOf({{500, 100}, {0, 100}}), 1000)) << "packets go back";
    EXPECT_FALSE(parseIndex(indexOf({{0, 0}}), 1000)) << "an empty packet";
    EXPECT_FALSE(parseIndex(indexOf({{2000, 100}}), 1000)) << "outside the stream";
    Bytes tinyEntries = indexOf({{0, 100}});
    tinyEntries[15] = std::byte{8};
    EXPECT_FALSE(parseIndex(tinyEntries, 1000));
}

TEST(CombineBounds, AddsPacketsThatOnlyATrustworthyIndexKnows)
{
    // The second packet's header is damaged, so the scan sees one packet less.
    const std::vector<PacketBounds> index{{0, 100}, {100, 100}, {200, 50}};
    EXPECT_EQ(combineBounds({0, 200}, index, 250), index);
    // An index of another stream is not believed.
    const std::vector<PacketBounds> stale{{0, 70}, {70, 70}, {140, 110}};
    EXPECT_THAT(combineBounds({0, 200}, stale, 250), testing::ElementsAre(PacketBounds{0, 200}, PacketBounds{200, 50}));
    EXPECT_THAT(combineBounds({}, index, 250), testing::IsEmpty());
}

} // namespace

} // namespace vnscope::tests
