// SPDX-License-Identifier: Apache-2.0
#include <functional>
#include <map>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "apps/vnscope/threshold/expression.hpp"
#include "apps/vnscope/threshold/judge.hpp"
#include "apps/vnscope/threshold/metrics.hpp"
#include "apps/vnscope/threshold/names.hpp"

namespace vnscope::cli::threshold {
namespace {

using base::ErrorCode;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// Metrics with fixed values; those not listed are unknown.
class FixedMetrics final : public MetricSource {
public:
    explicit FixedMetrics(std::map<std::string, double> values) : m_values(std::move(values)) {}

    base::Result<Measurement> measure(const MetricCall& call) override
    {
        const auto value = m_values.find(call.text());
        if (value == m_values.end())
            return Measurement{std::nullopt, "nobody looked"};
        return Measurement{value->second, {}};
    }

private:
    std::map<std::string, double> m_values;
};

Verdict verdict(std::string_view source, std::map<std::string, double> values = {})
{
    const auto expression = parse(source);
    EXPECT_TRUE(expression.has_value()) << source << ": " << (expression ? "" : expression.error().message);
    if (!expression)
        return Verdict::Unknown;
    FixedMetrics metrics(std::move(values));
    return judge(*expression, metrics).value().verdict;
}

TEST(CliThreshold, ComparesMetricsWithNumbers)
{
    EXPECT_EQ(verdict("drops > 100", {{"drops", 101}}), Verdict::Failed);
    EXPECT_EQ(verdict("drops > 100", {{"drops", 100}}), Verdict::Passed);
    EXPECT_EQ(verdict("drops >= 100", {{"drops", 100}}), Verdict::Failed);
    EXPECT_EQ(verdict("drops<100", {{"drops", 99}}), Verdict::Failed);
    EXPECT_EQ(verdict("drops <= 100", {{"drops", 101}}), Verdict::Passed);
    EXPECT_EQ(verdict("drops == 3", {{"drops", 3}}), Verdict::Failed);
    EXPECT_EQ(verdict("drops = 3", {{"drops", 4}}), Verdict::Passed);
    EXPECT_EQ(verdict("drops != 3", {{"drops", 4}}), Verdict::Failed);
    EXPECT_EQ(verdict("drops <> 3", {{"drops", 3}}), Verdict::Passed);
    EXPECT_EQ(verdict("100 < drops", {{"drops", 101}}), Verdict::Failed);
    EXPECT_EQ(verdict("rx(a) < tx(b)", {{"rx(a)", 1}, {"tx(b)", 2}}), Verdict::Failed);
}

TEST(CliThreshold, UnderstandsUnitPrefixes)
{
    const std::map<std::string, double> values{{"x", 1e9}};
    for (const char* source : {"x == 1e9", "x == 1G", "x == 1000M", "x == 1e6k", "x == 1000000K", "x == 0.001T"})
        EXPECT_EQ(verdict(source, values), Verdict::Failed) << source;
    EXPECT_EQ(verdict("x == 64Ki", {{"x", 65536}}), Verdict::Failed);
    EXPECT_EQ(verdict("x == 5%", {{"x", 0.05}}), Verdict::Failed);
    EXPECT_EQ(verdict("x > -1", {{"x", 0}}), Verdict::Failed);
}

TEST(CliThreshold, BindsNotStrongerThanAndStrongerThanOr)
{
    const std::map<std::string, double> values{{"t", 1}, {"f", 0}};
    EXPECT_EQ(verdict("t=1 or f=1 and f=1", values), Verdict::Failed);
    EXPECT_EQ(verdict("(t=1 or f=1) and f=1", values), Verdict::Passed);
    EXPECT_EQ(verdict("not f=1 and t=1", values), Verdict::Failed);
    EXPECT_EQ(verdict("not (f=1 or t=1)", values), Verdict::Passed);
    EXPECT_EQ(verdict("!f=1 && t=1 || f=1", values), Verdict::Failed);
    EXPECT_EQ(verdict("NOT f=1 AND t=1", values), Verdict::Failed);
    EXPECT_EQ(verdict("not not t=1", values), Verdict::Failed);
}

TEST(CliThreshold, FollowsThreeValuedLogicWhereAValueIsUnknown)
{
    const std::map<std::string, double> values{{"t", 1}, {"f", 0}};
    EXPECT_EQ(verdict("u > 1", values), Verdict::Unknown);
    EXPECT_EQ(verdict("not u > 1", values), Verdict::Unknown);
    EXPECT_EQ(verdict("u > 1 or t = 1", values), Verdict::Failed);
    EXPECT_EQ(verdict("u > 1 or f = 1", values), Verdict::Unknown);
    EXPECT_EQ(verdict("u > 1 and f = 1", values), Verdict::Passed);
    EXPECT_EQ(verdict("u > 1 and t = 1", values), Verdict::Unknown);
}

TEST(CliThreshold, SaysWhichValueBrokeWhichThreshold)
{
    FixedMetrics metrics({{"drops", 183}, {"rx_bps(eth0)", 412345.678}});
    const auto broken = judge(parse("drops > 100 and rx_bps(eth0) < 1G").value(), metrics).value();
    EXPECT_EQ(broken.sentence,
              "the threshold \"drops > 100 and rx_bps(eth0) < 1G\" is broken: drops is 183, rx_bps(eth0) is 412346");
    const auto half = judge(parse("drops > 1000 or rx_bps(eth0) < 1G").value(), metrics).value();
    EXPECT_THAT(half.sentence, Not(HasSubstr("drops is"))) << "only what decides is named";
    const auto unknown = judge(parse("streams > 1").value(), metrics).value();
    EXPECT_THAT(unknown.sentence, HasSubstr("cannot be judged: streams is not known, because nobody looked"));
}

TEST(CliThreshold, TakesArgumentsBareAndQuoted)
{
    EXPECT_EQ(parse("drops( br0.20@vm 1 ) > 0").value().comparison.left, Operand(MetricCall{"drops", "br0.20@vm 1"}));
    EXPECT_EQ(parse("drops(\"a)b\") > 0").value().comparison.left, Operand(MetricCall{"drops", "a)b"}));
    EXPECT_EQ((MetricCall{"drops", "a)b"}.text()), "drops(\"a)b\")");
}

TEST(CliThreshold, RefusesWhatIsNoConditionAsAUsageErrorThatSaysWhere)
{
    for (const char* source : {"",
                               " ",
                               "drops",
                               "drops >",
                               "> 3",
                               "drops > 3 and",
                               "drops > 3 drops > 4",
                               "(drops > 3",
                               "drops > 3)",
                               "drops(",
                               "drops() > 3",
                               "drops(\"eth0) > 3",
                               "drops > 3x",
                               "drops > 3kk",
                               "drops > 1e999",
                               "drops => 3",
                               "not",
                               "3 > 4 or or",
                               "drops > 3;",
                               "drops ~ 3",
                               "\x01",
                               "drops > 0x10",
                               "drops > +1"}) {
        const auto expression = parse(source);
        ASSERT_FALSE(expression.has_value()) << source;
        EXPECT_EQ(expression.error().code, ErrorCode::Usage);
        EXPECT_THAT(expression.error().message, HasSubstr("at "));
    }
}

TEST(CliThreshold, BoundsLengthAndNesting)
{
    EXPECT_TRUE(parse(std::string(40, '(') + "1<2" + std::string(40, ')')).has_value());
    EXPECT_FALSE(parse(std::string(1000, '(') + "1<2" + std::string(1000, ')')).has_value());
    EXPECT_FALSE(parse(std::string(1000, '!') + "1<2").has_value());
    EXPECT_FALSE(parse(std::string(kMaxExpressionBytes, ' ') + "1<2").has_value());
}

TEST(CliThreshold, ChecksMetricNamesBeforeAnyTraceIsRead)
{
    EXPECT_TRUE(checkMetrics(parse("drops > 1 and drops(eth0) > 1 and rx_bps(eth0) < 1").value()).has_value());
    const auto misspelt = checkMetrics(parse("dorps > 1").value());
    ASSERT_FALSE(misspelt.has_value());
    EXPECT_EQ(misspelt.error().code, ErrorCode::Usage);
    EXPECT_THAT(misspelt.error().message, HasSubstr("did you mean drops"));
    EXPECT_EQ(checkMetrics(parse("rx_bps > 1").value()).error().code, ErrorCode::Usage);
    EXPECT_EQ(checkMetrics(parse("streams(eth0) > 1").value()).error().code, ErrorCode::Usage);
}

TEST(CliThreshold, ListsMetricsSortedAndOnce)
{
    const auto all = metrics();
    for (std::size_t i = 1; i < all.size(); ++i)
        EXPECT_LT(all[i - 1].name, all[i].name);
}

TEST(CliThreshold, FindsNearMatches)
{
    const std::vector<std::string> devices{"br0", "eth0", "eth1", "nic0", "vnet1"};
    EXPECT_THAT(nearMatches("eht0", devices), ElementsAre("eth0"));
    EXPECT_THAT(nearMatches("ETH1", devices), ElementsAre("eth1", "eth0"));
    EXPECT_THAT(nearMatches("vnet", devices), ElementsAre("vnet1"));
    EXPECT_TRUE(nearMatches("docker0", devices).empty());
    EXPECT_TRUE(nearMatches("", devices).empty());
}

} // namespace
} // namespace vnscope::cli::threshold
