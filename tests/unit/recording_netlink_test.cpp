// SPDX-License-Identifier: Apache-2.0
// Asks the kernel that the test runs on: any namespace has a loopback device.
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include <vector>

#include <gtest/gtest.h>

#include "recording/host/netlink.hpp"

namespace vnscope::recording::host {
namespace {

using Types = std::vector<std::uint16_t>;

/// Its answer has no more than one part on kernels that can say so.
nlmsghdr* withStats(nlmsghdr* request)
{
    auto* const header = static_cast<if_stats_msg*>(mnl_nlmsg_put_extra_header(request, sizeof(if_stats_msg)));
    header->filter_mask = IFLA_STATS_FILTER_BIT(IFLA_STATS_LINK_64);
    return request;
}

/// Its answer has two parts on all kernels: the end comes in one of its own.
nlmsghdr* withQdiscs(nlmsghdr* request)
{
    mnl_nlmsg_put_extra_header(request, sizeof(tcmsg));
    return request;
}

class NetlinkTest : public ::testing::Test {
protected:
    NetlinkTest() : m_netlink(Netlink::open(NETLINK_ROUTE)) {}

    void SetUp() override { ASSERT_TRUE(m_netlink); }

    [[nodiscard]] Types statsAlone() { return asked(withStats(m_netlink->request(RTM_GETSTATS, NLM_F_DUMP))); }
    [[nodiscard]] Types qdiscsAlone() { return asked(withQdiscs(m_netlink->request(RTM_GETQDISC, NLM_F_DUMP))); }

    [[nodiscard]] Types bothFrom(const nlmsghdr* first, const nlmsghdr* second)
    {
        Types types;
        const auto isConsistent =
            m_netlink->askBoth(first, second, [&](const nlmsghdr& message) { types.push_back(message.nlmsg_type); });
        EXPECT_TRUE(isConsistent) << isConsistent.error().text();
        return types;
    }

    [[nodiscard]] Types statsThenQdiscs()
    {
        const nlmsghdr* const first = withStats(m_netlink->request(RTM_GETSTATS, NLM_F_DUMP));
        return bothFrom(first, withQdiscs(m_netlink->requestBehind(first, RTM_GETQDISC, NLM_F_DUMP)));
    }

    [[nodiscard]] Types qdiscsThenStats()
    {
        const nlmsghdr* const first = withQdiscs(m_netlink->request(RTM_GETQDISC, NLM_F_DUMP));
        return bothFrom(first, withStats(m_netlink->requestBehind(first, RTM_GETSTATS, NLM_F_DUMP)));
    }

    base::Result<Netlink> m_netlink;

private:
    Types asked(const nlmsghdr* request)
    {
        Types types;
        EXPECT_TRUE(m_netlink->ask(request, [&](const nlmsghdr& message) { types.push_back(message.nlmsg_type); }));
        return types;
    }
};

Types operator+(Types one, const Types& other)
{
    one.insert(one.end(), other.begin(), other.end());
    return one;
}

TEST_F(NetlinkTest, BothAnswersAreThoseOfEachQuestionAlone)
{
    const Types stats = statsAlone();
    EXPECT_FALSE(stats.empty());
    EXPECT_EQ(statsThenQdiscs(), stats + qdiscsAlone());
    EXPECT_EQ(statsThenQdiscs(), stats + qdiscsAlone()); // Nothing is left over of the first time.
}

TEST_F(NetlinkTest, WhereTheKernelRefusesASecondQuestionItIsAskedAfterTheFirst)
{
    const Types both = qdiscsAlone() + statsAlone();
    EXPECT_EQ(qdiscsThenStats(), both);
    EXPECT_EQ(qdiscsThenStats(), both); // Not tried again.
}

TEST_F(NetlinkTest, ARefusedQuestionIsAnError)
{
    const nlmsghdr* const first = withStats(m_netlink->request(RTM_GETSTATS, NLM_F_DUMP));
    nlmsghdr* const noSuchDevice = m_netlink->requestBehind(first, RTM_GETLINK, 0);
    static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(noSuchDevice, sizeof(ifinfomsg)))->ifi_index = 0x7ffffff0;
    std::size_t messages = 0;
    EXPECT_FALSE(m_netlink->askBoth(first, noSuchDevice, [&](const nlmsghdr&) { ++messages; }));
    EXPECT_GT(messages, 0U); // Of the first.
}

} // namespace
} // namespace vnscope::recording::host
