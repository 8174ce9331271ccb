// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/legend.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "views/diagram/anatomy.hpp"
#include "views/diagram/outline.hpp"
#include "views/diagram/text_size.hpp"
#include "views/markup/printable.hpp"

namespace vnscope::views::diagram {
namespace {

constexpr std::size_t kMostStyles = 32;
constexpr double kMostText = 170;
constexpr double kRowHeight = 22;
constexpr double kEntryGap = 22;

void addShapes(const Diagram& diagram, std::vector<LegendEntry>& entries)
{
    constexpr std::array<std::pair<Shape, std::string_view>, 6> kNames{{{Shape::Bridge, "bridge"},
                                                                        {Shape::Device, "device"},
                                                                        {Shape::Station, "station"},
                                                                        {Shape::Segment, "unknown segment"},
                                                                        {Shape::Stack, "several, collapsed"},
                                                                        {Shape::Place, "place of packets"}}};
    for (const auto& [shape, name] : kNames) {
        const auto looksSo = [wanted = shape](const Box& box) { return box.shape == wanted; };
        if (std::any_of(diagram.boxes.begin(), diagram.boxes.end(), looksSo))
            entries.push_back({shape == Shape::Device ? diagram.deviceName : std::string(name), shape});
    }
}

void addStyles(const Diagram& diagram, std::vector<LegendEntry>& entries)
{
    const std::size_t shown = std::min(diagram.styles.size(), kMostStyles);
    for (std::size_t style = 0; style < shown; ++style) {
        const std::string name = elide(markup::printable(diagram.styles[style]), kMostText, kTextSize);
        entries.push_back({name, std::nullopt, style, Sureness::Certain, lineWidth(0.15)});
    }
    if (shown < diagram.styles.size())
        entries.push_back({fmt::format("and {} more", diagram.styles.size() - shown)});
}

void addSureness(const Diagram& diagram, std::vector<LegendEntry>& entries)
{
    constexpr std::array<std::pair<Sureness, std::string_view>, 3> kNames{
        {{Sureness::Certain, "certain"}, {Sureness::Inferred, "inferred"}, {Sureness::Ambiguous, "? ambiguous"}}};
    const auto has = [&](Sureness sureness) {
        return std::any_of(diagram.lines.begin(), diagram.lines.end(),
                           [&](const Line& line) { return line.sureness == sureness; });
    };
    if (!has(Sureness::Inferred) && !has(Sureness::Ambiguous))
        return;
    for (const auto& [sureness, name] : kNames) {
        if (has(sureness))
            entries.push_back({std::string(name), std::nullopt, std::nullopt, sureness, lineWidth(0.1)});
    }
}

void addWeight(const Diagram& diagram, std::vector<LegendEntry>& entries)
{
    if (std::any_of(diagram.lines.begin(), diagram.lines.end(), [](const Line& line) { return line.weight > 0; }))
        entries.push_back({"heaviest line", std::nullopt, std::nullopt, Sureness::Certain, lineWidth(1)});
}

void addHeat(const Diagram& diagram, std::vector<LegendEntry>& entries)
{
    if (diagram.heatName.empty())
        return;
    LegendEntry entry{elide(markup::printable(diagram.heatName), kMostText, kTextSize), Shape::Device};
    entry.heat = 1;
    entries.push_back(std::move(entry));
}

bool hasSample(const LegendEntry& entry)
{
    return entry.shape || entry.width > 0;
}

} // namespace

Legend makeLegend(const Diagram& diagram, double width)
{
    Legend legend;
    addStyles(diagram, legend.entries);
    addSureness(diagram, legend.entries);
    addWeight(diagram, legend.entries);
    addHeat(diagram, legend.entries);
    addShapes(diagram, legend.entries);
    double x = 0;
    double y = kRowHeight / 2;
    for (LegendEntry& entry : legend.entries) {
        const double taken =
            (hasSample(entry) ? kSampleWidth + kLegendGap : 0) + textWidth(entry.text, kTextSize) + kEntryGap;
        if (x > 0 && x + taken > width) {
            x = 0;
            y += kRowHeight;
        }
        entry.at = {x, y};
        x += taken;
    }
    legend.height = legend.entries.empty() ? 0 : y + kRowHeight / 2;
    return legend;
}

} // namespace vnscope::views::diagram
