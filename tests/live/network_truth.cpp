// SPDX-License-Identifier: Apache-2.0
#include "tests/live/network_truth.hpp"

#include <fstream>

namespace vnscope::tests::live {

namespace fs = std::filesystem;
using nlohmann::json;
using support::cable;
using support::EdgeTruth;

namespace {

std::string netnsOf(const DeviceTruth& device)
{
    return device.name.substr(0, device.name.rfind('/') + 1);
}

} // namespace

base::Timestamp timeOf(const fs::path& folder)
{
    base::Timestamp at;
    std::ifstream(folder / "time") >> at.ns;
    return at;
}

std::vector<DeviceTruth> devicesOf(const fs::path& folder, const std::string& prefix)
{
    std::vector<DeviceTruth> devices;
    for (const auto& file : fs::directory_iterator(folder)) {
        const std::string netns = file.path().stem();
        if (file.path().extension() != ".json" || netns == "fdb")
            continue;
        std::ifstream input(file.path());
        for (const json& link : json::parse(input))
            if (link.contains("ifname"))
                devices.push_back({prefix + netns + "/" + link["ifname"].get<std::string>(), link});
    }
    return devices;
}

std::set<EdgeTruth> edgesOf(const std::vector<DeviceTruth>& devices)
{
    std::set<EdgeTruth> edges;
    for (const DeviceTruth& it : devices) {
        const std::string netns = netnsOf(it);
        if (it.link.contains("master"))
            edges.insert({"bridge_port", netns + it.link["master"].get<std::string>(), it.name});
        if (!it.link.contains("linkinfo") || it.link["linkinfo"].value("info_kind", "") != "veth")
            continue;
        if (it.link.contains("link")) { // The peer is in the same namespace.
            edges.insert(cable("veth_pair", it.name, netns + it.link["link"].get<std::string>()));
            continue;
        }
        for (const DeviceTruth& other : devices)
            if (other.link.value("link_index", 0) == it.link["ifindex"] &&
                it.link.value("link_index", 0) == other.link["ifindex"] && netnsOf(other) != netns)
                edges.insert(cable("veth_pair", it.name, other.name));
    }
    return edges;
}

std::set<std::pair<std::string, std::string>> learnedOf(const fs::path& folder, const std::string& netns)
{
    std::set<std::pair<std::string, std::string>> learned;
    std::ifstream input(folder / "fdb.json");
    for (const json& entry : json::parse(input))
        if (entry.contains("master") && entry.value("state", "") != "permanent")
            learned.insert({netns + "/" + entry["ifname"].get<std::string>(), entry["mac"].get<std::string>()});
    return learned;
}

} // namespace vnscope::tests::live
