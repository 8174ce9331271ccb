// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "analyses/perfsight/assessment.hpp"
#include "analyses/perfsight/store_scene.hpp"
#include "apps/vnscope/commands/catalog.hpp"
#include "apps/vnscope/commands/format_option.hpp"
#include "apps/vnscope/commands/victim_rows.hpp"
#include "apps/vnscope/console/display_text.hpp"
#include "apps/vnscope/console/output.hpp"
#include "apps/vnscope/rows/made_rows.hpp"
#include "apps/vnscope/session/bit_rate.hpp"
#include "apps/vnscope/session/text_file.hpp"
#include "apps/vnscope/session/time_window.hpp"
#include "storage/base/duration_text.hpp"
#include "storage/store.hpp"
#include "views/diagnosis/victim_writers.hpp"
#include "views/diagnosis/writers.hpp"

namespace vnscope::cli {
namespace {

using analyses::perfsight::Assessment;
using analyses::perfsight::RuleBook;
using analyses::perfsight::Scene;
using base::ErrorCode;
using base::Result;

class DiagnoseCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override
    {
        return {"diagnose",
                "say which resource is short, which middlebox the others wait for, and who made packets late",
                "Looks at what elements counted in a window of the trace (PerfSight, IMC 2015). Where packets are lost "
                "says which resource of a host is short, by a rule book; a middlebox that others of its chain "
                "wait for is overloaded or underloaded. Each verdict comes with its evidence and how sure it is.\n\n"
                "Where network functions tell which packets they read and wrote (vnscope_nf), it says who made packets "
                "late "
                "or be lost (Microscope, SIGCOMM 2020): a network function that worked slower than it can, or a burst. "
                "--victims lists these packets, --victim says of one of them how it was explained.\n\n"
                "The trace needs counters, or such events. Counters: of the host's elements (vnscope agent) and of "
                "middleboxes (vnscope_io, for "
                "example by libvnscope_preload.so).\n\n"
                "--window takes two times with .. between: ns since 1970, an ISO time with its zone, or +1.5s after "
                "the trace's begin; either may be left out. --rules adds rows to the rule book; their format is that "
                "of analyses/perfsight/rules/table1.txt: resource | drop place | scope | conditions.\n\n"
                "--capacity says what an element's link can carry, in bits per second (k, M, G: 1000s). Nothing on a "
                "host tells that of a middlebox's vNIC, and without it any call that takes 10 % of the time counts as "
                "waiting. It may be given several times; of elements with one name, all get it.",
                {{"diagnose host.vns", "over the whole trace"},
                 {"diagnose host.vns --window +10s..+20s", "ten seconds of it"},
                 {"diagnose host.vns --tenant blue --format json", "one tenant's elements, for a script"},
                 {"diagnose nfv.vns --victims --format csv", "the packets that were late or lost"},
                 {"diagnose nfv.vns --victim 12", "why one of them was late"},
                 {"diagnose host.vns --capacity haproxy=100M --capacity nginx=100M", "two links that are known"}},
                false};
    }

    void define(CLI::App& app) override
    {
        app.add_option("FILE", m_store, "the store, made by \"vnscope import\"")->required()->type_name("");
        app.add_option("--window", m_window, "the time to look at")->type_name("FROM..TO");
        app.add_option("--tenant", m_tenant, "only this tenant's elements, and those that are nobody's")
            ->type_name("NAME");
        app.add_option("--rules", m_rules, "further rows for the rule book")->type_name("FILE");
        app.add_option("--capacity", m_capacities, "what an element's link can carry, such as haproxy=100M")
            ->type_name("NAME=RATE")
            ->allow_extra_args(false);
        auto* const victims = app.add_flag("--victims", m_listsVictims, "list the packets that were late or lost");
        app.add_option("--victim", m_victim, "say why this packet was late; its number is in the list")
            ->type_name("ID")
            ->excludes(victims);
        m_format.addTo(app);
        app.add_option("-o,--output", m_output, "where to write; - is the standard output")
            ->capture_default_str()
            ->type_name("OUT");
    }

    [[nodiscard]] Result<ExitCode> run(const Console& console) override
    {
        const Result<RuleBook> book = ruleBook();
        if (!book)
            return tl::unexpected(book.error());
        const Result<storage::Store> store = storage::Store::open(m_store);
        if (!store)
            return tl::unexpected(store.error());
        const Result<base::TimeRange> range = window(*store);
        if (!range)
            return tl::unexpected(range.error());
        Result<Output> output = m_output == "-" ? Output::standard(console.out) : Output::open(m_output);
        if (!output)
            return tl::unexpected(std::move(output).error());
        if (const Result<void> answered = answer(*store, *range, *book, output->stream()); !answered)
            return tl::unexpected(answered.error());
        if (Result<void> done = m_output == "-" ? flushStandardOutput(console.out) : output->commit(); !done)
            return tl::unexpected(std::move(done).error());
        return ExitCode::Done;
    }

private:
    [[nodiscard]] Result<void> answer(const storage::Store& store, const base::TimeRange& range, const RuleBook& book,
                                      std::ostream& out) const
    {
        if (m_victim)
            return answerVictim(store, *m_victim, out);
        if (m_listsVictims)
            return answerVictims(store, range, out);
        auto scene = analyses::perfsight::readScene(store, range);
        if (!scene)
            return tl::unexpected(scene.error());
        const auto victims = views::diagnosis::readVictimSummary(store, range);
        if (!victims)
            return tl::unexpected(victims.error());
        if (scene->subjects.empty() && !*victims)
            return base::fail(ErrorCode::NotFound,
                              fmt::format("{} has no counters of elements and no network functions; record them with "
                                          "\"vnscope agent\", vnscope_io or vnscope_nf",
                                          m_store));
        if (const Result<void> stated = stateCapacities(*scene); !stated)
            return tl::unexpected(stated.error());
        std::optional<Assessment> assessment;
        if (!scene->subjects.empty())
            assessment = analyses::perfsight::assess(*scene, range, book, m_tenant);
        write({range, traceBegin(store), assessment ? &*assessment : nullptr, *victims ? &**victims : nullptr}, out);
        return {};
    }

    [[nodiscard]] Result<void> answerVictim(const storage::Store& store, std::int64_t id, std::ostream& out) const
    {
        const auto victim = views::diagnosis::readVictim(store, id);
        if (!victim)
            return tl::unexpected(victim.error());
        if (!*victim)
            return base::fail(ErrorCode::NotFound,
                              fmt::format("{} has no victim {}; --victims lists them", m_store, id));
        const std::string format = m_format.chosenFor(m_output);
        if (format == "json")
            views::diagnosis::writeJson(**victim, out);
        else if (format == "csv")
            writeCauseRows(**victim, out);
        else
            views::diagnosis::writeText(**victim, traceBegin(store), escapeForTerminal, out);
        return {};
    }

    [[nodiscard]] Result<void> answerVictims(const storage::Store& store, const base::TimeRange& range,
                                             std::ostream& out) const
    {
        const auto victims = views::diagnosis::readVictims(store, range);
        if (!victims)
            return tl::unexpected(victims.error());
        const std::string format = m_format.chosenFor(m_output);
        if (format == "json")
            views::diagnosis::writeJson(*victims, out);
        else if (format == "csv")
            writeVictimRows(*victims, out);
        else
            views::diagnosis::writeText(*victims, traceBegin(store), escapeForTerminal, out);
        return {};
    }

    [[nodiscard]] static base::Timestamp traceBegin(const storage::Store& store)
    {
        return {store.metaInteger("begin_ns").value_or(0)};
    }

    [[nodiscard]] Result<RuleBook> ruleBook() const
    {
        RuleBook book = RuleBook::standard();
        if (m_rules.empty())
            return book;
        const Result<std::string> text = readTextFile(m_rules);
        if (!text)
            return tl::unexpected(text.error());
        if (Result<void> added = book.extend(*text); !added)
            return tl::unexpected(std::move(added).error());
        return book;
    }

    [[nodiscard]] Result<void> stateCapacities(Scene& scene) const
    {
        for (const std::string& text : m_capacities) {
            const Result<StatedCapacity> stated = parseCapacity(text);
            if (!stated)
                return tl::unexpected(stated.error());
            bool isFound = false;
            for (analyses::perfsight::Subject& subject : scene.subjects) {
                if (subject.element.name != stated->element)
                    continue;
                subject.element.capacityBps = stated->bps;
                isFound = true;
            }
            if (!isFound)
                return base::fail(ErrorCode::Usage, fmt::format("--capacity: no element of {} is called \"{}\"",
                                                                m_store, stated->element));
        }
        return {};
    }

    [[nodiscard]] static Result<std::optional<TimePoint>> endOf(const std::string& text)
    {
        if (text.empty())
            return std::nullopt;
        const Result<TimePoint> point = parseTimePoint(text);
        if (!point)
            return tl::unexpected(point.error());
        return *point;
    }

    [[nodiscard]] Result<base::TimeRange> window(const storage::Store& store) const
    {
        const base::Timestamp begin{store.metaInteger("begin_ns").value_or(0)};
        const base::Timestamp end{store.metaInteger("end_ns").value_or(0)};
        if (m_window.empty())
            return base::TimeRange{begin, end};
        const std::size_t separator = m_window.find("..");
        if (separator == std::string::npos)
            return base::fail(ErrorCode::Usage,
                              fmt::format("\"{}\" is no window; two times with .. between make one", m_window));
        const auto from = endOf(m_window.substr(0, separator));
        if (!from)
            return tl::unexpected(from.error());
        const auto to = endOf(m_window.substr(separator + 2));
        if (!to)
            return tl::unexpected(to.error());
        const Result<TimeWindow> made = makeTimeWindow(*from, *to, std::nullopt);
        if (!made)
            return tl::unexpected(made.error());
        const Result<base::TimeRange> range = resolve(*made, begin);
        if (!range)
            return tl::unexpected(range.error());
        const base::TimeRange window{std::max(range->begin, begin), std::min(range->end, end)};
        if (window.isEmpty())
            return base::fail(ErrorCode::Usage, fmt::format("{} is outside of the trace, which is {} long", m_window,
                                                            base::formatDuration(end - begin)));
        return window;
    }

    /// What there is to say of a window; null: the trace has nothing about it.
    struct Answer {
        base::TimeRange window;
        base::Timestamp traceBegin;
        const Assessment* assessment = nullptr;
        const views::diagnosis::VictimSummary* victims = nullptr;
    };

    void write(const Answer& answer, std::ostream& out) const
    {
        const std::string format = m_format.chosenFor(m_output);
        if (format == "json") {
            views::diagnosis::writeJson(answer.window, answer.assessment, answer.victims, out);
        } else if (format == "csv") {
            writeRows(answer, out);
        } else {
            if (answer.assessment != nullptr)
                views::diagnosis::writeText(*answer.assessment, answer.traceBegin, escapeForTerminal, out);
            if (answer.victims != nullptr)
                views::diagnosis::writeText(*answer.victims, answer.traceBegin, escapeForTerminal, out);
        }
    }

    /// One row for each verdict.
    static void writeRows(const Answer& answer, std::ostream& out)
    {
        MadeRows rows(RowFormat::Csv,
                      {"verdict", "host", "element_id", "element", "what", "confidence", "lost_packets"}, out);
        if (answer.assessment != nullptr)
            addVerdicts(*answer.assessment, rows);
        if (answer.victims != nullptr) {
            for (const auto& suspect : answer.victims->suspects)
                rows.add({"made_packets_late",
                          {},
                          suspect.element,
                          suspect.culprit,
                          suspect.isSource ? "burst" : "slow",
                          {},
                          suspect.lost});
        }
        rows.finish();
    }

    static void addVerdicts(const Assessment& assessment, MadeRows& rows)
    {
        for (const auto& [chain, diagnosis] : assessment.chains)
            for (const auto& cause : diagnosis.rootCauses) {
                const auto& element = chain.graph.nodes[cause.node].element;
                rows.add({"root_cause",
                          element.host,
                          element.id,
                          element.name,
                          toText(cause.label),
                          toText(cause.confidence),
                          {}});
            }
        for (const auto& verdict : assessment.shortages)
            rows.add({toText(verdict.kind), verdict.host, verdict.elements.front().id, verdict.elements.front().name,
                      verdict.resource, toText(verdict.confidence), verdict.lostPackets});
    }

    std::string m_store;
    std::string m_window;
    std::string m_tenant;
    std::string m_rules;
    std::vector<std::string> m_capacities;
    bool m_listsVictims = false;
    std::optional<std::int64_t> m_victim;
    std::string m_output = "-";
    FormatOption m_format{{"text", "json", "csv"}};
};

} // namespace

std::unique_ptr<Command> makeDiagnoseCommand()
{
    return std::make_unique<DiagnoseCommand>();
}

} // namespace vnscope::cli
