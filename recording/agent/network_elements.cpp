// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/network_elements.hpp"

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>

#include <algorithm>

#include <fmt/format.h>

namespace vnscope::recording::agent {

namespace {

constexpr const char* kCall = "call";
constexpr const char* kPacket = "packet";
constexpr unsigned int kMajorShift = 16;

std::string kindOf(const Device& device)
{
    if (device.isLoopback())
        return "loopback";
    if (device.isPhysical())
        return "pnic";
    if (device.isTap())
        return "tap";
    return device.kind.empty() ? "device" : device.kind;
}

std::string layerOf(const Device& device)
{
    if (device.isPhysical())
        return "nic";
    if (device.isTap() || device.kind == "macvtap" || device.kind == "ipvtap")
        return "hypervisor";
    if (device.kind == "bridge" || device.kind == "openvswitch")
        return "switch";
    return "driver";
}

/// ingress and clsact see what comes in, and have no queue.
bool isIngress(const Qdisc& qdisc)
{
    return qdisc.key.parent == TC_H_INGRESS;
}

bool countsNothing(const Qdisc& qdisc)
{
    return qdisc.kind == "noqueue" || qdisc.kind == "noop";
}

/// What limits the device: its link, or the tbf that all it sends goes through.
std::uint64_t capacityOf(const Device& device, const std::vector<Qdisc>& qdiscs)
{
    std::uint64_t capacity = device.speedBps;
    for (const Qdisc& qdisc : qdiscs)
        if (qdisc.key.ifindex == device.ifindex && qdisc.key.parent == TC_H_ROOT && qdisc.rateBps != 0)
            capacity = capacity == 0 ? qdisc.rateBps : std::min(capacity, qdisc.rateBps);
    return capacity;
}

class Maker final {
public:
    explicit Maker(const NetworkFacts& facts) : m_facts(facts) {}

    NetworkElements make()
    {
        makeNetns();
        for (const Device& device : m_facts.devices)
            addDevice(device);
        std::ranges::sort(m_all.links, {}, &LinkElements::ifindex);
        for (const Qdisc& qdisc : m_facts.qdiscs)
            if (!countsNothing(qdisc))
                addQdisc(qdisc);
        for (const Device& device : m_facts.devices)
            connect(device);
        return std::move(m_all);
    }

private:
    void makeNetns()
    {
        const host::Netns& netns = m_facts.netns;
        Element& element = m_all.netns;
        element.id = elementId("netns", {netns.inode});
        element.parent = hostId();
        element.name = netns.name.empty() ? fmt::format("netns {}", netns.inode) : netns.name;
        element.kind = "netns";
        element.layer = "guest";
    }

    void addDevice(const Device& device)
    {
        LinkElements& link = m_all.links.emplace_back();
        link.ifindex = device.ifindex;
        link.device = {deviceId(m_facts.netns.inode, device.ifindex),
                       m_all.netns.id,
                       capacityOf(device, m_facts.qdiscs),
                       device.name,
                       kindOf(device),
                       layerOf(device),
                       {},
                       {}};
        if (device.isPhysical())
            makeNic(link);
        else if (device.isTap())
            makeTap(device, link);
    }

    void makeNic(LinkElements& link)
    {
        link.shape = LinkElements::Shape::Nic;
        addPart(link, "pnic_driver", "driver");
        m_all.neighbours.push_back({link.device.id, link.part->id, kCall});
        m_all.neighbours.push_back({link.part->id, link.device.id, kCall});
    }

    void makeTap(const Device& device, LinkElements& link)
    {
        link.shape = LinkElements::Shape::Tap;
        const auto vm = m_facts.vmOfTap.find(device.name);
        link.device.vm = vm == m_facts.vmOfTap.end() ? device.name : vm->second;
        addPart(link, "tun", "hypervisor");
        link.part->limits.push_back({"buffer_packets", device.queueLength});
        m_all.neighbours.push_back({link.device.id, link.part->id, kPacket});
    }

    void addPart(LinkElements& link, const char* kind, const char* layer) const
    {
        Element part = link.device;
        part.id = elementId(kind, {m_facts.netns.inode, link.ifindex});
        part.parent = link.device.id;
        part.kind = kind;
        part.layer = layer;
        link.part = std::move(part);
    }

    [[nodiscard]] std::uint64_t qdiscId(const QdiscKey& key) const
    {
        return elementId("qdisc", {m_facts.netns.inode, key.ifindex, key.parent, key.handle});
    }

    /// The qdisc that has the class which `qdisc` is in; nothing for a root.
    [[nodiscard]] const Qdisc* parentOf(const Qdisc& qdisc) const
    {
        if (qdisc.key.parent == TC_H_ROOT || isIngress(qdisc))
            return nullptr;
        const auto found = std::ranges::find_if(m_facts.qdiscs, [&](const Qdisc& other) {
            return other.key.ifindex == qdisc.key.ifindex && !(other.key == qdisc.key) && !countsNothing(other) &&
                   other.key.handle >> kMajorShift == qdisc.key.parent >> kMajorShift &&
                   (other.key.handle != 0 || other.key.parent == TC_H_ROOT);
        });
        return found == m_facts.qdiscs.end() ? nullptr : &*found;
    }

    void addQdisc(const Qdisc& qdisc)
    {
        const LinkElements* const link = m_all.link(qdisc.key.ifindex);
        if (link == nullptr)
            return; // Came between the two questions.
        const Qdisc* const parent = parentOf(qdisc);
        Element element;
        element.id = qdiscId(qdisc.key);
        element.parent = parent == nullptr ? link->device.id : qdiscId(parent->key);
        element.capacityBps = qdisc.rateBps;
        element.name = fmt::format("{} {} {:x}:", link->device.name, qdisc.kind, qdisc.key.handle >> kMajorShift);
        element.kind = "qdisc";
        element.layer = "driver";
        element.vm = link->device.vm;
        if (qdisc.limitPackets != 0)
            element.limits.push_back({"buffer_packets", qdisc.limitPackets});
        if (isIngress(qdisc))
            m_all.neighbours.push_back({element.parent, element.id, kCall});
        else
            m_all.neighbours.push_back({element.id, element.parent, kCall});
        m_all.qdiscs.push_back({qdisc.key, std::move(element)});
    }

    void connect(const Device& device)
    {
        const std::uint64_t here = deviceId(m_facts.netns.inode, device.ifindex);
        if (device.master != 0) {
            const std::uint64_t master = deviceId(m_facts.netns.inode, device.master);
            m_all.neighbours.push_back({here, master, kCall});
            m_all.neighbours.push_back({master, here, kCall});
        }
        if (device.kind != "veth" || device.link == 0)
            return; // The other end tells the way back.
        const std::uint32_t netns = device.linkNetns ? m_facts.netnsOfNumber(*device.linkNetns) : m_facts.netns.inode;
        if (netns != 0)
            m_all.neighbours.push_back({here, deviceId(netns, device.link), kPacket});
    }

    const NetworkFacts& m_facts;
    NetworkElements m_all;
};

} // namespace

const LinkElements* NetworkElements::link(std::uint32_t ifindex) const
{
    const auto found = std::ranges::lower_bound(links, ifindex, {}, &LinkElements::ifindex);
    return found == links.end() || found->ifindex != ifindex ? nullptr : &*found;
}

const QdiscElement* NetworkElements::qdisc(const QdiscKey& key) const
{
    const auto found = std::ranges::find(qdiscs, key, &QdiscElement::key);
    return found == qdiscs.end() ? nullptr : &*found;
}

NetworkElements makeNetworkElements(const NetworkFacts& facts)
{
    return Maker(facts).make();
}

std::uint64_t deviceId(std::uint32_t netns, std::uint32_t ifindex)
{
    return elementId("device", {netns, ifindex});
}

std::uint64_t hostId()
{
    return elementId("host", {});
}

} // namespace vnscope::recording::agent
