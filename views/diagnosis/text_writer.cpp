// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ostream.h>

#include "analyses/perfsight/window.hpp"
#include "storage/base/duration_text.hpp"
#include "views/diagnosis/writers.hpp"

namespace vnscope::views::diagnosis {

namespace {

using namespace analyses::perfsight;

class TextWriter final {
public:
    TextWriter(const Assessment& assessment, Spelling spelling, std::ostream& out)
        : m_assessment(assessment), m_spelling(spelling), m_out(out)
    {
    }
    void write(base::Timestamp traceBegin);

private:
    void writeCauses();
    void writeShortages();
    void writeLosses();
    void writeChain(const DiagnosedChain& chain);
    void writeQuality();

    const Assessment& m_assessment;
    Spelling m_spelling;
    std::ostream& m_out;
};

void TextWriter::write(base::Timestamp traceBegin)
{
    const base::TimeRange range = m_assessment.range;
    fmt::print(m_out, "From +{} to +{}\n", base::formatDuration(range.begin - traceBegin),
               base::formatDuration(range.end - traceBegin));
    writeCauses();
    writeShortages();
    writeLosses();
    for (const DiagnosedChain& chain : m_assessment.chains)
        writeChain(chain);
    writeQuality();
}

void TextWriter::writeCauses()
{
    fmt::print(m_out, "\nMiddleboxes that others wait for\n");
    bool isAny = false;
    for (const auto& [chain, diagnosis] : m_assessment.chains) {
        for (const RootCause& cause : diagnosis.rootCauses) {
            isAny = true;
            fmt::print(m_out, "  {} is {} ({})\n", m_spelling(chain.graph.nodes[cause.node].element.name),
                       toText(cause.label), toText(cause.confidence));
        }
    }
    if (!isAny)
        fmt::print(m_out, "  none\n");
}

void TextWriter::writeShortages()
{
    fmt::print(m_out, "\nResources that are short\n");
    for (const ShortageVerdict& verdict : m_assessment.shortages) {
        const std::string element = m_spelling(verdict.elements.front().name);
        fmt::print(m_out, "  {} on {}: {}, {} ({})\n", m_spelling(verdict.resource), m_spelling(verdict.host),
                   toText(verdict.kind),
                   verdict.lostPackets > 0 ? fmt::format("{} packets lost at {}", verdict.lostPackets, element)
                                           : fmt::format("{} is full", element),
                   toText(verdict.confidence));
        for (const EvidenceItem& item : verdict.evidence)
            fmt::print(m_out, "    {} = {:.4g}{}\n", m_spelling(item.name), item.value,
                       item.demand.empty() ? "" : fmt::format("  (asked: {})", m_spelling(item.demand)));
        for (const std::string& condition : verdict.notMeasured)
            fmt::print(m_out, "    not measured: {}\n", m_spelling(condition));
    }
    if (m_assessment.shortages.empty())
        fmt::print(m_out, "  none\n");
}

void TextWriter::writeLosses()
{
    if (m_assessment.losses.empty())
        return;
    fmt::print(m_out, "\nElements that lost packets\n");
    for (const ElementLoss& loss : m_assessment.losses)
        fmt::print(m_out, "  {:<28} {:>12} packets{}{}\n", m_spelling(loss.element.name), loss.loss.packets,
                   loss.loss.share ? fmt::format("  {:.3g} %", 100.0 * *loss.loss.share) : "",
                   loss.loss.isCounted ? "" : "  (input less output)");
}

void TextWriter::writeChain(const DiagnosedChain& diagnosed)
{
    const auto& [chain, diagnosis] = diagnosed;
    fmt::print(m_out, "\nChain\n  {:<28} {:<14} {:>9} {:>9} {:>12} {:>12}\n", "middlebox", "state", "reading",
               "writing", "in Mbit/s", "out Mbit/s");
    for (NodeIndex node = 0; node < chain.members.size(); ++node) {
        const ElementWindow& each = chain.graph.nodes[node];
        const NodeState& state = diagnosis.states[node];
        const auto megabits = [](std::optional<double> bps) { return bps ? fmt::format("{:.2f}", *bps / 1e6) : "-"; };
        fmt::print(m_out, "  {:<28} {:<14} {:>7.1f} % {:>7.1f} % {:>12} {:>12}\n", m_spelling(each.element.name),
                   toText(state.state), 100.0 * state.readShare, 100.0 * state.writeShare,
                   megabits(inputBps(each.window)), megabits(outputBps(each.window)));
    }
    for (const Link& link : chain.graph.links)
        fmt::print(m_out, "  {} -> {}\n", m_spelling(chain.graph.nodes[link.from].element.name),
                   m_spelling(chain.graph.nodes[link.to].element.name));
    fmt::print(m_out, "  why:\n");
    for (const std::string& line : explain(chain.graph, diagnosis))
        fmt::print(m_out, "    {}\n", m_spelling(line));
    for (const Beyond& beyond : diagnosis.beyond) {
        const std::string& peer =
            beyond.isUpstream ? chain.outerUpstream[beyond.node] : chain.outerDownstream[beyond.node];
        if (!peer.empty())
            fmt::print(m_out, "    {} waits for {}, which nobody samples\n",
                       m_spelling(chain.graph.nodes[beyond.node].element.name), m_spelling(peer));
    }
}

void TextWriter::writeQuality()
{
    if (m_assessment.quality.empty())
        return;
    fmt::print(m_out, "\nData quality\n");
    for (const base::DataQuality& each : m_assessment.quality)
        fmt::print(m_out, "  {}\n", m_spelling(each.message));
}

} // namespace

void writeText(const Assessment& assessment, base::Timestamp traceBegin, Spelling spelling, std::ostream& out)
{
    TextWriter(assessment, spelling, out).write(traceBegin);
}

} // namespace vnscope::views::diagnosis
