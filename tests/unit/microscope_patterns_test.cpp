// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "analyses/microscope/patterns/aggregation.hpp"
#include "analyses/microscope/patterns/port_segments.hpp"
#include "tests/support/pattern_workload.hpp"

namespace {

using namespace vnscope;
using namespace vnscope::analyses::microscope;
using patterns::Aggregate;
using patterns::Options;
using patterns::Pattern;
using patterns::Patterns;
using patterns::Place;
using patterns::PlaceScope;
using patterns::PlaceSet;
using patterns::PortRange;
using patterns::Prefix;
using patterns::Relation;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;

const std::vector<Place> kPlaces = {{"source", "source"}, {"fw1", "fw"}, {"fw2", "fw"}, {"vpn1", "vpn"}};
constexpr std::uint32_t kFirewall1 = 1;
constexpr std::uint32_t kFirewall2 = 2;
constexpr std::uint32_t kVpn = 3;

using Bytes = std::array<std::uint8_t, 4>;

Flow flow(Bytes source, Bytes destination, std::uint16_t sourcePort, std::uint16_t destinationPort,
          std::uint8_t protocol = kTcp)
{
    Flow flow{.sourcePort = sourcePort, .destinationPort = destinationPort, .protocol = protocol, .ipVersion = 4};
    std::copy(source.begin(), source.end(), flow.source.begin());
    std::copy(destination.begin(), destination.end(), flow.destination.begin());
    return flow;
}

Prefix prefix(Bytes bytes, std::uint8_t length)
{
    const std::uint64_t word = std::uint64_t{bytes[0]} << 24U | std::uint64_t{bytes[1]} << 16U |
                               std::uint64_t{bytes[2]} << 8U | std::uint64_t{bytes[3]};
    return {{word << 32U, 0}, length};
}

Patterns aggregate(const std::vector<Relation>& relations, const Options& options = {})
{
    return patterns::aggregate(relations, kPlaces, options);
}

double scoreOfCulprit(const Patterns& found, const Aggregate& culprit)
{
    double score = 0;
    for (const Pattern& pattern : found.ranked)
        score += pattern.culprit == culprit ? pattern.score : 0;
    return score;
}

TEST(PatternAggregation, NothingGivesNothing)
{
    EXPECT_EQ(aggregate({}).coverage(), 0);
    EXPECT_THAT(aggregate({}).ranked, IsEmpty());
    EXPECT_THAT(patterns::aggregate({}, {}).ranked, IsEmpty());
}

TEST(PatternAggregation, CountsWhatItIgnores)
{
    const Flow some = flow({10, 0, 0, 1}, {10, 0, 0, 2}, 1000, 80);
    const double wrong[] = {std::nan(""), -1, 0, std::numeric_limits<double>::infinity(),
                            std::numeric_limits<double>::max()};
    std::vector<Relation> relations = {{some, kFirewall1, some, kVpn, 3}};
    for (const double score : wrong)
        relations.push_back({some, kFirewall1, some, kVpn, score});
    relations.push_back({some, 4, some, kVpn, 1});
    relations.push_back({some, kFirewall1, some, 4, 1});
    const Patterns found = aggregate(relations);
    EXPECT_EQ(found.ignored, 7U);
    EXPECT_EQ(found.relations, 1U);
    EXPECT_EQ(found.total, 3);
    EXPECT_EQ(found.coverage(), 1);
    ASSERT_THAT(found.ranked, SizeIs(1));
    EXPECT_EQ(found.ranked[0].relations, 1U);
}

TEST(PatternAggregation, EqualRelationsAreOneWithTheirSum)
{
    const Flow culprit = flow({10, 0, 0, 1}, {10, 0, 0, 2}, 1000, 80);
    const Flow victim = flow({10, 0, 0, 3}, {10, 0, 0, 4}, 2000, 53, kUdp);
    const Patterns found = aggregate({{culprit, kFirewall1, victim, kVpn, 3}, {culprit, kFirewall1, victim, kVpn, 4}});
    const Aggregate expectedCulprit{
        4,        prefix({10, 0, 0, 1}, 32),         prefix({10, 0, 0, 2}, 32), kTcp, {1000, 1000},
        {80, 80}, {PlaceScope::Instance, kFirewall1}};
    const Aggregate expectedVictim{4,        prefix({10, 0, 0, 3}, 32),   prefix({10, 0, 0, 4}, 32), kUdp, {2000, 2000},
                                   {53, 53}, {PlaceScope::Instance, kVpn}};
    EXPECT_THAT(found.ranked, ElementsAre(Pattern{expectedCulprit, expectedVictim, 7, 2}));
}

/// One host scans a network, between a hundred others that send one packet each.
TEST(PatternAggregation, FindsTheHostThatTalksToMany)
{
    const Flow victim = flow({10, 0, 0, 3}, {10, 0, 0, 4}, 2000, 53, kUdp);
    std::vector<Relation> relations;
    std::mt19937 random(1);
    const auto anywhere = [&] {
        const auto number = static_cast<std::uint32_t>(random());
        return Bytes{static_cast<std::uint8_t>(number >> 24U), static_cast<std::uint8_t>(number >> 16U),
                     static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
    };
    for (std::uint8_t i = 0; i < 100; ++i) {
        const auto port = static_cast<std::uint16_t>(40000 + 37 * i);
        relations.push_back({flow({192, 0, 2, 7}, {10, 1, i, i}, port, 22), kFirewall2, victim, kVpn, 1});
        relations.push_back({flow(anywhere(), anywhere(), port, 443), kFirewall2, victim, kVpn, 0.1});
    }
    const Patterns found = aggregate(relations);
    const Aggregate scanner{
        4,        prefix({192, 0, 2, 7}, 32),        prefix({10, 1, 0, 0}, 17), kTcp, {40000, 43663},
        {22, 22}, {PlaceScope::Instance, kFirewall2}};
    EXPECT_NEAR(scoreOfCulprit(found, scanner), 100, 1e-6);
    EXPECT_LE(found.ranked.size(), 3U);
}

TEST(PatternAggregation, FlowsOfTheSameKindAtSeveralPlacesOfATypeGiveTheType)
{
    std::vector<Relation> relations;
    for (std::uint8_t i = 0; i < 200; ++i) {
        const Flow some = flow({static_cast<std::uint8_t>(i + 1), i, i, 1}, {i, 1, 2, i}, 5000, 80);
        relations.push_back({some, i % 2 == 0 ? kFirewall1 : kFirewall2, some, kVpn, 1});
    }
    const Patterns found = aggregate(relations);
    ASSERT_THAT(found.ranked, SizeIs(1));
    EXPECT_EQ(found.ranked[0].culprit.place, (PlaceSet{PlaceScope::Type, kFirewall1}));
    EXPECT_EQ(found.ranked[0].victim.place, (PlaceSet{PlaceScope::Instance, kVpn}));
}

TEST(PatternAggregation, KeepsVersionsApart)
{
    Flow six{.sourcePort = 1, .destinationPort = 2, .protocol = kTcp, .ipVersion = 6};
    six.source[15] = 1;
    six.destination[15] = 2;
    const Flow four = flow({10, 0, 0, 1}, {10, 0, 0, 2}, 1, 2);
    Flow unknown = four;
    unknown.ipVersion = 0;
    const Patterns found = aggregate({{six, kVpn, six, kVpn, 4},
                                      {four, kVpn, four, kVpn, 3},
                                      {unknown, kVpn, unknown, kVpn, 2},
                                      {six, kVpn, four, kVpn, 1}});
    ASSERT_THAT(found.ranked, SizeIs(4));
    EXPECT_EQ(found.ranked[0].culprit.source, (Prefix{{0, 1}, 128}));
    EXPECT_EQ(found.ranked[1].culprit.source, prefix({10, 0, 0, 1}, 32));
    EXPECT_EQ(found.ranked[2].culprit.source, (Prefix{}));
    EXPECT_EQ(found.ranked[3].victim.source, prefix({10, 0, 0, 1}, 32));
    EXPECT_EQ(found.leftOver, 0);
}

TEST(PatternAggregation, BelowTheThresholdIsLeftOver)
{
    const Flow culprit = flow({10, 0, 0, 1}, {10, 0, 0, 2}, 1, 2);
    Flow six{.ipVersion = 6};
    const Patterns found = aggregate({{culprit, kVpn, culprit, kVpn, 995}, {six, kVpn, six, kVpn, 5}});
    EXPECT_THAT(found.ranked, SizeIs(1));
    EXPECT_EQ(found.leftOver, 5);
    EXPECT_EQ(found.leftOverRelations, 1U);
    EXPECT_DOUBLE_EQ(found.coverage(), 0.995);
}

TEST(PatternAggregation, DoesNotDependOnTheOrderOfRelations)
{
    auto workload = tests::makePatternWorkload({.relations = 5'000, .backgroundFlows = 2'000});
    for (Relation& relation : workload.relations) // Sums of whole numbers are exact.
        relation.score = std::ceil(relation.score * 1e6);
    const Patterns found = patterns::aggregate(workload.relations, workload.places);
    std::reverse(workload.relations.begin(), workload.relations.end());
    EXPECT_EQ(patterns::aggregate(workload.relations, workload.places).ranked, found.ranked);
}

/// Figure 14's experiment, with what the generator put in as the truth.
class Figure14 : public ::testing::TestWithParam<tests::PatternWorkloadOptions> {};

TEST_P(Figure14, FewPatternsAndTheInjectedCulpritIsOneOfThem)
{
    const auto workload = tests::makePatternWorkload(GetParam());
    const Patterns found = patterns::aggregate(workload.relations, workload.places);
    EXPECT_LE(found.ranked.size(), 20U);
    EXPECT_GE(found.coverage(), 0.98);
    EXPECT_NEAR(found.total, workload.total, 1e-9);
    const double atFirewall = (1 - GetParam().injectedAtSource) * workload.injectedScore;
    EXPECT_GE(scoreOfCulprit(found, workload.injected), 0.97 * atFirewall);
    EXPECT_LE(scoreOfCulprit(found, workload.injected), workload.injectedScore * (1 + 1e-9));
}

INSTANTIATE_TEST_SUITE_P(
    Workloads, Figure14,
    ::testing::Values(
        tests::PatternWorkloadOptions{}, tests::PatternWorkloadOptions{.seed = 2, .isGrid = true},
        tests::PatternWorkloadOptions{.seed = 3, .isGrid = true, .addresses = tests::Addresses::Networks},
        tests::PatternWorkloadOptions{.seed = 4, .injectedScore = 0.1, .injectedRelations = 0.02},
        tests::PatternWorkloadOptions{.seed = 5, .elsewhere = 0.9},
        tests::PatternWorkloadOptions{.seed = 7, .injectedScore = 0.1, .isGrid = true, .isUneven = true},
        tests::PatternWorkloadOptions{.seed = 8, .injectedScore = 0.02, .injectedRelations = 0.02, .isUneven = true},
        tests::PatternWorkloadOptions{.seed = 9, .isUneven = true, .injectedAtSource = 0.3},
        tests::PatternWorkloadOptions{.seed = 6, .addresses = tests::Addresses::Networks, .ipVersion = 6}));

std::vector<PortRange> segments(std::vector<std::uint16_t> ports)
{
    return patterns::portSegments(ports);
}

TEST(PortSegments, JoinNeighbours)
{
    EXPECT_THAT(segments({}), IsEmpty());
    EXPECT_THAT(segments({2000, 2001, 2002, 2003, 2004, 2005, 2006, 2007, 2008}), ElementsAre(PortRange{2000, 2008}));
    EXPECT_THAT(segments({2000, 2001, 2002, 2004, 2005, 2006, 2008}), ElementsAre(PortRange{2000, 2008}));
    EXPECT_THAT(segments({2000, 2002, 2004, 2006, 2008}), ElementsAre(PortRange{2000, 2008}));
    EXPECT_THAT(segments({65534, 65535}), ElementsAre(PortRange{65534, 65535}));
}

TEST(PortSegments, KeepStrangersApart)
{
    EXPECT_THAT(segments({80, 443}), ElementsAre(PortRange{80, 80}, PortRange{443, 443}));
    EXPECT_THAT(segments({443, 445}), ElementsAre(PortRange{443, 443}, PortRange{445, 445}));
    EXPECT_THAT(segments({80, 2000, 2001, 2002, 2003, 8080}),
                ElementsAre(PortRange{80, 80}, PortRange{2000, 2003}, PortRange{8080, 8080}));
}

} // namespace
