// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "analyses/microscope/patterns/endpoint.hpp"
#include "analyses/microscope/patterns/pattern.hpp"

namespace vnscope::analyses::microscope::patterns {

/// Relations of one culprit and one victim, which are indices of endpoints.
struct Link {
    std::uint32_t culprit = 0;
    std::uint32_t victim = 0;
    double score = 0;
    std::uint64_t relations = 0;
};

/// Sums up relations of the same two ends. Takes memory for different ones only.
class RelationSet {
public:
    /// False: ignored, because its score is no positive number or a place is none of `places`.
    bool add(const Relation& relation, std::size_t places);
    /// Sorts endpoints by value, so that the result does not depend on who came first. After the last `add()`.
    void finish();

    const std::vector<Endpoint>& endpoints() const { return m_endpoints; }
    double total() const { return m_total; }
    /// One list for each pair of the culprit's and the victim's IP versions.
    std::vector<std::vector<Link>> linksByVersions() const;

private:
    struct Ends {
        std::uint32_t culprit = 0;
        std::uint32_t victim = 0;

        friend bool operator==(const Ends&, const Ends&) = default;
    };
    struct EndsHash {
        std::size_t operator()(const Ends& ends) const;
    };

    std::uint32_t indexOf(const Endpoint& endpoint);

    std::unordered_map<Endpoint, std::uint32_t, EndpointHash> m_indices;
    std::unordered_map<Ends, std::size_t, EndsHash> m_linkOf;
    std::vector<Endpoint> m_endpoints;
    std::vector<Link> m_links;
    double m_total = 0;
};

} // namespace vnscope::analyses::microscope::patterns
