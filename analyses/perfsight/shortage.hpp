// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "analyses/perfsight/confidence.hpp"
#include "analyses/perfsight/evidence.hpp"
#include "analyses/perfsight/rule_book.hpp"
#include "analyses/perfsight/window.hpp"

namespace vnscope::analyses::perfsight {

/// Of several VMs the one that loses most has to have less than this share, or it is the only one concerned.
inline constexpr double kAggregatedTopShare = 0.8;

/// An element and what it lost in the window.
struct ElementLoss {
    Element element;
    PacketLoss loss;
};

/// Algorithm 1: the elements of the virtualization stack that lost packets above noise, the most first.
[[nodiscard]] std::vector<ElementLoss> rankByLoss(const std::vector<ElementWindow>& elements);

enum class ShortageKind {
    Contention, ///< Several VMs want the resource.
    Bottleneck, ///< One VM wants more than it was given.
};

[[nodiscard]] constexpr std::string_view toText(ShortageKind kind)
{
    return kind == ShortageKind::Contention ? "contention" : "bottleneck";
}

/// One number that speaks for a verdict.
struct EvidenceItem {
    std::string name;
    double value = 0;
    std::string demand; ///< What the rule asks of it, e.g. "cpu_utilisation >= 0.9"; may be empty.
};

/// A resource that is short, as a rule of the book says.
struct ShortageVerdict {
    std::string host;
    std::string resource;
    ShortageKind kind = ShortageKind::Contention;
    std::vector<Element> elements; ///< Those that lost packets, the most first; or the one that is full.
    std::uint64_t lostPackets = 0; ///< 0: full, but it made its senders wait.
    std::vector<EvidenceItem> evidence;
    std::vector<std::string> notMeasured; ///< Conditions of the rule that nobody could check.
    Confidence confidence = Confidence::Possible;
};

/// What the rule book makes of one host's losses: verdicts of the place that lost most first, the surest of a place
/// first. A rule whose conditions are contradicted gives none; one whose evidence was not measured a possible one.
[[nodiscard]] std::vector<ShortageVerdict> findShortages(const std::vector<ElementWindow>& hostElements,
                                                         const Evidence& hostEvidence, const RuleBook& book);

} // namespace vnscope::analyses::perfsight
