// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "storage/utf8.hpp"
#include "unit/dot_parser.hpp"
#include "views/diagram/anatomy.hpp"
#include "views/diagram/dot.hpp"
#include "views/diagram/svg.hpp"
#include "views/diagram/text_size.hpp"

namespace vnscope::views::diagram {
namespace {

using topology::layout::Direction;

std::string draw(const Diagram& diagram, Direction direction = Direction::Down)
{
    return toSvg(diagram, topology::layout::place(layoutRequest(diagram, direction)));
}

/// For looking at: nothing reads the file.
void keep(const std::string& name, const std::string& svg)
{
    const std::filesystem::path folder = std::filesystem::path(VNSCOPE_BINARY_DIR) / "diagrams";
    std::filesystem::create_directories(folder);
    std::ofstream(folder / (name + ".svg")) << svg;
}

Box box(std::string name, Shape shape, std::string group = {}, std::vector<std::string> more = {})
{
    Box made{name, {name}, shape, std::move(group)};
    made.lines.insert(made.lines.end(), more.begin(), more.end());
    return made;
}

/// Two hosts with a bridge each, VLANs, a segment that was inferred between them, and a station in two places.
Diagram bridgeMap()
{
    Diagram map{"Map of two hosts", "Two hosts with a bridge each; seven stations in three VLANs.", {}, {}, {}, {}};
    map.styles = {"VLAN 10", "VLAN 20", "VLAN 30"};
    map.remarks = {"2 stations were collapsed into one box."};
    map.boxes = {box("br0", Shape::Bridge, "host a", {"VLAN filtering"}),
                 box("br0", Shape::Bridge, "host b", {"VLAN filtering"}),
                 box("vm-web-1", Shape::Station, "host a", {"52:54:00:00:00:01"}),
                 box("vm-web-2", Shape::Station, "host a", {"52:54:00:00:00:02"}),
                 box("vm-db", Shape::Station, "host a", {"52:54:00:00:00:03"}),
                 box("vm-cache", Shape::Station, "host b", {"52:54:00:00:00:11"}),
                 box("vm-build", Shape::Station, "host b", {"52:54:00:00:00:12"}),
                 box("2 stations", Shape::Stack, "host b", {"VLAN 30"}),
                 box("segment", Shape::Segment),
                 box("52:54:00:aa:bb:cc", Shape::Station),
                 box("eth0", Shape::Device, "host a", {"uplink"}),
                 box("ens3", Shape::Device, "host b", {"uplink"})};
    const auto line = [&](std::size_t from, std::size_t to, std::string port, std::optional<std::size_t> style,
                          Sureness sureness = Sureness::Certain) {
        map.lines.push_back({from, to, {}, std::move(port), {}, style, sureness});
    };
    line(0, 2, "vnet0", 0);
    line(0, 3, "vnet1", 0);
    line(0, 4, "vnet2", 1);
    line(1, 5, "tap7", 0);
    line(1, 6, "tap8", 1, Sureness::Inferred);
    line(1, 7, "tap9", 2);
    line(0, 10, {}, {});
    line(1, 11, {}, {});
    line(10, 8, {}, {}, Sureness::Inferred);
    line(11, 8, {}, {}, Sureness::Inferred);
    line(8, 9, {}, 1, Sureness::Ambiguous);
    line(4, 9, {}, 2, Sureness::Ambiguous);
    return map;
}

/// 25 bridges in a tree, 475 stations on them.
Diagram largeMap()
{
    Diagram map{"Map of 500 boxes", "25 bridges in a tree, with 475 stations.", {}, {}, {}, {}};
    for (int vlan = 1; vlan <= 12; ++vlan)
        map.styles.push_back("VLAN " + std::to_string(vlan * 10));
    for (std::size_t index = 0; index < 500; ++index) {
        const bool isBridge = index < 25;
        map.boxes.push_back(
            box((isBridge ? "br" : "vm") + std::to_string(index), isBridge ? Shape::Bridge : Shape::Station));
        if (index > 0) {
            const std::size_t hub = isBridge ? (index - 1) / 4 : index % 25;
            map.lines.push_back({hub, index, {}, "vnet" + std::to_string(index)});
            if (!isBridge)
                map.lines.back().style = index % 12;
            map.lines.back().sureness = static_cast<Sureness>(index % 3);
        }
    }
    return map;
}

Diagram flowGraph()
{
    Diagram graph{"Way of 12,480 packets", "Most packets go from the NIC through br0 to vm1.", {}, {}, {}, {}};
    const std::vector<std::string> names{"eth0 receive",   "GRO", "br0", "netfilter", "vnet0",        "vnet1",
                                         "qdisc of vnet0", "vm1", "vm2", "upcall",    "ovs-vswitchd", "drop"};
    for (const std::string& name : names)
        graph.boxes.push_back(box(name, name == "br0" ? Shape::Bridge : name[0] == 'v' ? Shape::Device : Shape::Place));
    const std::vector<std::tuple<std::size_t, std::size_t, double>> flows{
        {0, 1, 1},   {1, 2, 0.95}, {1, 9, 0.05}, {9, 10, 0.05}, {10, 2, 0.04}, {2, 3, 0.9}, {3, 11, 0.02}, {3, 4, 0.6},
        {3, 5, 0.3}, {4, 6, 0.6},  {6, 7, 0.58}, {6, 11, 0.02}, {5, 8, 0.3},   {8, 2, 0.2}, {2, 2, 0.01}};
    for (const auto& [from, to, weight] : flows) {
        graph.lines.push_back({from, to, std::to_string(static_cast<int>(weight * 12480)) + " · 41 µs"});
        graph.lines.back().isDirected = true;
        graph.lines.back().weight = weight;
    }
    return graph;
}

const std::vector<std::string>& hostileTexts()
{
    static const std::vector<std::string> kTexts{"<script>alert('1')</script>",
                                                 "\"quoted\" & 'so' \\",
                                                 "line\nbreak\ttab\x1b[31m\x01",
                                                 std::string(10'000, 'W'),
                                                 "\xff\xfe\xc3 broken",
                                                 "]]><!-- --> &amp; &#0; %n \\N \\G",
                                                 "\xE2\x80\xAE"
                                                 "turned",
                                                 std::string("nul\0byte", 8),
                                                 "虚拟交换机-虚拟交换机-虚拟交换机"};
    return kTexts;
}

Diagram hostile()
{
    Diagram diagram;
    const auto& texts = hostileTexts();
    diagram.title = diagram.description = texts[0] + texts[1] + texts[2];
    diagram.styles = diagram.remarks = texts;
    for (std::size_t index = 0; index < texts.size(); ++index) {
        diagram.boxes.push_back(
            {texts[index], {texts[index], texts[index]}, Shape::Stack, texts[index % 3], texts[index]});
        diagram.lines.push_back({index, index / 2, texts[index], texts[index], texts[index], index, Sureness::Ambiguous,
                                 true, 1e300, texts[index]});
    }
    return diagram;
}

struct Element {
    std::string name;
    std::map<std::string, std::string> attributes;
};

/// Reads XML as strictly as MarkupWriter writes it: anything else fails the test. Answers the elements in order.
std::vector<Element> parsed(const std::string& xml)
{
    static const std::regex kText(R"(^(?:[^<&>]|&(?:amp|lt|gt|quot|#39);)*)");
    static const std::regex kAttribute(R"(^ ([A-Za-z-]+)="([^"<]*)\")");
    std::vector<Element> elements;
    std::vector<std::string> open;
    for (std::size_t at = 0; at < xml.size();) {
        const std::size_t begin = xml.find('<', at);
        const std::string text = xml.substr(at, begin - at);
        for (std::size_t amp = text.find('&'); amp != std::string::npos; amp = text.find('&', amp + 1))
            EXPECT_TRUE(std::regex_search(text.substr(amp, 8), std::regex("^&(amp|lt|gt|quot|#39);"))) << text;
        EXPECT_EQ(text.find('>'), std::string::npos) << text;
        if (begin == std::string::npos)
            break;
        const std::size_t end = xml.find('>', begin);
        if (end == std::string::npos) {
            ADD_FAILURE() << "an element without end";
            break;
        }
        std::string tag = xml.substr(begin + 1, end - begin - 1);
        at = end + 1;
        if (tag.front() == '/') {
            EXPECT_FALSE(open.empty());
            EXPECT_EQ(open.back(), tag.substr(1));
            open.pop_back();
            continue;
        }
        const bool isLeaf = tag.back() == '/';
        if (isLeaf)
            tag.pop_back();
        Element element{tag.substr(0, tag.find(' ')), {}};
        std::string rest = tag.substr(element.name.size());
        for (std::smatch match; std::regex_search(rest, match, kAttribute); rest = match.suffix())
            EXPECT_TRUE(element.attributes.emplace(match[1], match[2]).second) << "attribute twice";
        EXPECT_EQ(rest, "") << "no attribute";
        if (!isLeaf)
            open.push_back(element.name);
        elements.push_back(std::move(element));
    }
    EXPECT_TRUE(open.empty());
    return elements;
}

std::size_t count(const std::string& text, const std::string& what)
{
    std::size_t found = 0;
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
        ++found;
    return found;
}

TEST(Svg, IsWellFormedAndRefersToNothingOutside)
{
    const std::vector<std::pair<std::string, std::string>> drawings{
        {"map", draw(bridgeMap())},   {"large", draw(largeMap())},
        {"flow", draw(flowGraph())},  {"flow-right", draw(flowGraph(), Direction::Right)},
        {"hostile", draw(hostile())}, {"empty", draw({})}};
    static const std::set<std::string> kKnown{"svg", "title", "desc", "style", "rect", "g", "path", "text"};
    for (const auto& [name, svg] : drawings) {
        SCOPED_TRACE(name);
        keep(name, svg);
        const std::vector<Element> elements = parsed(svg);
        ASSERT_FALSE(elements.empty());
        EXPECT_EQ(elements[0].attributes.at("role"), "img");
        EXPECT_EQ(elements[1].attributes.at("id") + ' ' + elements[2].attributes.at("id"),
                  elements[0].attributes.at("aria-labelledby"));
        for (const Element& element : elements)
            EXPECT_TRUE(kKnown.contains(element.name)) << element.name;
        for (const char* forbidden : {"<script", "href", "url(", "@import", "onload", "https:"})
            EXPECT_EQ(count(svg, forbidden), 0U) << forbidden;
        EXPECT_TRUE(storage::isStoredText(svg));
        for (const char character : svg)
            EXPECT_TRUE(static_cast<unsigned char>(character) >= 0x20 || character == '\n');
    }
}

TEST(Svg, EveryBoxLineAndLabelIsThere)
{
    const Diagram map = bridgeMap();
    const std::string svg = draw(map);
    for (const Box& one : map.boxes) {
        for (const std::string& line : one.lines)
            EXPECT_GE(count(svg, ">" + line + "</text>"), 1U) << line;
    }
    for (const Line& line : map.lines) {
        if (!line.fromLabel.empty()) {
            EXPECT_EQ(count(svg, ">" + line.fromLabel + "</text>"), 1U) << line.fromLabel;
        }
    }
    for (const std::string name : {"VLAN 10", "VLAN 20", "host a", "host b", "certain", "inferred", "? ambiguous"})
        EXPECT_GE(count(svg, ">" + name + "</text>"), 1U) << name;
    EXPECT_EQ(count(svg, ">?</text>"), 2U) << "each ambiguous line says so";
    EXPECT_EQ(count(svg, "class=\"frame\""), 2U);
    EXPECT_GE(count(svg, "2 stations were collapsed into one box."), 1U);
    EXPECT_EQ(count(svg, "br0 (tap8) – vm-build, VLAN 20, inferred"), 1U);
}

TEST(Svg, SurenessIsTheFormOfTheLine)
{
    Diagram diagram{"t", "d", {box("a", Shape::Device), box("b", Shape::Device)}, {{0, 1}}, {}, {}};
    EXPECT_EQ(count(draw(diagram), "stroke-dasharray="), 0U);
    EXPECT_EQ(count(draw(diagram), ">certain<"), 0U) << "nothing to tell apart";
    diagram.lines[0].sureness = Sureness::Inferred;
    const std::string inferred = draw(diagram);
    diagram.lines[0].sureness = Sureness::Ambiguous;
    const std::string ambiguous = draw(diagram);
    EXPECT_EQ(count(inferred, "stroke-dasharray="), 2U) << "the line and its legend";
    EXPECT_EQ(count(ambiguous, "stroke-dasharray="), 2U);
    EXPECT_EQ(count(ambiguous, "class=\"line dotted plain\""), 2U);
}

TEST(Svg, DirectedLinesHaveArrowsAndWeightIsWidth)
{
    const Diagram graph = flowGraph();
    const std::string svg = draw(graph);
    EXPECT_EQ(count(svg, "class=\"head plain\""), graph.lines.size());
    std::map<std::string, int> widths;
    for (const Element& element : parsed(svg)) {
        if (element.attributes.contains("stroke-width"))
            ++widths[element.attributes.at("stroke-width")];
    }
    EXPECT_GE(widths.size(), 8U) << "nine weights";
}

TEST(Svg, StylesHaveASecondCueBeyondThePalette)
{
    Diagram diagram{"t", "d", {box("a", Shape::Device), box("b", Shape::Device)}, {}, {}, {}};
    std::set<std::string> looks;
    for (std::size_t style = 0; style < 20; ++style)
        diagram.styles.push_back("VLAN " + std::to_string(style));
    diagram.lines = {{0, 1}};
    std::map<std::string, std::set<std::string>> shapesOfColour;
    for (const Element& element : parsed(draw(diagram))) {
        const auto name = element.attributes.find("class");
        if (name == element.attributes.end() || name->second.rfind("marker", 0) != 0)
            continue;
        // The shape alone: the number of corners and arcs.
        const std::string& data = element.attributes.at("d");
        shapesOfColour[name->second].insert(std::regex_replace(data, std::regex("[0-9. ]+"), ""));
    }
    ASSERT_EQ(shapesOfColour.size(), 8U);
    EXPECT_EQ(shapesOfColour["marker series-0"].size(), 3U) << "styles 0, 8 and 16";
}

TEST(Svg, HeatAndBadgesAreDrawnAndInTheLegend)
{
    Diagram diagram{"t", "d", {box("a", Shape::Device), box("b", Shape::Place)}, {}, {}, {}};
    EXPECT_EQ(count(draw(diagram), "class=\"heat\""), 0U);
    const double plain = boxSize(diagram.boxes[0]).height;
    diagram.boxes[0].heat = 0.5;
    diagram.boxes[0].badge = "short: <CPU>";
    diagram.heatName = "lost most: 7 packets";
    const std::string svg = draw(diagram);
    EXPECT_EQ(count(svg, "class=\"heat\""), 2U) << "the box and its sample in the legend";
    EXPECT_EQ(count(svg, "fill-opacity=\"0.20\""), 1U) << "half of the most";
    EXPECT_EQ(count(svg, "fill-opacity=\"0.40\""), 1U);
    EXPECT_EQ(count(svg, ">lost most: 7 packets</text>"), 1U);
    EXPECT_EQ(count(svg, ">short: &lt;CPU&gt;</text>"), 1U);
    EXPECT_GT(boxSize(diagram.boxes[0]).height, plain) << "room for the badge";
    EXPECT_GE(boxSize(diagram.boxes[0]).width, textWidth("short: <CPU>", kTextSize) + 2 * kLabelPadding);
    EXPECT_EQ(sentenceOf(diagram.boxes[0]), "a · short: <CPU>");
    EXPECT_FALSE(parsed(svg).empty());
    const auto graph = tests::parseDot(toDot(diagram));
    ASSERT_TRUE(graph);
    EXPECT_EQ(count(toDot(diagram), "[short: <CPU>]"), 1U);
    EXPECT_EQ(count(toDot(diagram), "style=filled"), 1U);
}

TEST(Svg, TextFitsItsBox)
{
    for (const std::string& text : hostileTexts()) {
        for (const Box& one : {Box{"x", {text, text}, Shape::Bridge}, Box{"x", {"a", text}, Shape::Stack}}) {
            const auto size = boxSize(one);
            const auto lines = shownLines(one);
            EXPECT_LE(textWidth(lines[0], kNameSize) + 2 * kBoxPadding, size.width);
            EXPECT_LE(textWidth(lines[1], kTextSize) + 2 * kBoxPadding, size.width);
            EXPECT_LE(size.width, 230);
        }
    }
}

TEST(TextSize, IsThatOfDejaVuSans)
{
    // getComputedTextLength() of Chromium 156 for DejaVu Sans 2.37 at 100 px, kerning included: it only makes text
    // shorter, hence the room upwards.
    const std::map<std::string, double> measured{
        {"m", 97.42}, {"iiii", 111.14}, {"vnet0", 286.92}, {"br-int-Wxyz", 566.41}, {"52:54:00:aa:bb:cc", 909.67}};
    for (const auto& [text, width] : measured) {
        EXPECT_GE(textWidth(text, 100), width - 0.5) << text;
        EXPECT_LE(textWidth(text, 100), width * 1.02 + 0.5) << text;
    }
}

TEST(TextSize, ElidedFitsAndKeepsWholeCharacters)
{
    for (const std::string& text : {std::string("vnet-of-a-long-name"), std::string("Ünïcödé Ünïcödé")}) {
        for (double width = 20; width < 300; width += 7) {
            const std::string shown = elide(text, width, 11);
            EXPECT_LE(textWidth(shown, 11), width);
            EXPECT_TRUE(storage::isStoredText(shown));
            EXPECT_TRUE(shown == text || shown.ends_with("…"));
        }
    }
}

TEST(Dot, IsReadByGraphvizWithEveryLabel)
{
    for (const Diagram& diagram : {bridgeMap(), flowGraph(), largeMap(), Diagram{}}) {
        const auto graph = tests::parseDot(toDot(diagram));
        ASSERT_TRUE(graph);
        EXPECT_EQ(graph->nodes.size(), diagram.boxes.size());
        EXPECT_EQ(graph->edges.size(), diagram.lines.size());
        EXPECT_EQ(graph->clusters.size(), groupsOf(diagram).size());
        for (const Box& one : diagram.boxes) {
            std::string label;
            for (const std::string& line : one.lines)
                label += (label.empty() ? "" : "\\n") + line;
            EXPECT_TRUE(graph->nodes.contains(label)) << label;
        }
        for (const Line& line : diagram.lines) {
            EXPECT_TRUE(line.fromLabel.empty() || graph->tailLabels.contains(line.fromLabel));
            EXPECT_TRUE(line.label.empty() || graph->edges.contains(line.label)) << line.label;
        }
    }
}

TEST(Dot, HostileTextStaysText)
{
    const Diagram diagram = hostile();
    const auto graph = tests::parseDot(toDot(diagram));
    ASSERT_TRUE(graph);
    EXPECT_EQ(graph->nodes.size(), diagram.boxes.size());
    EXPECT_EQ(graph->edges.size(), diagram.lines.size());
    // Graphviz keeps backslashes for its labels, and unescapes quotes itself.
    EXPECT_TRUE(graph->tailLabels.contains("\"quoted\" &amp; 'so' \\\\"));
    EXPECT_TRUE(graph->tailLabels.contains("<script>alert('1')</script>"));
}

} // namespace
} // namespace vnscope::views::diagram
