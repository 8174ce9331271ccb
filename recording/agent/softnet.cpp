// SPDX-License-Identifier: Apache-2.0
#include "recording/agent/softnet.hpp"

#include <array>

#include "recording/agent/text_scan.hpp"

namespace vnscope::recording::agent {

namespace {

constexpr std::size_t kProcessed = 0;
constexpr std::size_t kDropped = 1;
constexpr std::size_t kTimeSqueeze = 2;
constexpr std::size_t kReceivedRps = 9;
constexpr std::size_t kFlowLimit = 10;
constexpr std::size_t kQueued = 11;
constexpr std::size_t kCpu = 12;
constexpr std::size_t kColumns = 13; ///< Those after are parts of kQueued.

} // namespace

void parseSoftnet(std::string_view text, std::vector<SoftnetLine>& lines)
{
    lines.clear();
    for (std::uint32_t number = 0; !text.empty(); ++number) {
        std::string_view line = takeLine(text);
        std::array<std::uint32_t, kColumns> columns{};
        std::size_t count = 0;
        for (; count < kColumns; ++count) {
            const auto value = numberOf<std::uint32_t>(takeWord(line), 16);
            if (!value)
                break;
            columns[count] = *value;
        }
        if (count <= kTimeSqueeze)
            continue;
        const bool isComplete = count == kColumns;
        lines.push_back({columns[kProcessed], columns[kDropped], columns[kTimeSqueeze], columns[kReceivedRps],
                         columns[kFlowLimit], columns[kQueued], isComplete ? columns[kCpu] : number, isComplete});
    }
}

} // namespace vnscope::recording::agent
