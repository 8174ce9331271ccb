// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/perfsight_host.hpp"

#include "analyses/perfsight/window.hpp"

namespace vnscope::tests {

using namespace analyses::perfsight;

PerfsightHost::PerfsightHost(std::uint64_t nicBps, int vms)
{
    add("pnic", kPnic, Layer::Nic, "");
    add("pnic_driver", kPnicDriver, Layer::Driver, "");
    add("backlog", kBacklog, Layer::Softirq, "");
    m_members.at("pnic").element.capacityBps = nicBps;
    for (int vm = 1; vm <= vms; ++vm)
        add("tun" + std::to_string(vm), kTun, Layer::Hypervisor, "VM" + std::to_string(vm));
}

void PerfsightHost::add(const std::string& name, std::string_view kind, Layer layer, const std::string& vm)
{
    Member& member = m_members[name];
    member.element.host = "server";
    member.element.name = name;
    member.element.kind = kind;
    member.element.layer = layer;
    member.element.vm = vm;
    member.earlier = {{10 * base::kNsPerSecond}, {7'000, 7'000, 7'000'000, 7'000'000, 50, {}, {}, {}}};
    member.later.at = {11 * base::kNsPerSecond};
    member.later.counters.dropPackets = 50;
    passes(name, 100'000, 100'000, 1000);
}

PerfsightHost& PerfsightHost::drops(const std::string& element, std::uint64_t packets)
{
    Member& member = m_members.at(element);
    *member.later.counters.dropPackets += packets;
    return *this;
}

PerfsightHost& PerfsightHost::passes(const std::string& element, std::uint64_t inPackets, std::uint64_t outPackets,
                                     std::uint64_t packetBytes)
{
    Member& member = m_members.at(element);
    const Counters& begin = member.earlier.counters;
    Counters& end = member.later.counters;
    end.inPackets = *begin.inPackets + inPackets;
    end.outPackets = *begin.outPackets + outPackets;
    end.inBytes = *begin.inBytes + inPackets * packetBytes;
    end.outBytes = *begin.outBytes + outPackets * packetBytes;
    return *this;
}

std::vector<ElementWindow> PerfsightHost::windows() const
{
    std::vector<ElementWindow> windows;
    std::vector<base::DataQuality> quality;
    for (const auto& [name, member] : m_members)
        windows.push_back({member.element, makeWindow(member.earlier, member.later, name, quality)});
    return windows;
}

} // namespace vnscope::tests
