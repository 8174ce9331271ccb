// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyses/perfsight/middlebox_graph.hpp"
#include "analyses/perfsight/scene.hpp"
#include "storage/base/data_quality.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::perfsight {

/// Middleboxes that hand data to each other, as Algorithm 2 wants them, with what they counted in one window.
struct Chain {
    MiddleboxGraph graph;
    std::vector<SubjectIndex> members;        ///< By node of the graph.
    std::vector<std::string> outerUpstream;   ///< By node: whom it waited for most among those that nobody samples.
    std::vector<std::string> outerDownstream; ///< By node, the same of its output.
};

/// The chains of a scene. Who talks to whom comes from declared neighbours, and from peers: both ends of a connection
/// name each other's addresses. Data goes the way that most bytes went; a peer that nobody samples is up- or downstream
/// by the same measure. What a middlebox reads from its receivers (requests, acknowledgements), or writes to its
/// senders, is not on the chain and not counted.
[[nodiscard]] std::vector<Chain> chainsOf(const Scene& scene, base::TimeRange range,
                                          std::vector<base::DataQuality>& quality);

} // namespace vnscope::analyses::perfsight
