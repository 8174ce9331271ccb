// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analyses/perfsight/element.hpp"
#include "analyses/perfsight/sample.hpp"
#include "storage/base/data_quality.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::perfsight {

/// What one element did between two samples.
struct Window {
    base::TimeRange range;
    Counters delta;                          ///< Later minus earlier; `queuedPackets` is always unknown here.
    std::optional<std::int64_t> queueGrowth; ///< Packets; negative when the queue got shorter.
};

/// Later minus earlier. A counter that went back means that the element began anew: then nothing of the window is known
/// and `quality` gets a row. Samples that are not in order of time give a window of no length, with nothing known.
[[nodiscard]] Window makeWindow(const Sample& earlier, const Sample& later, std::string_view subject,
                                std::vector<base::DataQuality>& quality);

/// The window from the first sample in `range` to the last (its end included), whatever was sampled between. Nothing
/// when there are not two. `samples` are in order of time.
[[nodiscard]] std::optional<Window> windowOver(const std::vector<Sample>& samples, base::TimeRange range,
                                               std::string_view subject, std::vector<base::DataQuality>& quality);

/// Bits per second. GetThroughput of the paper, which gives bytes.
[[nodiscard]] std::optional<double> inputBps(const Window& window);
[[nodiscard]] std::optional<double> outputBps(const Window& window);

/// GetAvgPktSize: bytes of a packet on average, of the output if it is counted, else of the input. Unknown without
/// packets.
[[nodiscard]] std::optional<double> averagePacketBytes(const Window& window);

/// Packets that went in and will not come out.
struct PacketLoss {
    std::uint64_t packets = 0;
    std::optional<double> share; ///< Of the packets that came in (drops included), 0 … 1.
    bool isCounted = false;      ///< The element counted drops; otherwise input minus output minus what it queued.
};

/// A loss below this share of what came in is noise.
inline constexpr double kLossNoise = 0.0001;
/// Stands in for an unknown buffer: txqueuelen of a device and netdev_max_backlog are 1000 packets by default.
inline constexpr std::uint64_t kAssumedBufferPackets = 1000;

/// GetPktLoss. Counted drops are preferred. Input minus output counts packets in flight, too: growth of the queue is
/// subtracted, and where that is not known the difference must exceed what the element's buffer holds.
/// 0 packets when there is no loss above noise; nothing when the counters do not tell.
[[nodiscard]] std::optional<PacketLoss> packetLoss(const Element& element, const Window& window);

} // namespace vnscope::analyses::perfsight
