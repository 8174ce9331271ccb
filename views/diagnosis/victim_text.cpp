// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ostream.h>

#include "storage/base/duration_text.hpp"
#include "views/diagnosis/victim_writers.hpp"

namespace vnscope::views::diagnosis {
namespace {

std::string duration(double seconds)
{
    return base::formatDuration(static_cast<base::Nanoseconds>(seconds * base::kNsPerSecond));
}

constexpr double kLeastShare = 0.001; ///< What is less is only counted.

/// Microseconds: what follows on one another in a queue is so close.
std::string offsetText(base::Timestamp at, base::Timestamp traceBegin)
{
    return fmt::format("+{:.6f} s", static_cast<double>(at - traceBegin) / base::kNsPerSecond);
}

class StoryWriter final {
public:
    StoryWriter(const VictimStory& victim, base::Timestamp traceBegin, Spelling spelling, std::ostream& out)
        : m_victim(victim), m_traceBegin(traceBegin), m_spelling(spelling), m_out(out)
    {
    }
    void write() const;

private:
    void writeTitle() const;
    void writeHops() const;
    void writeCauses() const;
    void writeSteps() const;
    [[nodiscard]] std::string offset(base::Timestamp at) const { return offsetText(at, m_traceBegin); }

    const VictimStory& m_victim;
    base::Timestamp m_traceBegin;
    Spelling m_spelling;
    std::ostream& m_out;
};

void StoryWriter::write() const
{
    writeTitle();
    writeCauses();
    writeHops();
    writeSteps();
}

void StoryWriter::writeTitle() const
{
    fmt::print(m_out, "Victim {}{}", m_victim.id, m_victim.packet ? fmt::format(", packet {}", *m_victim.packet) : "");
    if (!m_victim.flow.empty())
        fmt::print(m_out, ", {}", m_spelling(m_victim.flow));
    const std::string length = base::formatDuration(m_victim.end - m_victim.begin);
    if (m_victim.isLoss())
        fmt::print(m_out, "\n  began at {}, lost at {} after {}\n", offset(m_victim.begin),
                   m_spelling(m_victim.lostQueue), length);
    else
        fmt::print(m_out, "\n  began at {}, took {}\n", offset(m_victim.begin), length);
    if (m_victim.kind == "throughput")
        fmt::print(m_out, "  of its flow hardly anything came meanwhile\n");
    if (m_victim.isPersistent)
        fmt::print(m_out, "  a queue on its way was not empty for long: an overload, look at counters\n");
}

void StoryWriter::writeCauses() const
{
    fmt::print(m_out, "\nWho made it wait\n");
    std::size_t small = 0;
    for (const VictimStory::Cause& cause : m_victim.causes) {
        if (cause.share < kLeastShare) {
            ++small;
            continue;
        }
        fmt::print(m_out, "  {:>5.1f} %  {:>9}  {}, at {}{}\n", 100 * cause.share, duration(cause.seconds),
                   m_spelling(sayCause(cause.culprit, cause.isSource)), m_spelling(cause.victimElement),
                   cause.depth > 0 ? fmt::format(" ({} queue{} later)", cause.depth, cause.depth == 1 ? "" : "s") : "");
        fmt::print(m_out, "                      from {} for {}, {} before; {} packets{}\n", offset(cause.when.begin),
                   base::formatDuration(cause.when.length()), base::formatDuration(cause.gap), cause.packets,
                   cause.flow.empty() ? "" : ", most of all " + m_spelling(cause.flow));
    }
    if (small > 0)
        fmt::print(m_out, "  and {} of less than 0.1 %\n", small);
    if (m_victim.causes.empty())
        fmt::print(m_out, "  nobody is known\n");
}

void StoryWriter::writeHops() const
{
    fmt::print(m_out, "\nWhere it waited unusually long\n");
    for (const VictimStory::Hop& hop : m_victim.hops) {
        fmt::print(m_out, "  {}: came at {}, read after {}, written on {} later\n", m_spelling(hop.queue),
                   offset(hop.arrival), base::formatDuration(hop.read - hop.arrival),
                   base::formatDuration(hop.left - hop.read));
        fmt::print(m_out, "    since {} before: {} packets came, {} were read",
                   base::formatDuration(hop.arrival - hop.periodBegin), hop.packetsArrived, hop.packetsRead);
        if (hop.peakPps)
            fmt::print(m_out, "; {:.0f} packets/s can be; too many {:.0f}, too slow {:.0f}", *hop.peakPps,
                       hop.inputScore, hop.processingScore);
        fmt::print(m_out, "\n");
    }
}

void StoryWriter::writeSteps() const
{
    fmt::print(m_out, "\nHow it was explained\n");
    for (const VictimStory::Step& step : m_victim.steps) {
        const std::string indent(2 + 2 * static_cast<std::size_t>(std::max<std::int64_t>(step.depth, 0)), ' ');
        fmt::print(m_out, "{}{} ({:.1f} %): built up for {}, {} came, {} read; too many {:.0f}, too slow {:.0f}\n",
                   indent, m_spelling(step.queue), 100 * step.share, base::formatDuration(step.period.length()),
                   step.packetsArrived, step.packetsRead, step.inputScore, step.processingScore);
        fmt::print(m_out, "{}  {}\n", indent, m_spelling(step.spans));
    }
    if (m_victim.steps.empty())
        fmt::print(m_out, "  not kept for this victim: only for the worst, and for some of each culprit\n");
}

} // namespace

void writeText(const VictimStory& victim, base::Timestamp traceBegin, Spelling spelling, std::ostream& out)
{
    StoryWriter(victim, traceBegin, spelling, out).write();
}

void writeText(const VictimSummary& summary, base::Timestamp traceBegin, Spelling spelling, std::ostream& out)
{
    constexpr std::size_t kShown = 10;
    fmt::print(out, "\nWho made packets late from +{} to +{}\n  {} late and {} lost packets",
               base::formatDuration(summary.window.begin - traceBegin),
               base::formatDuration(summary.window.end - traceBegin), summary.late, summary.lost);
    if (summary.usual && summary.threshold)
        fmt::print(out, "; {} is usual, late is above {}", base::formatDuration(*summary.usual),
                   base::formatDuration(*summary.threshold));
    fmt::print(out, "\n");
    std::size_t shown = 0;
    for (const SuspectLine& suspect : summary.suspects) {
        if (shown++ == kShown)
            break;
        fmt::print(out, "  {:>8} late {:>8} lost  {}{}\n", suspect.late, suspect.lost,
                   spelling(sayCause(suspect.culprit, suspect.isSource)),
                   suspect.worst ? fmt::format("; up to {} (victim {})", base::formatDuration(*suspect.worst),
                                               suspect.worstVictim)
                                 : fmt::format(" (victim {})", suspect.worstVictim));
    }
    if (summary.suspects.size() > kShown)
        fmt::print(out, "  and {} more\n", summary.suspects.size() - kShown);
    if (summary.persistent > 0)
        fmt::print(out, "  {} of them met a queue that was not empty for long: an overload\n", summary.persistent);
}

void writeText(const std::vector<VictimLine>& victims, base::Timestamp traceBegin, Spelling spelling, std::ostream& out)
{
    fmt::print(out, "{:>8} {:>14} {:>10}  {:<44} {}\n", "victim", "began", "took", "flow", "who made it wait");
    for (const VictimLine& victim : victims) {
        const std::string cause =
            victim.culprit.empty()
                ? std::string("nobody is known")
                : fmt::format("{} ({:.0f} %)", sayCause(victim.culprit, victim.isSource), 100 * victim.share);
        fmt::print(out, "{:>8} {:>14} {:>10}  {:<44} {}\n", victim.id, offsetText(victim.begin, traceBegin),
                   victim.latency ? base::formatDuration(*victim.latency) : "lost", spelling(victim.flow),
                   spelling(cause));
    }
}

} // namespace vnscope::views::diagnosis
