// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/trackers/trackers.hpp"

namespace vnscope::analyses::trackers {

/// How it was found which device some GRO frames belong to.
enum class FrameAttribution : std::uint8_t { NapiPoll, DeliveredSkb, OwnEvent, Unattributed };

/// Frames of one device that entered GRO between two NAPI polls of a CPU.
struct AttributedFrames {
    base::DeviceId device; ///< Invalid when unattributed.
    std::uint64_t frames = 0;
    FrameAttribution attribution = FrameAttribution::Unattributed;
};

/// LTTng's GRO entry events name no device. The NAPI poll that ends after them on their CPU does; the skb that GRO
/// delivers does too. Frames wait here until one of the two speaks. (Design notes: specs/events.md, section 2.2.)
class NapiFrames final {
public:
    /// Events it must see; the others leave it unchanged.
    static std::vector<tracepoints::EventType> subscriptions();

    /// Feeds one event; what became attributable is returned (frames == 0: nothing).
    AttributedFrames process(const Event& event, Trackers& trackers);
    /// What never became attributable, over all CPUs.
    std::vector<AttributedFrames> finish();

private:
    struct Pending {
        std::uint64_t frames = 0;
        base::DeviceId delivered; ///< Device of the last skb that GRO delivered since the frames came.
    };
    static AttributedFrames settle(Pending& pending);
    std::vector<Pending> m_byCpu;
};

} // namespace vnscope::analyses::trackers
