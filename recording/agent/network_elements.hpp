// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "recording/agent/device.hpp"
#include "recording/agent/element.hpp"
#include "recording/agent/qdisc.hpp"
#include "recording/host/namespaces.hpp"

namespace vnscope::recording::agent {

/// A device: one element, or two where losses of two places are counted in it.
struct LinkElements {
    enum class Shape {
        Plain, ///< Losses of both directions are its own.
        Nic,   ///< `part` is the driver.
        Tap,   ///< `part` is the queue towards the virtual machine.
    };

    std::uint32_t ifindex = 0;
    Shape shape = Shape::Plain;
    Element device;
    std::optional<Element> part;
};

struct QdiscElement {
    QdiscKey key;
    Element element;
};

/// The elements of one network namespace.
struct NetworkElements {
    Element netns;
    std::vector<LinkElements> links;  ///< By ifindex.
    std::vector<QdiscElement> qdiscs; ///< Without those that have no queue and count nothing.
    std::vector<Neighbour> neighbours;

    [[nodiscard]] const LinkElements* link(std::uint32_t ifindex) const;
    [[nodiscard]] const QdiscElement* qdisc(const QdiscKey& key) const;
};

/// What is known of a namespace, to make elements of.
struct NetworkFacts {
    host::Netns netns;
    std::vector<Device> devices;
    std::vector<Qdisc> qdiscs;
    std::map<std::string, std::string> vmOfTap;               ///< By the device's name.
    std::function<std::uint32_t(std::int32_t)> netnsOfNumber; ///< The inode, or 0.
};

[[nodiscard]] NetworkElements makeNetworkElements(const NetworkFacts& facts);

/// The id of the device element, from whichever namespace it is asked.
[[nodiscard]] std::uint64_t deviceId(std::uint32_t netns, std::uint32_t ifindex);

/// What all others are part of.
[[nodiscard]] std::uint64_t hostId();

} // namespace vnscope::recording::agent
