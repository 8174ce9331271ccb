// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vnscope::analyses::perfsight {

/// Where an element sits; the words of the store and of `vnscope_element:define`.
enum class Layer { Nic, Driver, Softirq, Switch, Hypervisor, Guest, Middlebox };

inline constexpr std::array kLayerNames{
    std::string_view("nic"),       std::string_view("driver"),     std::string_view("softirq"),
    std::string_view("switch"),    std::string_view("hypervisor"), std::string_view("guest"),
    std::string_view("middlebox"),
};

[[nodiscard]] constexpr std::string_view toText(Layer layer)
{
    return kLayerNames[static_cast<std::size_t>(layer)];
}

[[nodiscard]] constexpr std::optional<Layer> layerOf(std::string_view name)
{
    for (std::size_t i = 0; i < kLayerNames.size(); ++i) {
        if (kLayerNames[i] == name)
            return static_cast<Layer>(i);
    }
    return std::nullopt;
}

/// Kinds that Table 1 names as drop places. A kind is free text: a rule book may name others.
inline constexpr std::string_view kPnic = "pnic";
inline constexpr std::string_view kPnicDriver = "pnic_driver";
inline constexpr std::string_view kBacklog = "backlog"; ///< enqueue_to_backlog() of net/core/dev.c.
inline constexpr std::string_view kTun = "tun";         ///< The socket queue of tun/tap, before the VM.
/// One of ours: a queueing discipline. One that has others in it counts what they lose.
inline constexpr std::string_view kQdisc = "qdisc";

/// Kinds of end points: where bytes begin or end. What a client reads back, or a server answers, is not on the chain.
inline constexpr std::string_view kClient = "client";
inline constexpr std::string_view kServer = "server";

/// A logical unit that reads packets from, or writes them to, others (section 4.1 of the paper).
struct Element {
    std::int64_t id = -1;       ///< In the store; -1: in none.
    std::int64_t parentId = -1; ///< The element that this one is a part of; -1: of none.
    std::string host;
    std::string name;
    std::string kind; ///< kPnic, kTun, …
    Layer layer = Layer::Nic;
    std::string tenant;                         ///< May be empty.
    std::string vm;                             ///< Whose path it is on; empty: shared by all of the host.
    std::optional<std::uint64_t> capacityBps;   ///< Bits per second each way.
    std::optional<std::uint64_t> bufferPackets; ///< How many packets fit between its input and its output.

    [[nodiscard]] bool isEndPoint() const { return kind == kClient || kind == kServer; }
    /// Elements outside the virtual machine: those that Algorithm 1 looks at.
    [[nodiscard]] bool isVirtualizationStack() const { return layer != Layer::Guest && layer != Layer::Middlebox; }
};

} // namespace vnscope::analyses::perfsight
