// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "analyses/perfsight/element.hpp"
#include "analyses/perfsight/middlebox_graph.hpp"
#include "analyses/perfsight/sample.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::perfsight {

/// What a middlebox counted of one peer since it began, in order of time; waiting for the peer is in the times.
///
/// Of a connection that it made, `peer` is address and port and `local` the address alone; of one that it accepted it
/// is the other way round (tracepoints/io/README.md). So the two ends of a connection have the same texts, exchanged.
struct Peer {
    std::string peer;
    std::string local; ///< Empty: not known.
    std::vector<Sample> samples;
};

/// One reading of an attribute that is no counter of packets: utilisations, limits, CPU time.
struct Reading {
    base::Timestamp at;
    std::int64_t value = 0;
};

/// Attribute of a middlebox that counts its calls: how many processes are added up in its samples.
inline constexpr std::string_view kProcesses = "processes";

/// Attribute: how many packets an element can hold.
inline constexpr std::string_view kBufferPackets = "buffer_packets";

/// An element with all that was sampled of it.
struct Subject {
    Element element;
    std::vector<Sample> samples; ///< In order of time. Of a middlebox with peers: all of them together.
    std::vector<Peer> peers;
    std::map<std::string, std::vector<Reading>, std::less<>> attributes;
};

/// Index into Scene::subjects.
using SubjectIndex = std::size_t;

/// Somebody said that `from` gives packets or bytes to `to`.
struct Neighbour {
    SubjectIndex from = 0;
    SubjectIndex to = 0;
    Coupling coupling = Coupling::Tcp;
};

/// What was sampled of software data planes: of one host or several, over some time.
struct Scene {
    std::vector<Subject> subjects;
    std::vector<Neighbour> neighbours;
};

} // namespace vnscope::analyses::perfsight
