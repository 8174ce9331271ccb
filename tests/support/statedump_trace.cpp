// SPDX-License-Identifier: Apache-2.0
#include "tests/support/statedump_trace.hpp"

#include <array>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <sstream>
#include <stdexcept>

#include "tests/support/ctf_writer.hpp"

namespace vnscope::tests::support {

namespace {

using nlohmann::json;

/// One device of one namespace, as `ip -d -j link` gives it.
struct LinkTruth {
    std::uint32_t netns = 0;
    json link;
};

std::array<std::uint8_t, 6> macOf(const std::string& text)
{
    std::array<unsigned int, 6> parts{};
    std::array<std::uint8_t, 6> mac{};
    if (std::sscanf(text.c_str(), "%x:%x:%x:%x:%x:%x", &parts[0], &parts[1], &parts[2], &parts[3], &parts[4],
                    &parts[5]) == 6)
        for (std::size_t i = 0; i < mac.size(); ++i)
            mac[i] = static_cast<std::uint8_t>(parts[i]);
    return mac;
}

/// netns_inodes.txt: a heading, then "vm1 4026532182".
std::map<std::string, std::uint32_t> namespacesOf(const SampleCase& sample)
{
    std::ifstream file(sample.truth("netns_inodes.txt"));
    std::string line;
    std::getline(file, line);
    std::map<std::string, std::uint32_t> inodes;
    std::string name;
    for (std::uint32_t inode = 0; file >> name >> inode;)
        inodes[name] = inode;
    if (inodes.empty())
        throw std::runtime_error("the sample names no namespaces");
    return inodes;
}

class Writer final {
public:
    Writer(const SampleCase& sample, const std::string& host, const std::filesystem::path& directory)
        : m_sample(sample),
          m_namespaces(namespacesOf(sample)),
          m_trace(directory, options(host)),
          m_stream(m_trace.addStream(0))
    {
        const auto u32 = [](std::string_view name) { return integerField(name, 32); };
        const auto u16 = [](std::string_view name) { return integerField(name, 16); };
        const auto u8 = [](std::string_view name) { return integerField(name, 8); };
        m_begin = m_trace.declareEvent("vnscope_statedump:begin", {u32("version")});
        m_end = m_trace.declareEvent("vnscope_statedump:end", {u32("version"), u32("problems")});
        m_netns = m_trace.declareEvent("vnscope_statedump:netns", {u32("netns"), u32("pid"), stringField("name")});
        m_link = m_trace.declareEvent("vnscope_statedump:link",
                                      {u32("netns"), u32("ifindex"), stringField("name"), stringField("kind"),
                                       arrayField("mac", 8, 6), u32("master"), u32("link"), u32("link_netns"),
                                       u16("vlan"), u32("flags"), u32("mtu")});
        m_bridge = m_trace.declareEvent("vnscope_statedump:bridge",
                                        {u32("netns"), u32("ifindex"), u8("vlan_filtering"), u32("ageing_ms")});
        m_fdb = m_trace.declareEvent("vnscope_statedump:fdb",
                                     {u32("netns"), u32("ifindex"), u32("bridge"), arrayField("mac", 8, 6), u16("vlan"),
                                      u16("state"), u16("flags")});
    }

    void dump(const StateSnapshot& snapshot);
    void finish()
    {
        if (const auto done = m_trace.finish(); !done)
            throw std::runtime_error(done.error().text());
    }

private:
    static TraceOptions options(const std::string& host)
    {
        TraceOptions options;
        options.environment = {
            {"hostname", host}, {"domain", std::string("ust")}, {"tracer_name", std::string("lttng-ust")}};
        return options;
    }
    static std::string folderOf(const std::string& netns) { return netns == "root" ? netns : "ns-" + netns; }

    void readLinks(const StateSnapshot& snapshot);
    void writeNetns(const std::string& known, const std::string& name);
    void writeLink(const LinkTruth& it);
    void writeFdb(const StateSnapshot& snapshot, const std::string& netns);
    [[nodiscard]] std::uint32_t indexOf(std::uint32_t netns, const std::string& name) const;
    [[nodiscard]] std::uint32_t peerNetns(const LinkTruth& it) const;
    void emit(EventClassId id, const BitBuffer& payload) { m_stream.event(id, m_now++, payload); }

    const SampleCase& m_sample;
    std::map<std::string, std::uint32_t> m_namespaces;
    CtfWriter m_trace;
    CtfStream& m_stream;
    std::vector<LinkTruth> m_links;
    std::uint64_t m_now = 0;
    EventClassId m_begin = 0, m_end = 0, m_netns = 0, m_link = 0, m_bridge = 0, m_fdb = 0;
};

void Writer::readLinks(const StateSnapshot& snapshot)
{
    m_links.clear();
    for (const auto& [name, inode] : m_namespaces)
        for (const json& link : m_sample.truthJson(snapshot.folder + "/" + folderOf(name) + "/link.json"))
            if (link.contains("ifname"))
                m_links.push_back({inode, link});
}

std::uint32_t Writer::indexOf(std::uint32_t netns, const std::string& name) const
{
    for (const LinkTruth& it : m_links)
        if (it.netns == netns && it.link.at("ifname") == name)
            return it.link.at("ifindex");
    return 0;
}

/// `ip` names the peer's index, and its namespace by a number of its own; the peer names us back.
std::uint32_t Writer::peerNetns(const LinkTruth& it) const
{
    for (const LinkTruth& other : m_links)
        if (&other != &it && other.netns != it.netns && other.link.at("ifindex") == it.link.at("link_index") &&
            other.link.value("link_index", 0U) == it.link.at("ifindex"))
            return other.netns;
    return 0;
}

void Writer::writeLink(const LinkTruth& it)
{
    const json& link = it.link;
    const std::string kind = link.contains("linkinfo") ? link["linkinfo"].value("info_kind", "") : "";
    const json data = link.contains("linkinfo") && link["linkinfo"].contains("info_data")
                          ? link["linkinfo"]["info_data"]
                          : json::object();
    const std::uint32_t ifindex = link.at("ifindex");
    const bool isLocal = link.contains("link") && link["link"].is_string();
    const std::uint32_t lower = isLocal ? indexOf(it.netns, link["link"]) : link.value("link_index", 0U);
    BitBuffer payload = m_trace.payload();
    payload.put(it.netns, 32);
    payload.put(ifindex, 32);
    payload.putString(link.at("ifname").get<std::string>());
    payload.putString(kind);
    const auto mac = macOf(link.value("address", ""));
    payload.putBytes(mac.data(), mac.size());
    payload.put(link.contains("master") ? indexOf(it.netns, link["master"]) : 0, 32);
    payload.put(lower, 32);
    payload.put(lower == 0 ? 0 : isLocal ? it.netns : peerNetns(it), 32);
    payload.put(kind == "vlan" ? data.value("id", 0U) : 0U, 16);
    payload.put(0, 32);
    payload.put(link.value("mtu", 0U), 32);
    emit(m_link, payload);
    if (kind != "bridge")
        return;
    BitBuffer bridge = m_trace.payload();
    bridge.put(it.netns, 32);
    bridge.put(ifindex, 32);
    bridge.put(data.value("vlan_filtering", 0U), 8);
    bridge.put(data.value("ageing_time", 30000U) * 10U, 32); // iproute2 prints hundredths of a second
    emit(m_bridge, bridge);
}

void Writer::writeFdb(const StateSnapshot& snapshot, const std::string& netns)
{
    const std::uint32_t inode = m_namespaces.at(netns);
    for (const json& entry : m_sample.truthJson(snapshot.folder + "/" + folderOf(netns) + "/bridge_fdb.json")) {
        if (!entry.contains("master"))
            continue;
        const std::string state = entry.value("state", "");
        BitBuffer payload = m_trace.payload();
        payload.put(inode, 32);
        payload.put(indexOf(inode, entry.at("ifname")), 32);
        payload.put(indexOf(inode, entry.at("master")), 32);
        const auto mac = macOf(entry.at("mac"));
        payload.putBytes(mac.data(), mac.size());
        payload.put(entry.value("vlan", 0U), 16);
        payload.put(state == "permanent" ? 0x80U : state == "static" ? 0x40U : 0x02U, 16);
        payload.put(0, 16);
        emit(m_fdb, payload);
    }
}

void Writer::writeNetns(const std::string& known, const std::string& name)
{
    BitBuffer payload = m_trace.payload();
    payload.put(m_namespaces.at(known), 32);
    payload.put(0, 32);
    payload.putString(name);
    emit(m_netns, payload);
}

void Writer::dump(const StateSnapshot& snapshot)
{
    m_now = static_cast<std::uint64_t>(snapshot.atNs);
    readLinks(snapshot);
    BitBuffer begin = m_trace.payload();
    begin.put(1, 32);
    emit(m_begin, begin);
    writeNetns("root", ""); // The host's own comes first.
    for (const auto& [name, inode] : m_namespaces)
        if (name != "root")
            writeNetns(name, name);
    for (const LinkTruth& it : m_links)
        writeLink(it);
    for (const auto& [name, inode] : m_namespaces)
        writeFdb(snapshot, name);
    BitBuffer end = m_trace.payload();
    end.put(1, 32);
    end.put(0, 32);
    emit(m_end, end);
}

} // namespace

void writeStatedump(const SampleCase& sample, const std::string& host, const std::vector<StateSnapshot>& snapshots,
                    const std::filesystem::path& directory)
{
    Writer writer(sample, host, directory);
    for (const StateSnapshot& snapshot : snapshots)
        writer.dump(snapshot);
    writer.finish();
}

} // namespace vnscope::tests::support
