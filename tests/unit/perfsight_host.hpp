// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "analyses/perfsight/evidence.hpp"

namespace vnscope::tests {

/// The virtualization stack of one machine of the paper: a NIC, its driver, the backlog, and a tun for each VM, sampled
/// at two moments. Every element passes 100,000 packets of 1000 bytes a second unless told otherwise.
class PerfsightHost final {
public:
    PerfsightHost(std::uint64_t nicBps, int vms);

    /// In the second that was sampled; names are pnic, pnic_driver, backlog, tun1, tun2, …
    PerfsightHost& drops(const std::string& element, std::uint64_t packets);
    PerfsightHost& passes(const std::string& element, std::uint64_t inPackets, std::uint64_t outPackets,
                          std::uint64_t packetBytes);

    [[nodiscard]] std::vector<analyses::perfsight::ElementWindow> windows() const;

private:
    struct Member {
        analyses::perfsight::Element element;
        analyses::perfsight::Sample earlier;
        analyses::perfsight::Sample later;
    };
    void add(const std::string& name, std::string_view kind, analyses::perfsight::Layer layer, const std::string& vm);

    std::map<std::string, Member> m_members;
};

} // namespace vnscope::tests
