// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <ostream>
#include <span>
#include <vector>

#include "recording/agent/element.hpp"

namespace vnscope::recording::agent {

/// Takes what the collectors find.
class Sink {
public:
    Sink() = default;
    Sink(const Sink&) = delete;
    Sink& operator=(const Sink&) = delete;
    virtual ~Sink() = default;

    /// All that follows is of one sample of the host, taken now.
    virtual void begin() {}
    virtual void end() {}
    virtual void define(const Element& element) = 0;
    virtual void neighbour(const Neighbour& neighbour) = 0;
    /// `counters`: null when the element counts no packets.
    virtual void sample(const Element& element, const Counters* counters, std::span<const Attribute> attributes) = 0;
};

/// Emits `vnscope_element:*`, which go nowhere when no session records them.
[[nodiscard]] std::unique_ptr<Sink> makeTraceSink();

/// One line of JSON for each definition, neighbour and sample.
[[nodiscard]] std::unique_ptr<Sink> makeJsonSink(std::ostream& out);

} // namespace vnscope::recording::agent
