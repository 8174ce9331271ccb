// SPDX-License-Identifier: Apache-2.0
#include "recording/host/netlink.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/time.h>

#include <fmt/format.h>

namespace vnscope::recording::host {

namespace {

/// A dump can be inconsistent when devices come and go meanwhile; a host that changes all the time gets what there is.
constexpr int kMostTries = 5;

} // namespace

Attributes::Attributes(const nlmsghdr& message, std::size_t headerBytes, std::uint16_t highest)
    : m_byType(highest + 1U, nullptr)
{
    forEachAttribute(message, headerBytes, [this](const nlattr* attribute) { keep(attribute); });
}

Attributes::Attributes(const nlattr* nest, std::uint16_t highest) : m_byType(highest + 1U, nullptr)
{
    if (nest != nullptr)
        forEachNested(nest, [this](const nlattr* attribute) { keep(attribute); });
}

void Attributes::keep(const nlattr* attribute)
{
    const std::uint16_t type = mnl_attr_get_type(attribute);
    if (type < m_byType.size())
        m_byType[type] = attribute;
}

std::string Attributes::text(std::uint16_t type) const
{
    const nlattr* const attribute = m_byType[type];
    if (attribute == nullptr)
        return {};
    const auto* const begin = static_cast<const char*>(mnl_attr_get_payload(attribute));
    return {begin, strnlen(begin, mnl_attr_get_payload_len(attribute))};
}

Attributes Attributes::nested(std::uint16_t type, std::uint16_t highest) const
{
    return {m_byType[type], highest};
}

bool Attributes::bytes(std::uint16_t type, std::span<std::uint8_t> to) const
{
    const nlattr* const attribute = m_byType[type];
    if (attribute == nullptr)
        return false;
    const auto* const begin = static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute));
    std::copy_n(begin, std::min<std::size_t>(to.size(), mnl_attr_get_payload_len(attribute)), to.begin());
    return true;
}

Netlink::Netlink(mnl_socket* socket, std::size_t answerBytes)
    : m_socket(socket, &mnl_socket_close), m_request(MNL_SOCKET_BUFFER_SIZE), m_answer(answerBytes)
{
}

base::Result<Netlink> Netlink::open(int bus, std::size_t answerBytes)
{
    mnl_socket* const socket = mnl_socket_open2(bus, SOCK_CLOEXEC);
    if (socket == nullptr)
        return base::fail(base::ErrorCode::Io, fmt::format("Cannot open a netlink socket: {}.", std::strerror(errno)));
    Netlink netlink(socket, answerBytes);
    const timeval patience{5, 0};
    (void)setsockopt(mnl_socket_get_fd(socket), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    if (mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) < 0)
        return base::fail(base::ErrorCode::Io, fmt::format("Cannot bind a netlink socket: {}.", std::strerror(errno)));
    return netlink;
}

nlmsghdr* Netlink::request(std::uint16_t type, std::uint16_t flags)
{
    nlmsghdr* const header = mnl_nlmsg_put_header(m_request.data());
    header->nlmsg_type = type;
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header->nlmsg_seq = ++m_sequence;
    return header;
}

base::Result<bool> Netlink::ask(const nlmsghdr* request, const std::function<void(const nlmsghdr&)>& onMessage)
{
    const std::uint32_t sequence = request->nlmsg_seq;
    const bool isDump = (request->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
    if (mnl_socket_sendto(m_socket.get(), request, request->nlmsg_len) < 0)
        return base::fail(base::ErrorCode::Io, fmt::format("Cannot ask the kernel: {}.", std::strerror(errno)));
    bool isConsistent = true;
    while (true) {
        const ssize_t received = mnl_socket_recvfrom(m_socket.get(), m_answer.data(), m_answer.size());
        if (received < 0)
            return base::fail(base::ErrorCode::Io, fmt::format("The kernel gave no answer: {}.", std::strerror(errno)));
        int rest = static_cast<int>(received);
        for (const auto* message = reinterpret_cast<const nlmsghdr*>(m_answer.data()); mnl_nlmsg_ok(message, rest);
             message = mnl_nlmsg_next(message, &rest)) {
            if (message->nlmsg_seq != sequence)
                continue;
            isConsistent = isConsistent && (message->nlmsg_flags & NLM_F_DUMP_INTR) == 0;
            if (message->nlmsg_type == NLMSG_DONE)
                return isConsistent;
            if (message->nlmsg_type == NLMSG_ERROR) {
                const auto& error = *static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
                if (error.error == 0)
                    return isConsistent;
                return base::fail(base::ErrorCode::Io,
                                  fmt::format("The kernel refused: {}.", std::strerror(-error.error)));
            }
            onMessage(*message);
            if (!isDump)
                return isConsistent;
        }
    }
}

base::Result<Dump> Dump::take(Netlink& netlink, const nlmsghdr* request)
{
    const std::vector<char> question(reinterpret_cast<const char*>(request),
                                     reinterpret_cast<const char*>(request) + request->nlmsg_len);
    for (int tries = 1;; ++tries) {
        nlmsghdr* const again = netlink.request(0, 0);
        const std::uint32_t sequence = again->nlmsg_seq;
        std::memcpy(again, question.data(), question.size());
        again->nlmsg_seq = sequence;
        Dump dump;
        const auto asked = netlink.ask(again, [&dump](const nlmsghdr& message) {
            std::vector<std::uint32_t>& copy = dump.m_messages.emplace_back((message.nlmsg_len + 3U) / 4U);
            std::memcpy(copy.data(), &message, message.nlmsg_len);
        });
        if (!asked)
            return tl::unexpected(asked.error());
        if (*asked || tries == kMostTries)
            return dump;
    }
}

} // namespace vnscope::recording::host
