// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "apps/statedump/host_state.hpp"
#include "storage/base/file_descriptor.hpp"
#include "storage/base/result.hpp"

namespace vnscope::statedump {

/// A namespace that can be entered.
struct OpenNetns {
    Netns netns;
    base::FileDescriptor file;
};

/// All namespaces that a process lives in or a name holds, our own first.
[[nodiscard]] std::vector<OpenNetns> findNamespaces(std::vector<std::string>& problems);

/// Puts the calling thread into a namespace, and back when it ends.
class NetnsVisit final {
public:
    [[nodiscard]] static base::Result<NetnsVisit> enter(const OpenNetns& where);
    NetnsVisit(NetnsVisit&&) noexcept = default;
    NetnsVisit& operator=(NetnsVisit&&) = delete;
    ~NetnsVisit();

private:
    explicit NetnsVisit(base::FileDescriptor home) : m_home(std::move(home)) {}
    base::FileDescriptor m_home;
};

} // namespace vnscope::statedump
