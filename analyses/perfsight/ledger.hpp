// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "analyses/perfsight/scene.hpp"
#include "storage/base/time.hpp"
#include "tracepoints/event_types.hpp"

namespace vnscope::analyses::perfsight {

/// What the events of `vnscope_element` and `vnscope_io` say, as a scene that holds the recent past.
///
/// Memory is bounded by the elements, their peers and processes, and by what forgetBefore() leaves.
class Ledger final {
public:
    /// Elements, and peers of one element, beyond which nothing new is taken.
    static constexpr std::size_t kMostSubjects = 65'536;
    static constexpr std::size_t kMostPeers = 4'096;

    /// By number, as the trackers have them; the name is for people.
    struct Host {
        std::uint32_t index = 0;
        std::string_view name;
    };
    struct Names {
        std::string name;
        std::string kind;
        std::string layer;
        std::string tenant;
        std::string vm;
    };

    void define(Host host, const tracepoints::ElementDefine& define, Names names);
    void neighbour(Host host, const tracepoints::ElementNeighbour& neighbour, std::string_view coupling);
    /// These return the subject, or nothing when there are too many.
    std::optional<SubjectIndex> sample(Host host, const tracepoints::ElementSample& sample, base::Timestamp at);
    std::optional<SubjectIndex> attribute(Host host, std::uint64_t id, std::string_view name, std::int64_t value,
                                          base::Timestamp at);

    /// One process's counters of one peer, or (`peer` empty) of all: the latter completes a sample of the middlebox,
    /// which is the sum of all processes of that name.
    struct IoSample {
        SubjectIndex subject = 0;
        std::vector<std::size_t> peers; ///< Indexes of those that have a new sample, too.
        Reading processes;              ///< kProcesses.
    };
    std::optional<IoSample> io(Host host, const tracepoints::IoCounters& counters, std::string_view element,
                               std::string_view peer, std::string_view local, base::Timestamp at);

    /// Keeps of each series the last sample before `time`, and what came since.
    void forgetBefore(base::Timestamp time);

    [[nodiscard]] const Scene& scene() const { return m_scene; }
    /// What was not taken because there was too much of it.
    [[nodiscard]] std::uint64_t refused() const { return m_refused; }

private:
    /// What a process counted of one peer since it was first heard of here: `last - first`, and `base` of earlier
    /// processes with its number.
    struct ProcessTotals {
        Counters base;
        Counters first;
        Counters last;
        bool isEventDriven = false; ///< How its times were understood.
    };
    struct Process {
        base::Timestamp heard; ///< When it told its counters last.
        bool isEventDriven = false;
    };
    using PeerKey = std::pair<std::string, std::string>;
    struct Middlebox {
        std::map<PeerKey, std::size_t> peerNumbers;
        std::vector<std::map<std::uint32_t, ProcessTotals>> processes; ///< By peer number.
        std::map<std::uint32_t, ProcessTotals> together;               ///< By process.
        std::vector<std::size_t> touched;                              ///< Peers with news since the last sample.
        std::map<std::uint32_t, Process> processesHeard;               ///< By number.
    };

    std::optional<SubjectIndex> byId(Host host, std::uint64_t id);
    std::optional<SubjectIndex> byName(Host host, std::string_view name);
    std::optional<SubjectIndex> add(Host host);
    std::optional<std::size_t> peerNumber(SubjectIndex subject, Middlebox& middlebox, PeerKey key);
    IoSample complete(SubjectIndex subject, Middlebox& middlebox, base::Timestamp at);
    Reading countProcesses(SubjectIndex subject, Middlebox& middlebox, base::Timestamp at);

    Scene m_scene;
    std::map<std::pair<std::uint32_t, std::uint64_t>, SubjectIndex> m_byId; ///< By host and the author's number.
    std::map<std::uint32_t, std::map<std::string, SubjectIndex, std::less<>>> m_byName; ///< Middleboxes of each host.
    std::map<SubjectIndex, Middlebox> m_middleboxes;
    std::uint64_t m_refused = 0;
};

} // namespace vnscope::analyses::perfsight
