// SPDX-License-Identifier: Apache-2.0
#include "recording/host/netlink.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <sys/socket.h>
#include <sys/time.h>

#include <fmt/format.h>

namespace vnscope::recording::host {

namespace {

/// A dump can be inconsistent when devices come and go meanwhile; a host that changes all the time gets what there is.
constexpr int kMostTries = 5;

/// Parts of an answer that are taken with one system call: those of two dumps, and the end of the second.
constexpr std::size_t kParts = 3;

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
    : m_socket(socket, &mnl_socket_close), m_request(MNL_SOCKET_BUFFER_SIZE), m_answer(kParts * answerBytes)
{
}

Netlink::Question::Question(const nlmsghdr& request)
    : sequence(request.nlmsg_seq), isDump((request.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP)
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

nlmsghdr* Netlink::put(char* at, std::uint16_t type, std::uint16_t flags)
{
    nlmsghdr* const header = mnl_nlmsg_put_header(at);
    header->nlmsg_type = type;
    header->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    header->nlmsg_seq = ++m_sequence;
    return header;
}

nlmsghdr* Netlink::request(std::uint16_t type, std::uint16_t flags)
{
    return put(m_request.data(), type, flags);
}

nlmsghdr* Netlink::requestBehind(const nlmsghdr* first, std::uint16_t type, std::uint16_t flags)
{
    return put(m_request.data() + NLMSG_ALIGN(first->nlmsg_len), type, flags);
}

base::Result<void> Netlink::send(const nlmsghdr* first, const nlmsghdr* last)
{
    const char* const end = reinterpret_cast<const char*>(last) + last->nlmsg_len;
    const auto bytes = static_cast<std::size_t>(end - reinterpret_cast<const char*>(first));
    if (::send(mnl_socket_get_fd(m_socket.get()), first, bytes, 0) < 0)
        return base::fail(base::ErrorCode::Io, fmt::format("Cannot ask the kernel: {}.", std::strerror(errno)));
    return {};
}

/// One part of an answer, and those that are there already.
base::Result<void> Netlink::receive(std::span<Question> questions, const OnMessage& onMessage)
{
    const std::size_t partBytes = m_answer.size() / kParts;
    std::array<iovec, kParts> buffers{};
    std::array<mmsghdr, kParts> parts{};
    for (std::size_t i = 0; i < kParts; ++i) {
        buffers[i] = {m_answer.data() + i * partBytes, partBytes};
        parts[i].msg_hdr.msg_iov = &buffers[i];
        parts[i].msg_hdr.msg_iovlen = 1;
    }
    const int count = ::recvmmsg(mnl_socket_get_fd(m_socket.get()), parts.data(), kParts, MSG_WAITFORONE, nullptr);
    if (count < 0)
        return base::fail(base::ErrorCode::Io, fmt::format("The kernel gave no answer: {}.", std::strerror(errno)));
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        if ((parts[i].msg_hdr.msg_flags & MSG_TRUNC) != 0)
            return base::fail(base::ErrorCode::Io, "The kernel's answer is larger than it should be.");
        int rest = static_cast<int>(parts[i].msg_len);
        for (const auto* message = static_cast<const nlmsghdr*>(buffers[i].iov_base); mnl_nlmsg_ok(message, rest);
             message = mnl_nlmsg_next(message, &rest))
            take(*message, questions, onMessage);
    }
    return {};
}

void Netlink::take(const nlmsghdr& message, std::span<Question> questions, const OnMessage& onMessage)
{
    const auto question = std::ranges::find(questions, message.nlmsg_seq, &Question::sequence);
    if (question == questions.end() || question->isAnswered)
        return;
    question->isConsistent = question->isConsistent && (message.nlmsg_flags & NLM_F_DUMP_INTR) == 0;
    question->isAnswered = !question->isDump || message.nlmsg_type == NLMSG_DONE || message.nlmsg_type == NLMSG_ERROR;
    if (message.nlmsg_type == NLMSG_ERROR)
        question->error = static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(&message))->error;
    else if (message.nlmsg_type != NLMSG_DONE)
        onMessage(message);
}

base::Result<bool> Netlink::conclude(const Question& question)
{
    if (question.error != 0)
        return base::fail(base::ErrorCode::Io, fmt::format("The kernel refused: {}.", std::strerror(-question.error)));
    return question.isConsistent;
}

base::Result<bool> Netlink::ask(const nlmsghdr* request, const OnMessage& onMessage)
{
    if (const auto sent = send(request, request); !sent)
        return tl::unexpected(sent.error());
    Question question(*request);
    while (!question.isAnswered)
        if (const auto received = receive({&question, 1}, onMessage); !received)
            return tl::unexpected(received.error());
    return conclude(question);
}

base::Result<bool> Netlink::askBoth(const nlmsghdr* first, const nlmsghdr* second, const OnMessage& onMessage)
{
    const auto bothOf = [](const base::Result<bool>& one, const base::Result<bool>& other) -> base::Result<bool> {
        if (!one || !other)
            return one ? other : one;
        return *one && *other;
    };
    if (!m_canAskBoth) {
        const auto isConsistent = ask(first, onMessage);
        return bothOf(isConsistent, ask(second, onMessage));
    }
    if (const auto sent = send(first, second); !sent)
        return tl::unexpected(sent.error());
    std::array questions{Question(*first), Question(*second)};
    while (!questions[0].isAnswered || !questions[1].isAnswered)
        if (const auto received = receive(questions, onMessage); !received)
            return tl::unexpected(received.error());
    if (questions[0].error == 0 && questions[1].error == -EBUSY) {
        m_canAskBoth = false; // The answer to the first had more than one part: netlink_dump_start().
        return bothOf(conclude(questions[0]), ask(second, onMessage));
    }
    return bothOf(conclude(questions[0]), conclude(questions[1]));
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
