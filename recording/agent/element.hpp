// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/element/records.h"

/// What the agent tells of an element; tracepoints/element/README.md is the contract of the events, README.md of this
/// folder that of kinds and attributes.
namespace vnscope::recording::agent {

inline constexpr std::uint64_t kNotCounted = VNSCOPE_ELEMENT_NOT_COUNTED;

/// Of an element, besides its packets and bytes. The name lives as long as the program, and ends with its unit.
struct Attribute {
    const char* name;
    std::int64_t value;
};

struct Element {
    std::uint64_t id = 0;
    std::uint64_t parent = 0;      ///< 0: none.
    std::uint64_t capacityBps = 0; ///< 0: unknown.
    std::string name;
    std::string kind;
    std::string layer;             ///< nic driver softirq switch hypervisor guest middlebox
    std::string vm;                ///< Whose path it is on; empty: shared.
    std::vector<Attribute> limits; ///< Told with the definition: they change rarely.
};

/// Cumulative, except queuedPackets.
struct Counters {
    std::uint64_t inPackets = kNotCounted;
    std::uint64_t outPackets = kNotCounted;
    std::uint64_t inBytes = kNotCounted;
    std::uint64_t outBytes = kNotCounted;
    std::uint64_t dropPackets = kNotCounted;
    std::uint64_t queuedPackets = kNotCounted;
};

/// Where an element hands its packets to.
struct Neighbour {
    std::uint64_t from = 0;
    std::uint64_t to = 0;
    const char* coupling = "packet"; ///< "packet": what does not fit is lost; "call": same thread.
};

/// The same for the same things as long as the host runs, and not 0: a hash of what tells them apart.
[[nodiscard]] std::uint64_t elementId(std::string_view kind, std::initializer_list<std::uint64_t> key,
                                      std::string_view text = {});

/// A 32-bit counter of the kernel that begins anew after 2^32, as one that only grows.
class WideCounter final {
public:
    [[nodiscard]] std::uint64_t update(std::uint32_t now)
    {
        m_total += static_cast<std::uint32_t>(now - static_cast<std::uint32_t>(m_total));
        return m_total;
    }

private:
    std::uint64_t m_total = 0;
};

} // namespace vnscope::recording::agent
