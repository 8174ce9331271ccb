// SPDX-License-Identifier: Apache-2.0
#include "views/diagnosis/victim_picture.hpp"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "storage/base/duration_text.hpp"

namespace vnscope::views::diagnosis {
namespace {

using diagram::Box;
using diagram::Diagram;
using diagram::Line;

constexpr double kLeastShare = 0.01; ///< What is less is not drawn.

std::string duration(double seconds)
{
    return base::formatDuration(static_cast<base::Nanoseconds>(seconds * base::kNsPerSecond));
}

class Painter final {
public:
    explicit Painter(const VictimStory& victim) : m_victim(victim) {}
    [[nodiscard]] VictimPicture paint();

private:
    void addVictim();
    void addHops();
    void addCauses();
    [[nodiscard]] std::size_t causeBox(const VictimStory::Cause& cause);
    std::size_t addBox(Box box, const base::TimeRange& period);

    const VictimStory& m_victim;
    Diagram m_diagram;
    std::vector<base::TimeRange> m_periods;     ///< By box.
    std::map<std::string, std::size_t> m_hopOf; ///< By the element that reads the queue.
    std::map<std::pair<std::string, bool>, std::size_t> m_causeOf;
};

/// One end a line: boxes are narrow.
void addFlow(Box& box, const std::string& flow)
{
    if (flow.empty())
        return;
    const std::size_t arrow = std::min(flow.find(" -> "), flow.size());
    box.lines.push_back(flow.substr(0, arrow));
    box.lines.push_back("to " + flow.substr(std::min(arrow + 4, flow.size())));
    box.tooltip = flow;
}

std::string packetName(const VictimStory& victim)
{
    return victim.packet ? fmt::format("packet {}", *victim.packet) : fmt::format("victim {}", victim.id);
}

std::size_t Painter::addBox(Box box, const base::TimeRange& period)
{
    m_diagram.boxes.push_back(std::move(box));
    m_periods.push_back(period);
    return m_diagram.boxes.size() - 1;
}

void Painter::addVictim()
{
    Box box;
    box.id = "victim";
    box.shape = diagram::Shape::Place;
    box.lines = {packetName(m_victim)};
    addFlow(box, m_victim.flow);
    box.lines.push_back(m_victim.isLoss()
                            ? fmt::format("lost at {}", m_victim.lostQueue)
                            : fmt::format("{} on its way", base::formatDuration(m_victim.end - m_victim.begin)));
    addBox(std::move(box), {m_victim.begin, m_victim.end});
}

void Painter::addHops()
{
    for (const VictimStory::Hop& hop : m_victim.hops) {
        Box box;
        box.id = fmt::format("queue{}", m_diagram.boxes.size());
        box.shape = diagram::Shape::Place;
        box.lines = {hop.queue, fmt::format("building up for {}", base::formatDuration(hop.arrival - hop.periodBegin)),
                     fmt::format("{} came, {} were read", hop.packetsArrived, hop.packetsRead)};
        Line line;
        line.from = addBox(std::move(box), {hop.periodBegin, hop.left});
        line.to = 0;
        line.label = fmt::format("waited {}", duration(hop.seconds));
        line.isDirected = true;
        m_hopOf.emplace(hop.element, line.from);
        m_diagram.lines.push_back(std::move(line));
    }
}

/// One box for all that one culprit did.
std::size_t Painter::causeBox(const VictimStory::Cause& cause)
{
    const auto [known, isNew] = m_causeOf.try_emplace({cause.culprit, cause.isSource}, m_diagram.boxes.size());
    if (!isNew) {
        base::TimeRange& period = m_periods[known->second];
        period = {std::min(period.begin, cause.when.begin), std::max(period.end, cause.when.end)};
        return known->second;
    }
    Box box;
    box.id = fmt::format("cause{}", m_diagram.boxes.size());
    box.shape = diagram::Shape::Place;
    box.lines = {cause.culprit, cause.isSource ? "packets came too close together" : "worked slower than it can"};
    addFlow(box, cause.flow);
    return addBox(std::move(box), cause.when);
}

void Painter::addCauses()
{
    std::size_t small = 0;
    for (const VictimStory::Cause& cause : m_victim.causes) {
        const auto hop = m_hopOf.find(cause.victimElement);
        if (cause.share < kLeastShare || hop == m_hopOf.end()) {
            ++small;
            continue;
        }
        Line line;
        line.from = causeBox(cause);
        line.to = hop->second;
        line.label = fmt::format("{:.0f} %", 100 * cause.share);
        if (cause.depth > 0)
            line.label += fmt::format(", {} queue{} before", cause.depth, cause.depth == 1 ? "" : "s");
        line.isDirected = true;
        line.weight = cause.share;
        m_diagram.lines.push_back(std::move(line));
    }
    m_diagram.remarks.emplace_back("Per cent of all that the packet waited where it waited unusually long.");
    if (small > 0)
        m_diagram.remarks.push_back(
            fmt::format("Not drawn: {} cause{} of less than 1 %.", small, small == 1 ? "" : "s"));
}

VictimPicture Painter::paint()
{
    addVictim();
    addHops();
    addCauses();
    m_diagram.title = fmt::format("Why {} was {}", packetName(m_victim), m_victim.isLoss() ? "lost" : "late");
    m_diagram.description =
        m_victim.causes.empty()
            ? "Nobody is known to have made it wait."
            : fmt::format("{:.0f} % of its wait: {}.", 100 * m_victim.causes.front().share,
                          sayCause(m_victim.causes.front().culprit, m_victim.causes.front().isSource));
    return {std::move(m_diagram), std::move(m_periods)};
}

} // namespace

VictimPicture timedPictureOf(const VictimStory& victim)
{
    return Painter(victim).paint();
}

Diagram pictureOf(const VictimStory& victim)
{
    return timedPictureOf(victim).diagram;
}

} // namespace vnscope::views::diagnosis
