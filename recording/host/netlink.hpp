// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <libmnl/libmnl.h>

#include "storage/base/result.hpp"

namespace vnscope::recording::host {

/// The attributes of one message or nest by type; those of higher types than asked for are left out.
class Attributes final {
public:
    Attributes(const nlmsghdr& message, std::size_t headerBytes, std::uint16_t highest);
    Attributes(const nlattr* nest, std::uint16_t highest);

    [[nodiscard]] const nlattr* find(std::uint16_t type) const { return m_byType[type]; }
    /// 0 or "" where the attribute is absent or too short.
    [[nodiscard]] std::uint8_t u8(std::uint16_t type) const { return value<std::uint8_t>(type); }
    [[nodiscard]] std::uint16_t u16(std::uint16_t type) const { return value<std::uint16_t>(type); }
    [[nodiscard]] std::uint32_t u32(std::uint16_t type) const { return value<std::uint32_t>(type); }
    [[nodiscard]] std::string text(std::uint16_t type) const;
    [[nodiscard]] Attributes nested(std::uint16_t type, std::uint16_t highest) const;
    /// Copies what fits into `to`; false when the attribute is absent.
    bool bytes(std::uint16_t type, std::span<std::uint8_t> to) const;

private:
    template <typename T> [[nodiscard]] T value(std::uint16_t type) const
    {
        T out{};
        const nlattr* const attribute = m_byType[type];
        if (attribute != nullptr && mnl_attr_get_payload_len(attribute) >= sizeof(T))
            __builtin_memcpy(&out, mnl_attr_get_payload(attribute), sizeof(T));
        return out;
    }
    void keep(const nlattr* attribute);

    std::vector<const nlattr*> m_byType;
};

/// Calls `use` with each attribute between two places. (libmnl's macros for it are C only, and call it thrice for each
/// attribute, of which a sample of a host has thousands.)
template <typename F> void forEachAttribute(const char* begin, const char* end, F&& use)
{
    while (end - begin >= NLA_HDRLEN) {
        const auto* const attribute = reinterpret_cast<const nlattr*>(begin);
        if (attribute->nla_len < NLA_HDRLEN || attribute->nla_len > end - begin)
            return;
        use(attribute);
        begin += NLA_ALIGN(attribute->nla_len);
    }
}

template <typename F> void forEachNested(const nlattr* nest, F&& use)
{
    const auto* const begin = static_cast<const char*>(mnl_attr_get_payload(nest));
    forEachAttribute(begin, begin + mnl_attr_get_payload_len(nest), std::forward<F>(use));
}

/// All attributes that follow a header of `headerBytes`.
template <typename F> void forEachAttribute(const nlmsghdr& message, std::size_t headerBytes, F&& use)
{
    forEachAttribute(static_cast<const char*>(mnl_nlmsg_get_payload_offset(&message, headerBytes)),
                     static_cast<const char*>(mnl_nlmsg_get_payload_tail(&message)), std::forward<F>(use));
}

/// A netlink socket in the network namespace that its thread was in when it was opened.
class Netlink final {
public:
    /// The kernel fills as much of a dump's buffer as it is given, up to this (net/netlink/af_netlink.c).
    static constexpr std::size_t kMostAnswerBytes = 32768;

    using OnMessage = std::function<void(const nlmsghdr&)>;

    /// `bus`: NETLINK_ROUTE, NETLINK_GENERIC. `answerBytes`: the kernel allocates as much for each part of an answer,
    /// so who asks for little, and often, should give less.
    [[nodiscard]] static base::Result<Netlink> open(int bus, std::size_t answerBytes = kMostAnswerBytes);

    /// A request buffer with its header; add payload and attributes with libmnl, then hand it to ask().
    [[nodiscard]] nlmsghdr* request(std::uint16_t type, std::uint16_t flags);
    /// Sends what request() returned and hands each answer to `onMessage`. False: a dump met changes while it was
    /// taken, and may be inconsistent.
    [[nodiscard]] base::Result<bool> ask(const nlmsghdr* request, const OnMessage& onMessage);

    /// A second request behind `first`, whose payload is complete; for askBoth().
    [[nodiscard]] nlmsghdr* requestBehind(const nlmsghdr* first, std::uint16_t type, std::uint16_t flags);
    /// The same as ask() with the one and then with the other, but with one message to the kernel where that can be:
    /// from Linux 6.9 on, if the answer to the first fits into one part.
    [[nodiscard]] base::Result<bool> askBoth(const nlmsghdr* first, const nlmsghdr* second, const OnMessage& onMessage);

private:
    /// What the kernel said so far.
    struct Question {
        explicit Question(const nlmsghdr& request);

        std::uint32_t sequence;
        bool isDump;
        bool isAnswered = false;
        bool isConsistent = true;
        int error = 0;
    };

    Netlink(mnl_socket* socket, std::size_t answerBytes);

    nlmsghdr* put(char* at, std::uint16_t type, std::uint16_t flags);
    base::Result<void> send(const nlmsghdr* first, const nlmsghdr* last);
    base::Result<void> receive(std::span<Question> questions, const OnMessage& onMessage);
    static void take(const nlmsghdr& message, std::span<Question> questions, const OnMessage& onMessage);
    static base::Result<bool> conclude(const Question& question);

    std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> m_socket;
    std::vector<char> m_request;
    std::vector<char> m_answer; ///< Several parts.
    std::uint32_t m_sequence = 0;
    bool m_canAskBoth = true;
};

/// The messages of a dump, copied: a dump that the kernel calls inconsistent is asked for again.
class Dump final {
public:
    [[nodiscard]] static base::Result<Dump> take(Netlink& netlink, const nlmsghdr* request);

    template <typename F> void forEach(F&& onMessage) const
    {
        for (const std::vector<std::uint32_t>& message : m_messages)
            onMessage(*reinterpret_cast<const nlmsghdr*>(message.data()));
    }

private:
    std::vector<std::vector<std::uint32_t>> m_messages; ///< Words, for the alignment that netlink needs.
};

} // namespace vnscope::recording::host
