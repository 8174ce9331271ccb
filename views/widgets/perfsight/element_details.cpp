// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/perfsight/element_details.hpp"

#include "storage/base/duration_text.hpp"
#include "views/chart/format.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::perfsight {
namespace {

using kit::toQString;
using pipeline::Cause;
using pipeline::Check;
using pipeline::Shortage;

QString safe(std::string_view untrusted)
{
    // "93 %" stays in one line.
    return kit::printable(untrusted).toHtmlEscaped().replace(QLatin1String(" %"), QStringLiteral("\u00a0%"));
}

QString countText(std::uint64_t count)
{
    return toQString(chart::formatCount(static_cast<std::int64_t>(count)));
}

/// Writes one element after the other.
class DetailsWriter final {
public:
    DetailsWriter(const ElementStory& story, const model::TimeController& time) : m_story(story), m_time(time) {}

    [[nodiscard]] QString write()
    {
        m_html = QStringLiteral("<h3>%1</h3>").arg(safe(m_story.element.name));
        for (const Cause& cause : m_story.causes)
            writeCause(cause);
        for (std::size_t index = 0; index < m_story.shortages.size(); ++index)
            writeShortage(m_story.shortages[index], m_story.lostMost[index]);
        writeStates();
        writeCounters();
        writeElement();
        return m_html;
    }

private:
    void heading(const QString& text) { m_html += QStringLiteral("<h4>%1</h4>").arg(text); }
    void paragraph(const QString& html) { m_html += QStringLiteral("<p>%1</p>").arg(html); }
    void beginTable() { m_html += QStringLiteral("<table cellspacing='0' cellpadding='2'>"); }
    void endTable() { m_html += QStringLiteral("</table>"); }
    void field(const QString& name, const QString& html)
    {
        if (!html.isEmpty())
            m_html += QStringLiteral("<tr><td>%1&nbsp;&nbsp;</td><td>%2</td></tr>").arg(name, html);
    }
    [[nodiscard]] QString rangeText(const base::TimeRange& range) const
    {
        return Tr::tr("%1 to %2").arg(toQString(m_time.text(range.begin)), toQString(m_time.text(range.end)));
    }

    void writeWhen(const base::TimeRange& when, std::int64_t windows)
    {
        paragraph(windows == 1 ? Tr::tr("%1, in one window of a second.").arg(rangeText(when))
                               : Tr::tr("%1, in %2 windows of a second.").arg(rangeText(when)).arg(windows));
    }

    void writeCause(const Cause& cause)
    {
        heading(Tr::tr("Root cause: %1 (%2)").arg(safe(cause.label), safe(cause.confidence)));
        writeWhen(cause.when, cause.windows);
        paragraph(Tr::tr("<b>Rule:</b> PerfSight's Algorithm 2. Who only waits for others is taken off the list; who "
                         "stays and is waited for is the cause. %1")
                      .arg(meaningOf(cause)));
        m_html += QStringLiteral("<ol>");
        for (const std::string& step : cause.steps)
            m_html += QStringLiteral("<li>%1</li>").arg(safe(step));
        m_html += QStringLiteral("</ol>");
    }

    [[nodiscard]] static QString meaningOf(const Cause& cause)
    {
        const QString waiting = safe(cause.waiting);
        if (cause.label == "overloaded")
            return Tr::tr("%1 waits to hand it data.").arg(waiting);
        if (cause.label == "underloaded")
            return Tr::tr("%1 waits for its data.").arg(waiting);
        return Tr::tr("All wait for each other; this circle waits most: %1.").arg(waiting);
    }

    void writeShortage(const Shortage& shortage, const std::string& lostMost)
    {
        heading(
            Tr::tr("Short: %1 (%2, %3)").arg(safe(shortage.resource), safe(shortage.scope), safe(shortage.confidence)));
        writeWhen(shortage.when, shortage.windows);
        if (shortage.lostPackets > 0)
            paragraph(Tr::tr("%1 packets were lost there, most by %2.")
                          .arg(countText(static_cast<std::uint64_t>(shortage.lostPackets)), safe(lostMost)));
        paragraph(QStringLiteral("<b>%1</b> %2").arg(Tr::tr("Rule:"), ruleText(shortage)));
        m_html += QStringLiteral("<ul>");
        for (const Check& check : shortage.checks)
            m_html += QStringLiteral("<li>%1</li>").arg(checkText(check));
        m_html += QStringLiteral("</ul>");
        if (shortage.others.empty())
            return;
        paragraph(Tr::tr("Also measured (as the above, in the surest of the windows):"));
        m_html += QStringLiteral("<ul>");
        for (const std::string& other : shortage.others)
            m_html += QStringLiteral("<li>%1</li>").arg(safe(other));
        m_html += QStringLiteral("</ul>");
    }

    [[nodiscard]] static QString checkText(const Check& check)
    {
        return check.measured.empty() ? Tr::tr("%1: not measured").arg(safe(check.demand))
                                      : Tr::tr("%1: holds, measured %2").arg(safe(check.demand), safe(check.measured));
    }

    [[nodiscard]] static QString ruleText(const Shortage& shortage)
    {
        if (shortage.isFullLink())
            return Tr::tr("no row of the rule book: a device that carries all it can, at about the rate of a chain's "
                          "link.");
        if (!shortage.rule)
            return Tr::tr("not in the rule book of this version.");
        const auto& rule = *shortage.rule;
        const QString book = rule.isOfPaper ? Tr::tr("PerfSight's Table 1") : Tr::tr("ours for Linux");
        const QString scope = rule.scope == "aggregated"   ? Tr::tr("of several VMs")
                              : rule.scope == "individual" ? Tr::tr("of one VM")
                                                           : Tr::tr("of any scope");
        const QString conditions = rule.hasConditions ? Tr::tr("It asks for:") : Tr::tr("The place alone says it.");
        return Tr::tr("row %1 of the rule book (%2): losses at a %3, %4, mean “%5”. %6")
            .arg(rule.number)
            .arg(book, safe(shortage.dropPlace), scope, safe(shortage.resource), conditions);
    }

    void writeStates()
    {
        if (m_story.condition.states.empty())
            return;
        heading(Tr::tr("States"));
        beginTable();
        for (const auto& [state, length] : m_story.condition.states)
            field(safe(pipeline::stateName(state)), toQString(base::formatDuration(length)));
        endTable();
    }

    void writeCounters()
    {
        heading(Tr::tr("Counters"));
        const pipeline::Counted& counted = m_story.counted;
        if (counted.window)
            paragraph(Tr::tr("%1: from the first of %2 samples to the last.")
                          .arg(rangeText(counted.window->range), countText(counted.samples)));
        if (counted.beganAnew) {
            paragraph(Tr::tr("It began anew meanwhile: what it counted is not known."));
        } else if (!counted.window) {
            paragraph(Tr::tr("Fewer than two samples: nothing can be told. Select a longer time."));
        } else {
            writeWindow(*counted.window);
        }
    }

    void writeWindow(const analyses::perfsight::Window& window)
    {
        const auto& delta = window.delta;
        const auto number = [](const auto& counter) { return counter ? countText(*counter) : QString(); };
        const auto rate = [](const std::optional<double>& bps) {
            return bps ? toQString(chart::formatBitRate(*bps)) : QString();
        };
        const auto share = [&](const auto& time) {
            return time ? Tr::tr("%1, %2 of the time")
                              .arg(toQString(base::formatDuration(static_cast<base::Nanoseconds>(*time))),
                                   toQString(chart::formatPercent(100 * static_cast<double>(*time) /
                                                                  static_cast<double>(window.range.length()))))
                        : QString();
        };
        beginTable();
        field(Tr::tr("Packets in"), number(delta.inPackets));
        field(Tr::tr("Packets out"), number(delta.outPackets));
        field(Tr::tr("Bytes in"), number(delta.inBytes));
        field(Tr::tr("Bytes out"), number(delta.outBytes));
        field(Tr::tr("Rate in"), rate(inputBps(window)));
        field(Tr::tr("Rate out"), rate(outputBps(window)));
        field(Tr::tr("Dropped"), number(delta.dropPackets));
        field(Tr::tr("In reads"), share(delta.inTimeNs));
        field(Tr::tr("In writes"), share(delta.outTimeNs));
        field(Tr::tr("Queued at the end"), number(m_story.counted.queuedPackets));
        if (m_story.condition.lostPackets > 0)
            field(Tr::tr("Lost"), Tr::tr("%1 packets, in the whole seconds touched")
                                      .arg(countText(static_cast<std::uint64_t>(m_story.condition.lostPackets))));
        endTable();
    }

    void writeElement()
    {
        heading(Tr::tr("Element"));
        const pipeline::Element& element = m_story.element;
        beginTable();
        field(Tr::tr("Kind"), safe(element.kind));
        field(Tr::tr("Layer"), safe(element.layer));
        field(Tr::tr("Host"), safe(element.host));
        field(Tr::tr("VM"), safe(element.vm));
        field(Tr::tr("Part of"), safe(m_story.parent));
        if (element.capacityBps)
            field(Tr::tr("Capacity"), toQString(chart::formatBitRate(static_cast<double>(*element.capacityBps))));
        endTable();
    }

    const ElementStory& m_story;
    const model::TimeController& m_time;
    QString m_html;
};

} // namespace

QString detailsOf(const ElementStory& story, const model::TimeController& time)
{
    return DetailsWriter(story, time).write();
}

} // namespace vnscope::views::widgets::perfsight
