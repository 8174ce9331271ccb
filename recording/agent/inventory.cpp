// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/inventory.hpp"

#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <fmt/format.h>

#include "recording/host/netns_numbers.hpp"

namespace vnscope::recording::agent {

namespace {

constexpr std::string_view kNameOption = "-name";
constexpr std::string_view kGuest = "guest=";

nlmsghdr* linkRequest(host::Netlink& netlink)
{
    nlmsghdr* const request = netlink.request(RTM_GETLINK, NLM_F_DUMP);
    mnl_nlmsg_put_extra_header(request, sizeof(ifinfomsg));
    mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
    return request;
}

nlmsghdr* qdiscRequest(host::Netlink& netlink)
{
    nlmsghdr* const request = netlink.request(RTM_GETQDISC, NLM_F_DUMP);
    mnl_nlmsg_put_extra_header(request, sizeof(tcmsg));
    return request;
}

base::Result<std::vector<Device>> readDevices(OpenNamespace& open)
{
    const auto links = host::Dump::take(open.route, linkRequest(open.route));
    if (!links)
        return tl::unexpected(links.error());
    std::vector<Device> devices;
    links->forEach([&](const nlmsghdr& message) {
        if (auto device = parseDevice(message))
            devices.push_back(std::move(*device));
    });
    for (Device& device : devices)
        if (device.isPhysical()) // The speed that others tell is made up: drivers/net/veth.c, tun.c.
            device.speedBps = linkSpeedBps(open.socket.get(), device.name);
    return devices;
}

base::Result<std::vector<Qdisc>> readQdiscs(OpenNamespace& open)
{
    std::vector<Qdisc> qdiscs;
    const auto asked = open.route.ask(qdiscRequest(open.route), [&](const nlmsghdr& message) {
        if (auto qdisc = parseQdisc(message))
            qdiscs.push_back(std::move(*qdisc));
    });
    if (!asked)
        return tl::unexpected(asked.error());
    return qdiscs;
}

/// The owner of the tap `name` in `netns`. Taps of one name in several namespaces: the one whose process is there, too.
const host::TapOwner* ownerOf(const std::vector<host::TapOwner>& owners, const std::string& name, std::uint32_t netns)
{
    const host::TapOwner* best = nullptr;
    for (const host::TapOwner& owner : owners)
        if (owner.device == name && (best == nullptr || owner.netns == netns))
            best = &owner;
    return best;
}

bool isGone(const host::TapOwner& owner)
{
    return ::kill(static_cast<pid_t>(owner.pid), 0) != 0 && errno == ESRCH;
}

} // namespace

std::string qemuGuestName(std::string_view arguments)
{
    bool isNext = false;
    while (!arguments.empty()) {
        const std::size_t end = arguments.find('\0');
        std::string_view argument = arguments.substr(0, end);
        arguments.remove_prefix(end == std::string_view::npos ? arguments.size() : end + 1);
        if (!std::exchange(isNext, argument == kNameOption))
            continue;
        if (argument.starts_with(kGuest))
            argument.remove_prefix(kGuest.size());
        return std::string(argument.substr(0, argument.find(',')));
    }
    return {};
}

std::string vmName(const host::TapOwner& owner)
{
    std::string name;
    if (owner.process.starts_with("qemu") || owner.process.starts_with("kvm"))
        name = qemuGuestName(ProcFile(fmt::format("/proc/{}/cmdline", owner.pid)).read());
    return name.empty() ? fmt::format("{}-{}", owner.process, owner.pid) : name;
}

void Inventory::rescan(Problems& problems)
{
    m_hasStranger = false;
    std::vector<std::string> sentences;
    const std::vector<host::OpenNetns> found = host::findNamespaces(sentences);
    for (const std::string& sentence : sentences)
        problems.add(sentence);
    open(found, problems);
    readFacts(found, problems);
}

void Inventory::open(const std::vector<host::OpenNetns>& found, Problems& problems)
{
    std::vector<std::unique_ptr<Namespace>> now;
    for (const host::OpenNetns& each : found) {
        const auto known = std::ranges::find_if(
            m_namespaces, [&](const auto& it) { return it != nullptr && it->netns.inode == each.netns.inode; });
        if (known != m_namespaces.end()) {
            (*known)->netns = each.netns;
            now.push_back(std::move(*known));
        } else if (auto opened = OpenNamespace::open(each)) {
            now.push_back(std::make_unique<Namespace>(Namespace{each.netns, std::move(*opened), {}}));
        } else {
            problems.add(opened.error().text());
        }
    }
    m_namespaces = std::move(now);
}

void Inventory::readFacts(const std::vector<host::OpenNetns>& found, Problems& problems)
{
    std::vector<NetworkFacts> all;
    for (const auto& it : m_namespaces) {
        NetworkFacts& facts = all.emplace_back();
        facts.netns = it->netns;
        if (auto devices = readDevices(it->open))
            facts.devices = std::move(*devices);
        else
            problems.add(fmt::format("Devices of namespace {}: {}", it->netns.inode, devices.error().text()));
        if (auto qdiscs = readQdiscs(it->open))
            facts.qdiscs = std::move(*qdiscs);
        else
            problems.add(
                fmt::format("Queueing disciplines of namespace {}: {}", it->netns.inode, qdiscs.error().text()));
    }
    refreshOwners(all);
    for (std::size_t i = 0; i < all.size(); ++i) {
        host::NetnsNumbers numbers(m_namespaces[i]->open.route, found);
        all[i].netnsOfNumber = [&numbers](std::int32_t number) { return numbers.inodeOf(number); };
        for (const Device& device : all[i].devices)
            if (device.isTap())
                if (const auto* const owner = ownerOf(m_owners, device.name, all[i].netns.inode))
                    all[i].vmOfTap.emplace(device.name, vmName(*owner));
        m_namespaces[i]->elements = makeNetworkElements(all[i]);
    }
}

void Inventory::refreshOwners(const std::vector<NetworkFacts>& facts)
{
    bool hasTaps = false;
    bool isStale = std::ranges::any_of(m_owners, isGone);
    for (const NetworkFacts& it : facts) {
        for (const Device& device : it.devices) {
            hasTaps = hasTaps || device.isTap();
            isStale = isStale || (device.isTap() && device.hasCarrier &&
                                  ownerOf(m_owners, device.name, it.netns.inode) == nullptr);
        }
    }
    if (!hasTaps)
        m_owners.clear();
    else if (isStale) // Looks at all files of all processes.
        m_owners = host::findTapOwners();
}

} // namespace vnscope::recording::agent
