// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "analyses/system_calls/connection.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::system_calls {

/// TCP connections of one host that are open, by the kernel's address of their socket.
class Connections final {
public:
    /// Beyond it, new ones have no names.
    static constexpr std::size_t kMostOpen = 1U << 17U;

    /// `text` reads strings of the event.
    template <typename TextOf> void update(const tracepoints::SocketState& state, TextOf text)
    {
        using State = tracepoints::SocketState;
        if (state.after == State::kClosed) {
            m_open.erase(state.sk);
        } else if (state.after == State::kSynSent || state.after == State::kEstablished) {
            const bool isOurs = state.after == State::kSynSent || state.before == State::kSynSent;
            const Addresses addresses{addressOf(state.local, text(state.localText), text(state.localText6)),
                                      addressOf(state.remote, text(state.remoteText), text(state.remoteText6))};
            put(state.sk, endsOf(addresses, state, isOurs ? Role::Connected : Role::Accepted));
        }
    }
    /// Null: its beginning is not in the trace.
    [[nodiscard]] const Ends* find(std::uint64_t sk) const;

private:
    [[nodiscard]] static std::string addressOf(const std::array<std::uint8_t, 16>& bytes, std::string_view ipv4,
                                               std::string_view ipv6);
    void put(std::uint64_t sk, Ends ends);

    std::unordered_map<std::uint64_t, Ends> m_open;
};

} // namespace vnscope::analyses::system_calls
