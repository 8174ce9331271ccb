// SPDX-License-Identifier: Apache-2.0
#include "views/report/catalog.hpp"

#include <array>

namespace vnscope::views::report {
namespace {

// Conclusions first, then how far to trust them, then the evidence, then what the recording itself was.
constexpr std::array<SectionInfo, 14> kSections{{
    {"findings", "Findings", "What stands out, most important first?", "",
     "No analysis found anything that stands out.", buildFindings},
    {"data_quality", "Data quality", "What is missing from the recording or was repaired, and what does it touch?", "",
     "Nothing is missing: the tracer lost no event and nothing had to be repaired.", buildDataQuality},
    {"devices", "Devices", "How much did each network device receive and send, and when?", "bandwidth",
     "No network device was seen in this window.", buildDevices},
    {"topology", "Virtual topology", "Which machine is behind which port of which bridge, and when did that change?",
     "map", "No bridge, cable or VLAN device was seen.", buildTopology},
    {"drops", "Drops", "Which packets were lost, where and why?", "drops", "No packet was lost in this window.",
     buildDrops},
    {"offload", "Offload", "How many packets do GRO and GSO handle as one?", "offload",
     "Neither receive nor segmentation offload was seen at work.", buildOffload},
    {"streams", "Conversations", "Who talked to whom, how much and how fast?", "streams",
     "No TCP, UDP or ICMP packet was seen.", buildStreams},
    {"paths", "Paths", "Which way did packets take, and where did they wait?", "paths",
     "No packet was followed from one place to another.", buildPaths},
    {"perfsight", "Bottlenecks", "Which resource is short, and which middlebox do the others wait for?", "perfsight",
     "No element lost packets for want of a resource, and no middlebox was waited for.", buildPerfsight},
    {"microscope", "Who made packets late", "Which network function, or which burst, made packets wait or be lost?",
     "microscope", "No packet was late or lost that was seen from its source on.", buildMicroscope},
    {"cpu", "CPU and NAPI", "How busy does the network keep each CPU, and do polls run out of budget?", "softirq",
     "No network softirq ran.", buildCpu},
    {"virtqueues", "Virtqueues", "How much does QEMU take from each virtqueue, and how long does it take?", "virtqueue",
     "QEMU took no request from a virtqueue.", buildVirtqueues},
    {"coverage", "Coverage", "What could be answered, what could not, and which events to record next time?", "",
     "This store does not say which analyses ran.", buildCoverage},
    {"about", "About this recording", "Which traces, streams and events is all this based on?", "",
     "This store holds no trace.", buildAbout},
}};

} // namespace

std::span<const SectionInfo> sections()
{
    return kSections;
}

} // namespace vnscope::views::report
