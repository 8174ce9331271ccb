// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "recording/agent/network_elements.hpp"
#include "recording/agent/open_namespace.hpp"
#include "recording/agent/problems.hpp"
#include "recording/host/tap_owners.hpp"

namespace vnscope::recording::agent {

/// A namespace with its elements.
struct Namespace {
    host::Netns netns;
    OpenNamespace open;
    NetworkElements elements;
};

/// What the host has: its namespaces with their devices, and who holds its taps. Looked up now and then, not for each
/// sample.
class Inventory final {
public:
    /// Opens what is new, closes what is gone, and reads the devices of all.
    void rescan(Problems& problems);

    [[nodiscard]] const std::vector<std::unique_ptr<Namespace>>& namespaces() const { return m_namespaces; }
    [[nodiscard]] const std::vector<host::TapOwner>& tapOwners() const { return m_owners; }

    /// A sample met what is not in here: rescan soon.
    void noteStranger() { m_hasStranger = true; }
    [[nodiscard]] bool hasStranger() const { return m_hasStranger; }

private:
    void open(const std::vector<host::OpenNetns>& found, Problems& problems);
    void readFacts(const std::vector<host::OpenNetns>& found, Problems& problems);
    void refreshOwners(const std::vector<NetworkFacts>& facts);

    std::vector<std::unique_ptr<Namespace>> m_namespaces; ///< Our own first.
    std::vector<host::TapOwner> m_owners;
    bool m_hasStranger = false;
};

/// What a virtual machine is called: its own name where its process tells one, else "process-pid".
[[nodiscard]] std::string vmName(const host::TapOwner& owner);

/// The name in the arguments of QEMU ("-name guest=web,debug-threads=on", "-name web"), each ended by a zero byte; else
/// empty.
[[nodiscard]] std::string qemuGuestName(std::string_view arguments);

} // namespace vnscope::recording::agent
