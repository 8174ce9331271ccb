// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/napi_frames.hpp"

namespace vnscope::analyses::trackers {

using tracepoints::EventType;

std::vector<EventType> NapiFrames::subscriptions()
{
    return {EventType::NapiGroReceiveEntry, EventType::NetIfReceiveSkb, EventType::NapiPoll, EventType::EventsLost};
}

AttributedFrames NapiFrames::settle(Pending& pending)
{
    const AttributedFrames settled{pending.delivered, pending.frames,
                                   pending.delivered.isValid() ? FrameAttribution::DeliveredSkb
                                                               : FrameAttribution::Unattributed};
    pending = Pending();
    return settled;
}

AttributedFrames NapiFrames::process(const Event& event, Trackers& trackers)
{
    if (m_byCpu.size() <= trackers.cpuIndex())
        m_byCpu.resize(trackers.cpuIndex() + 1U);
    Pending& pending = m_byCpu[trackers.cpuIndex()];
    const Sighting& sighting = trackers.sighting();
    switch (event.record.type) {
    case EventType::NapiGroReceiveEntry:
        if (sighting.device.isValid()) // Named by the event itself (perf), or sent by a veth whose peer is known.
            return {sighting.device, 1, FrameAttribution::OwnEvent};
        ++pending.frames;
        return {};
    case EventType::NetIfReceiveSkb:
        if (sighting.path == ReceivePath::Gro && pending.frames > 0)
            pending.delivered = sighting.device;
        return {};
    case EventType::NapiPoll: {
        if (pending.frames == 0)
            return {};
        if (!sighting.device.isValid()) // The backlog's poll: GRO's frames were not its own.
            return settle(pending);
        const AttributedFrames settled{sighting.device, pending.frames, FrameAttribution::NapiPoll};
        pending = Pending();
        return settled;
    }
    case EventType::EventsLost: return settle(pending);
    default: return {};
    }
}

std::vector<AttributedFrames> NapiFrames::finish()
{
    std::vector<AttributedFrames> rest;
    for (Pending& pending : m_byCpu)
        if (pending.frames > 0)
            rest.push_back(settle(pending));
    return rest;
}

} // namespace vnscope::analyses::trackers
