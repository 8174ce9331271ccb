// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <string>

#include <nlohmann/json.hpp>

#include "storage/base/file_descriptor.hpp"
#include "storage/base/result.hpp"

namespace vnscope::recording::host {

/// What a server may cost us, whatever it answers. A port takes 331 bytes of ovsdb-server's answer.
struct JsonRpcLimits {
    std::chrono::milliseconds time{2000}; ///< For one answer.
    std::size_t bytes = std::size_t{16} << 20;
};

/// A connection to a JSON-RPC 1.0 server at a Unix socket, as RFC 7047 (OVSDB) and ovs-appctl(8) use it.
class JsonRpc final {
public:
    /// Error NotFound: nobody listens there.
    [[nodiscard]] static base::Result<JsonRpc> connect(const std::string& path, JsonRpcLimits limits = {});

    /// The process that listens; 0: not to be seen from our pid namespace.
    [[nodiscard]] pid_t peer() const;

    /// Gives the "result". What the server sends besides, such as its "echo", is passed over.
    [[nodiscard]] base::Result<nlohmann::json> ask(const std::string& method, const nlohmann::json& params);

private:
    JsonRpc(base::FileDescriptor socket, JsonRpcLimits limits) : m_socket(std::move(socket)), m_limits(limits) {}
    [[nodiscard]] base::Result<std::string> nextMessage(std::chrono::steady_clock::time_point deadline);
    [[nodiscard]] base::Result<void> receive(std::chrono::steady_clock::time_point deadline);

    base::FileDescriptor m_socket;
    JsonRpcLimits m_limits;
    std::string m_received; ///< Not yet taken as a message.
    std::size_t m_total = 0;
};

/// `text` of others as one short line of printable ASCII, in quotes.
[[nodiscard]] std::string quoted(const std::string& text);

} // namespace vnscope::recording::host
