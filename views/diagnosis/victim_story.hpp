// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "storage/base/result.hpp"
#include "storage/base/time.hpp"
#include "storage/store.hpp"

/// What the analysis `microscope` left in the store, as values that text, JSON and pictures are made of. Strings are as
/// the trace gave them.
namespace vnscope::views::diagnosis {

/// Names of network functions and their queues.
class NfNames final {
public:
    [[nodiscard]] static base::Result<NfNames> read(const storage::Store& store);

    /// "nat 1", or "host: nat 1" in a session of several hosts; "outside" for NULL.
    [[nodiscard]] std::string element(const storage::Value& id) const;
    [[nodiscard]] std::string queue(const storage::Value& id) const;
    [[nodiscard]] bool isEmpty() const { return m_elements.empty(); }

private:
    std::map<std::int64_t, std::string> m_elements;
    std::map<std::int64_t, std::string> m_queues;
};

/// Why one packet was late or lost.
struct VictimStory {
    /// A queue where it waited unusually long.
    struct Hop {
        std::string queue;
        std::string element; ///< That reads it.
        base::Timestamp arrival;
        base::Timestamp read;
        base::Timestamp left;
        base::Timestamp periodBegin;
        std::int64_t packetsArrived = 0;
        std::int64_t packetsRead = 0;
        std::optional<double> peakPps;
        double inputScore = 0;
        double processingScore = 0;
        double seconds = 0;
    };
    struct Cause {
        std::string culprit;
        bool isSource = false; ///< Packets came too close together from there; else it was slower than it can be.
        std::string victimElement;
        double share = 0;
        double seconds = 0;
        std::int64_t depth = 0; ///< Queues between.
        base::TimeRange when;
        base::Nanoseconds gap = 0;
        std::int64_t packets = 0;
        std::string flow; ///< That stands out; empty: none.
    };
    /// A queue that was looked into.
    struct Step {
        std::int64_t depth = 0;
        std::string queue;
        std::string element;
        double share = 0;
        base::TimeRange period;
        std::int64_t packetsArrived = 0;
        std::int64_t packetsRead = 0;
        std::optional<double> peakPps;
        double inputScore = 0;
        double processingScore = 0;
        std::string spans;
    };

    std::int64_t id = 0;
    std::string kind; ///< latency, loss, throughput
    std::optional<std::int64_t> packet;
    base::Timestamp begin;
    base::Timestamp end;
    std::string flow;
    std::string lostQueue; ///< Empty: not lost.
    bool isPersistent = false;
    std::vector<Hop> hops;
    std::vector<Cause> causes; ///< The largest share first.
    std::vector<Step> steps;   ///< None: not kept for this victim.

    [[nodiscard]] bool isLoss() const { return kind == "loss"; }
};

/// Nothing: there is no such victim.
[[nodiscard]] base::Result<std::optional<VictimStory>> readVictim(const storage::Store& store, std::int64_t id);

/// One line of a list of victims.
struct VictimLine {
    std::int64_t id = 0;
    std::string kind; ///< latency, loss, throughput
    base::Timestamp begin;
    std::optional<base::Nanoseconds> latency; ///< None: lost.
    std::string flow;
    std::string lostQueue;
    std::string culprit;                        ///< With the largest share; empty: not known.
    std::optional<std::int64_t> culpritElement; ///< None: outside of what is traced.
    bool isSource = false;
    double share = 0;
    bool isPersistent = false;

    [[nodiscard]] bool isLoss() const { return kind == "loss"; }
};

/// Victims that began in `window`, in the order of beginning; those for which `where` holds, too.
[[nodiscard]] base::Result<std::vector<VictimLine>> readVictims(const storage::Store& store,
                                                                const base::TimeRange& window,
                                                                std::vector<storage::Select::Condition> where = {});

/// A culprit and the victims that it has the largest part of.
struct SuspectLine {
    std::string culprit;
    std::optional<std::int64_t> element; ///< None: outside of what is traced.
    bool isSource = false;
    std::int64_t late = 0;
    std::int64_t lost = 0;
    std::optional<base::Nanoseconds> worst; ///< Latency.
    std::int64_t worstVictim = 0;
};

struct VictimSummary {
    base::TimeRange window;
    std::int64_t late = 0;
    std::int64_t lost = 0;
    std::int64_t persistent = 0;
    std::optional<base::Nanoseconds> usual;     ///< Median latency of the whole trace.
    std::optional<base::Nanoseconds> threshold; ///< Above it a packet is late.
    std::vector<SuspectLine> suspects;          ///< The one with the most victims first.
};

/// Nothing: the trace has no network functions.
[[nodiscard]] base::Result<std::optional<VictimSummary>> readVictimSummary(const storage::Store& store,
                                                                           const base::TimeRange& window);

/// "UDP", "IP protocol 132".
[[nodiscard]] std::string protocolText(std::int64_t protocol);

/// "nat 1 worked slower than it can", "a burst from source".
[[nodiscard]] std::string sayCause(const std::string& culprit, bool isSource);

} // namespace vnscope::views::diagnosis
