// SPDX-License-Identifier: Apache-2.0
#include "analyses/system_calls/connections.hpp"

#include <utility>

namespace vnscope::analyses::system_calls {

const Ends* Connections::find(std::uint64_t sk) const
{
    const auto found = m_open.find(sk);
    return found == m_open.end() ? nullptr : &found->second;
}

std::string Connections::addressOf(const std::array<std::uint8_t, 16>& bytes, std::string_view ipv4,
                                   std::string_view ipv6)
{
    return ipv4.empty() && ipv6.empty() ? addressText(bytes) : addressOfPerf(ipv4, ipv6);
}

void Connections::put(std::uint64_t sk, Ends ends)
{
    if (m_open.size() < kMostOpen || m_open.contains(sk))
        m_open[sk] = std::move(ends);
}

} // namespace vnscope::analyses::system_calls
