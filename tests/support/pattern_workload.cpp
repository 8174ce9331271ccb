// SPDX-License-Identifier: Apache-2.0
#include "tests/support/pattern_workload.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace vnscope::tests {

namespace {

using namespace vnscope::analyses::microscope;
using patterns::Place;
using patterns::Relation;

constexpr std::uint8_t kTcp = 6;
constexpr std::uint8_t kUdp = 17;
constexpr std::uint16_t kInjectedPorts = 9;

class Maker {
public:
    explicit Maker(const PatternWorkloadOptions& options) : m_options(options), m_random(options.seed)
    {
        for (const auto& [type, count] : {std::pair{"source", 1}, {"nat", 4}, {"fw", 5}, {"mon", 3}, {"vpn", 4}}) {
            for (int i = 1; i <= count; ++i)
                m_workload.places.push_back({type + std::to_string(i), type});
        }
        for (int i = 0; i < 300; ++i)
            m_networks.push_back({static_cast<std::uint32_t>(m_random()), 8 + static_cast<unsigned>(m_random() % 13)});
        double sum = 0;
        for (std::size_t i = 0; i < options.backgroundFlows; ++i) {
            m_background.push_back(backgroundFlow());
            m_flowsUpTo.push_back(sum += std::pow(static_cast<double>(i + 1), -0.9));
        }
    }

    PatternWorkload make()
    {
        for (std::size_t i = 0; i < m_options.relations; ++i)
            m_workload.relations.push_back(relation(share() < m_options.injectedRelations));
        scale();
        m_workload.injected = truth();
        return std::move(m_workload);
    }

private:
    struct Network {
        std::uint32_t address = 0;
        unsigned length = 0;
    };

    double share() { return std::uniform_real_distribution<double>()(m_random); }

    std::uint32_t placeOf(std::string_view name) const
    {
        return static_cast<std::uint32_t>(std::find_if(m_workload.places.begin(), m_workload.places.end(),
                                                       [&](const Place& place) { return place.name == name; }) -
                                          m_workload.places.begin());
    }

    /// IPv6: the same 32 bits after the first 32 ones of 2001:db8::/32.
    std::array<std::uint8_t, 16> addressOf(std::uint32_t number) const
    {
        std::array<std::uint8_t, 16> address{};
        if (m_options.ipVersion == 6)
            address = {0x20, 0x01, 0x0d, 0xb8};
        const std::size_t at = m_options.ipVersion == 6 ? 4 : 0;
        for (unsigned i = 0; i < 4; ++i)
            address[at + i] = static_cast<std::uint8_t>(number >> (24 - 8 * i));
        return address;
    }

    std::uint32_t anyAddress()
    {
        const auto random = static_cast<std::uint32_t>(m_random());
        if (m_options.addresses == Addresses::Anywhere)
            return random;
        if (m_options.addresses == Addresses::OneNetwork)
            return 0x0a000000 | (random & 0xff);
        const auto rank = static_cast<std::size_t>(std::pow(static_cast<double>(m_networks.size()), share())) - 1;
        const Network& network = m_networks[rank];
        const std::uint32_t host = ~std::uint32_t{0} >> network.length;
        return (network.address & ~host) | (random & host);
    }

    Flow backgroundFlow()
    {
        constexpr std::uint16_t kServices[] = {80, 443, 443, 53, 8080, 22, 25};
        const auto ephemeral = [&] { return static_cast<std::uint16_t>(1024 + m_random() % 64512); };
        const double kind = share();
        const std::uint16_t service = kind < 0.7 ? kServices[m_random() % std::size(kServices)] : ephemeral();
        Flow flow{.source = addressOf(anyAddress()),
                  .destination = addressOf(anyAddress()),
                  .sourcePort = ephemeral(),
                  .destinationPort = service,
                  .protocol = service == 53 || kind > 0.95 ? kUdp : kTcp,
                  .ipVersion = m_options.ipVersion};
        if (share() < 0.5)
            std::swap(flow.sourcePort, flow.destinationPort);
        return flow;
    }

    /// Even, or the smaller one of two: 17 times as many first ports as last ones.
    std::uint16_t injectedPort()
    {
        const auto port = static_cast<std::uint16_t>(m_random() % kInjectedPorts);
        return m_options.isUneven ? std::min(port, static_cast<std::uint16_t>(m_random() % kInjectedPorts)) : port;
    }

    double score()
    {
        return m_options.isUneven ? std::lognormal_distribution<double>(0, 1.5)(m_random) : 0.5 + share();
    }

    Flow injectedFlow()
    {
        const std::uint16_t first = injectedPort();
        const std::uint16_t second = m_options.isGrid ? injectedPort() : first;
        return {.source = addressOf(0x64000001),
                .destination = addressOf(0x20000001),
                .sourcePort = static_cast<std::uint16_t>(2000 + first),
                .destinationPort = static_cast<std::uint16_t>(6000 + second),
                .protocol = kTcp,
                .ipVersion = m_options.ipVersion};
    }

    const Flow& anyBackground()
    {
        const auto flow = std::lower_bound(m_flowsUpTo.begin(), m_flowsUpTo.end(), share() * m_flowsUpTo.back());
        return m_background[static_cast<std::size_t>(flow - m_flowsUpTo.begin())];
    }

    Relation relation(bool isInjected)
    {
        const bool isElsewhere = !isInjected && share() < m_options.elsewhere;
        const std::uint32_t firewall = placeOf("fw2");
        const auto anywhere = [&] { return static_cast<std::uint32_t>(m_random() % m_workload.places.size()); };
        const auto someVpn = [&] { return placeOf("vpn1") + static_cast<std::uint32_t>(m_random() % 4); };
        const bool isAtSource = isInjected && share() < m_options.injectedAtSource;
        m_isInjected.push_back(isInjected);
        return {.culpritFlow = isInjected ? injectedFlow() : anyBackground(),
                .culpritPlace = isElsewhere  ? anywhere()
                                : isAtSource ? placeOf("source1")
                                             : firewall,
                .victimFlow = anyBackground(),
                .victimPlace = share() < 0.6 ? firewall : someVpn(),
                .score = score()};
    }

    void scale()
    {
        double sums[2] = {};
        auto& relations = m_workload.relations;
        for (std::size_t i = 0; i < relations.size(); ++i)
            sums[m_isInjected[i] ? 1 : 0] += relations[i].score;
        for (std::size_t i = 0; i < relations.size(); ++i) {
            const double part = m_isInjected[i] ? m_options.injectedScore : 1 - m_options.injectedScore;
            relations[i].score *= part / sums[m_isInjected[i] ? 1 : 0];
            m_workload.total += relations[i].score;
            m_workload.injectedScore += m_isInjected[i] ? relations[i].score : 0;
        }
    }

    patterns::Aggregate truth() const
    {
        const bool isFour = m_options.ipVersion == 4;
        const auto host = [&](std::uint64_t number) {
            return isFour ? patterns::Prefix{{number << 32U, 0}, 32}
                          : patterns::Prefix{{0x20010db8'00000000 | number, 0}, 128};
        };
        const auto last = static_cast<std::uint16_t>(kInjectedPorts - 1);
        return {.ipVersion = m_options.ipVersion,
                .source = host(0x64000001),
                .destination = host(0x20000001),
                .protocol = kTcp,
                .sourcePorts = {2000, static_cast<std::uint16_t>(2000 + last)},
                .destinationPorts = {6000, static_cast<std::uint16_t>(6000 + last)},
                .place = {patterns::PlaceScope::Instance, placeOf("fw2")}};
    }

    const PatternWorkloadOptions& m_options;
    std::mt19937_64 m_random;
    PatternWorkload m_workload;
    std::vector<Network> m_networks;
    std::vector<Flow> m_background;
    std::vector<double> m_flowsUpTo;
    std::vector<bool> m_isInjected;
};

} // namespace

PatternWorkload makePatternWorkload(const PatternWorkloadOptions& options)
{
    return Maker(options).make();
}

} // namespace vnscope::tests
