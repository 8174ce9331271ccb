// SPDX-License-Identifier: Apache-2.0
#include "recording/host/json_rpc.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fmt/format.h>

#include "recording/host/json_object_end.hpp"

namespace vnscope::recording::host {

namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int kRequestId = 1;
constexpr int kMostPassedOver = 100;
constexpr std::size_t kLongestQuote = 200;

base::ErrorCode codeOf(int number)
{
    return number == ENOENT || number == ECONNREFUSED ? base::ErrorCode::NotFound : base::ErrorCode::Io;
}

tl::unexpected<base::Error> systemError(const char* doing)
{
    return base::fail(codeOf(errno), fmt::format("{}: {}", doing, std::strerror(errno)));
}

/// connect() waits while the server's queue is full, and send() while its buffer is.
void limitWaiting(int socket, std::chrono::milliseconds time)
{
    const timeval limit{time.count() / 1000, time.count() % 1000 * 1000};
    (void)::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

base::Result<json> resultOf(const json& answer)
{
    const auto error = answer.find("error");
    if (error != answer.end() && !error->is_null())
        return base::fail(
            base::ErrorCode::Unsupported,
            fmt::format("it refuses with {}", quoted(error->dump(-1, ' ', true, json::error_handler_t::replace))));
    const auto result = answer.find("result");
    if (result == answer.end())
        return base::fail(base::ErrorCode::Unsupported, "its answer has no result");
    return *result;
}

} // namespace

std::string quoted(const std::string& text)
{
    return json(text.substr(0, kLongestQuote)).dump(-1, ' ', true, json::error_handler_t::replace);
}

base::Result<JsonRpc> JsonRpc::connect(const std::string& path, JsonRpcLimits limits)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.empty() || path.size() >= sizeof address.sun_path)
        return base::fail(base::ErrorCode::Usage, "no path that a Unix socket can have");
    std::ranges::copy(path, address.sun_path);
    base::FileDescriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (!socket.isValid())
        return systemError("cannot make a socket");
    limitWaiting(socket.get(), limits.time);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return systemError("cannot connect");
    return JsonRpc(std::move(socket), limits);
}

pid_t JsonRpc::peer() const
{
    ucred credentials{};
    socklen_t length = sizeof credentials;
    return ::getsockopt(m_socket.get(), SOL_SOCKET, SO_PEERCRED, &credentials, &length) == 0 ? credentials.pid : 0;
}

base::Result<json> JsonRpc::ask(const std::string& method, const json& params)
{
    const auto deadline = Clock::now() + m_limits.time;
    const std::string request = json{{"method", method}, {"params", params}, {"id", kRequestId}}.dump();
    if (::send(m_socket.get(), request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size()))
        return systemError("cannot ask");
    m_total = 0;
    for (int passedOver = 0; passedOver < kMostPassedOver; ++passedOver) {
        const auto message = nextMessage(deadline);
        if (!message)
            return tl::unexpected(message.error());
        const json answer = json::parse(*message, nullptr, false);
        if (answer.is_discarded())
            return base::fail(base::ErrorCode::Unsupported, "its answer is no JSON");
        if (answer.value("id", json()) == kRequestId && !answer.contains("method"))
            return resultOf(answer);
    }
    return base::fail(base::ErrorCode::Unsupported, "it sends much, but no answer");
}

base::Result<std::string> JsonRpc::nextMessage(Clock::time_point deadline)
{
    JsonObjectEnd end;
    for (std::size_t seen = 0; !end.feed(std::string_view(m_received).substr(seen));) {
        if (end.isHopeless())
            return base::fail(base::ErrorCode::Unsupported, "its answer is no JSON object that we read");
        seen = m_received.size();
        if (auto received = receive(deadline); !received)
            return tl::unexpected(received.error());
    }
    std::string message = m_received.substr(0, end.length());
    m_received.erase(0, end.length());
    return message;
}

base::Result<void> JsonRpc::receive(Clock::time_point deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    pollfd ready{m_socket.get(), POLLIN, 0};
    if (left.count() <= 0 || ::poll(&ready, 1, static_cast<int>(left.count())) == 0)
        return base::fail(base::ErrorCode::Io, fmt::format("no answer within {} ms", m_limits.time.count()));
    std::array<char, 65536> buffer; // Not cleared: recv() tells what it wrote.
    const ssize_t got = ::recv(m_socket.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got < 0 && (errno == EINTR || errno == EAGAIN))
        return {};
    if (got < 0)
        return systemError("cannot read the answer");
    if (got == 0)
        return base::fail(base::ErrorCode::Io, "it hangs up without an answer");
    m_total += static_cast<std::size_t>(got);
    if (m_total > m_limits.bytes)
        return base::fail(base::ErrorCode::Unsupported,
                          fmt::format("its answer is longer than {} bytes", m_limits.bytes));
    m_received.append(buffer.data(), static_cast<std::size_t>(got));
    return {};
}

} // namespace vnscope::recording::host
