// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "storage/base/file_descriptor.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::host {

/// A network namespace.
struct Netns {
    std::uint32_t inode = 0;
    std::uint32_t pid = 0; ///< A process in it; 0: none known.
    std::string name;      ///< As `ip netns` knows it; may be empty.
};

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

} // namespace vnscope::recording::host
