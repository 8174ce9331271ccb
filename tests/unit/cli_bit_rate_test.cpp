// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/bit_rate.hpp"

#include <gtest/gtest.h>

namespace vnscope::cli {
namespace {

TEST(CliBitRate, ReadsRatesAsTcAndIperf3Do)
{
    EXPECT_EQ(parseBitRate("100M").value_or(0), 100'000'000U);
    EXPECT_EQ(parseBitRate("2.5G").value_or(0), 2'500'000'000U);
    EXPECT_EQ(parseBitRate("64k").value_or(0), 64'000U);
    EXPECT_EQ(parseBitRate("1234567").value_or(0), 1'234'567U);
}

TEST(CliBitRate, RefusesWhatIsNoRate)
{
    for (const char* wrong : {"", "M", "0", "0M", "-5M", "100MB", "100 M", "0x10M", "1e3M", "nan", "inf", "1e400",
                              "99999999999999999999G", "12,5M"}) {
        const auto rate = parseBitRate(wrong);
        ASSERT_FALSE(rate) << wrong;
        EXPECT_EQ(rate.error().code, base::ErrorCode::Usage);
    }
}

TEST(CliBitRate, ACapacityIsANameAndARate)
{
    EXPECT_EQ(parseCapacity("haproxy=100M").value(), (StatedCapacity{"haproxy", 100'000'000}));
    EXPECT_EQ(parseCapacity("nginx a=b=1G").value(), (StatedCapacity{"nginx a=b", 1'000'000'000}));
    for (const char* wrong : {"", "haproxy", "=100M", "haproxy=", "haproxy=fast"})
        EXPECT_FALSE(parseCapacity(wrong)) << wrong;
}

} // namespace
} // namespace vnscope::cli
