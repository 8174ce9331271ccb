// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/protocol_counters.hpp"

#include <array>

#include "recording/agent/text_scan.hpp"

namespace vnscope::recording::agent {

namespace {

struct Column {
    std::string_view protocol; ///< With its colon, as the line begins.
    std::string_view name;
    std::uint64_t ProtocolCounters::*member;
};

constexpr std::array kColumns{
    Column{"Ip:", "InDelivers", &ProtocolCounters::ipInDelivers},
    Column{"Ip:", "OutRequests", &ProtocolCounters::ipOutRequests},
    Column{"Ip:", "ForwDatagrams", &ProtocolCounters::ipForwarded},
    Column{"Ip:", "InDiscards", &ProtocolCounters::ipInDiscards},
    Column{"Ip:", "OutDiscards", &ProtocolCounters::ipOutDiscards},
    Column{"Tcp:", "InSegs", &ProtocolCounters::tcpInSegments},
    Column{"Tcp:", "OutSegs", &ProtocolCounters::tcpOutSegments},
    Column{"Tcp:", "RetransSegs", &ProtocolCounters::tcpRetransmitted},
    Column{"Udp:", "RcvbufErrors", &ProtocolCounters::udpReceiveBufferErrors},
    Column{"Udp:", "SndbufErrors", &ProtocolCounters::udpSendBufferErrors},
};

bool isWanted(std::string_view protocol)
{
    return protocol == "Ip:" || protocol == "Tcp:" || protocol == "Udp:";
}

} // namespace

ProtocolCounters parseProtocolCounters(std::string_view text)
{
    ProtocolCounters counters;
    while (!text.empty()) { // Two lines each: names, values.
        std::string_view names = takeLine(text);
        std::string_view values = takeLine(text);
        const std::string_view protocol = takeWord(names);
        if (!isWanted(protocol) || takeWord(values) != protocol)
            continue;
        for (std::string_view name = takeWord(names); !name.empty(); name = takeWord(names)) {
            const std::string_view value = takeWord(values);
            for (const Column& column : kColumns)
                if (column.protocol == protocol && column.name == name)
                    counters.*column.member = numberOf(value).value_or(0); // Tcp MaxConn may be -1; not wanted.
        }
    }
    return counters;
}

} // namespace vnscope::recording::agent
