// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "apps/vnscope/doctor/diagnosis.hpp"
#include "apps/vnscope/doctor/print.hpp"

namespace vnscope::cli::doctor {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

/// A machine made up for a test; by default one where everything is there.
class FakeHost final : public Host {
public:
    FakeHost()
    {
        for (const char* tracepoint :
             {"", "/net/net_dev_queue", "/net/net_dev_xmit", "/net/netif_receive_skb", "/net/netif_rx",
              "/net/napi_gro_receive_entry", "/napi/napi_poll", "/skb/kfree_skb", "/skb/consume_skb",
              "/irq/softirq_entry", "/irq/softirq_exit", "/sock", "/udp", "/qdisc", "/bridge", "/openvswitch"})
            paths.insert(std::string("/sys/kernel/tracing/events") + tracepoint);
        paths.insert({"/usr/lib/x86_64-linux-gnu/liblttng-ust.so.1", "/sys/kernel/btf/vmlinux", "/proc/modules"});
        files = {{"/proc/modules", "veth 1 0 - Live\n"},
                 {"/proc/kallsyms", "ffffffff81000000 T _text\n"},
                 {"/proc/sys/kernel/perf_event_paranoid", "2\n"},
                 {"/sys/kernel/tracing/events/skb/kfree_skb/format", "field:enum skb_drop_reason reason;"}};
        modules = {"lttng-tracer.ko.xz"};
        programs = {"lttng", "lttng-sessiond", "perf"};
    }

    std::string kernelRelease() const override { return "6.1.0-test"; }
    bool isRoot() const override { return root; }
    bool isInGroup(std::string_view) const override { return false; }
    bool exists(const std::filesystem::path& path) const override { return paths.contains(path.string()); }
    std::optional<std::string> readFile(const std::filesystem::path& path) const override
    {
        const auto file = files.find(path.string());
        return file == files.end() ? std::nullopt : std::optional(file->second);
    }
    std::vector<std::string> filesBelow(const std::filesystem::path& directory) const override
    {
        return directory == "/lib/modules/6.1.0-test" ? modules : std::vector<std::string>{};
    }
    std::optional<std::filesystem::path> findProgram(std::string_view name) const override
    {
        if (!programs.contains(std::string(name)))
            return std::nullopt;
        return std::filesystem::path("/usr/bin") / name;
    }
    bool isRunning(std::string_view) const override { return false; }
    ProgramRun run(const std::vector<std::string>& command) const override
    {
        return command.front() == "lttng" ? ProgramRun{0, lttngOutput} : ProgramRun{255, perfOutput};
    }
    std::optional<std::uint64_t> freeBytes(const std::filesystem::path&) const override { return free; }

    bool root = true;
    std::set<std::string> paths;
    std::map<std::string, std::string> files;
    std::vector<std::string> modules;
    std::set<std::string> programs;
    std::string perfOutput = "failed to open /nonexistent/perf.data: No such file or directory";
    std::string lttngOutput = "lttng (LTTng Trace Control) 2.13.9 - Nordicité\n";
    std::uint64_t free = 100'000'000'000;
};

const Check& check(const Diagnosis& diagnosis, std::string_view id)
{
    return *std::find_if(diagnosis.checks.begin(), diagnosis.checks.end(), [id](const Check& c) { return c.id == id; });
}

const RecordingWay& way(const Diagnosis& diagnosis, std::string_view id)
{
    return *std::find_if(diagnosis.ways.begin(), diagnosis.ways.end(),
                         [id](const RecordingWay& w) { return w.id == id; });
}

std::string text(const Diagnosis& diagnosis)
{
    std::ostringstream out;
    printText(diagnosis, out);
    return out.str();
}

TEST(CliDoctor, FindsNothingMissingOnAHostThatHasEverything)
{
    const Diagnosis diagnosis = diagnose(FakeHost());
    for (const Check& entry : diagnosis.checks)
        EXPECT_NE(entry.state, CheckState::Missing) << entry.id << ": " << entry.detail;
    for (const RecordingWay& entry : diagnosis.ways)
        EXPECT_TRUE(entry.isPossible()) << entry.id;
    EXPECT_TRUE(diagnosis.canRecordKernel());
    EXPECT_THAT(text(diagnosis), HasSubstr("lttng enable-event --kernel"));
}

TEST(CliDoctor, NamesThePackageThatIsMissing)
{
    FakeHost host;
    host.programs.erase("lttng");
    host.programs.erase("lttng-sessiond");
    const Diagnosis diagnosis = diagnose(host);
    EXPECT_EQ(check(diagnosis, "lttng").fix, "apt-get install lttng-tools");
    EXPECT_THAT(way(diagnosis, "lttng_kernel").missing, Contains("lttng"));
    EXPECT_TRUE(diagnosis.canRecordKernel()) << "perf is left";
    const std::string printed = text(diagnosis);
    EXPECT_EQ(printed.find("    apt-get install lttng-tools\n    apt-get install lttng-tools"), std::string::npos)
        << "one package is named once";
}

TEST(CliDoctor, NamesTheModulesPackageForThisKernel)
{
    FakeHost host;
    host.modules.clear();
    EXPECT_EQ(check(diagnose(host), "lttng_modules").fix,
              "apt-get install lttng-modules-dkms linux-headers-6.1.0-test");
    host.files["/proc/modules"] = "lttng_tracer 1 0 - Live\n";
    EXPECT_EQ(check(diagnose(host), "lttng_modules").state, CheckState::Ok);
}

TEST(CliDoctor, KnowsKernelsWithoutModules)
{
    FakeHost host;
    host.paths.erase("/proc/modules");
    host.paths.erase("/sys/kernel/tracing/events/bridge");
    const Diagnosis diagnosis = diagnose(host);
    EXPECT_EQ(check(diagnosis, "optional_tracepoints").fix, "") << "modprobe would be of no use";
    EXPECT_THAT(text(diagnosis), HasSubstr("LTTng, kernel events: not possible on this host"));
    EXPECT_EQ(check(diagnosis, "lttng_modules").state, CheckState::Missing);
    EXPECT_FALSE(way(diagnosis, "lttng_kernel").isPossible());
    EXPECT_TRUE(way(diagnosis, "perf").isPossible());
}

TEST(CliDoctor, TellsPerfWithoutCtf)
{
    FakeHost host;
    host.perfOutput = "The libbabeltrace support is not compiled in.";
    const Diagnosis diagnosis = diagnose(host);
    EXPECT_EQ(check(diagnosis, "perf").state, CheckState::Missing);
    EXPECT_FALSE(way(diagnosis, "perf").isPossible());
}

TEST(CliDoctor, TellsWhichTracepointsAreAbsent)
{
    FakeHost host;
    host.paths.erase("/sys/kernel/tracing/events/napi/napi_poll");
    host.paths.erase("/sys/kernel/tracing/events/bridge");
    const Diagnosis diagnosis = diagnose(host);
    EXPECT_THAT(check(diagnosis, "tracepoints").detail, HasSubstr("napi/napi_poll"));
    EXPECT_EQ(check(diagnosis, "optional_tracepoints").fix, "modprobe -a bridge");
    EXPECT_EQ(text(diagnosis).find("bridge:*"), std::string::npos) << "perf refuses events that are not there";
}

TEST(CliDoctor, TellsAnOrdinaryUserWhatRootWouldSee)
{
    FakeHost host;
    host.root = false;
    host.paths.clear();
    host.files["/proc/kallsyms"] = "0000000000000000 T _text\n";
    const Diagnosis diagnosis = diagnose(host);
    EXPECT_EQ(check(diagnosis, "rights").state, CheckState::Missing);
    EXPECT_EQ(check(diagnosis, "tracefs").fix, "sudo vnscope doctor");
    EXPECT_EQ(check(diagnosis, "kallsyms").state, CheckState::Note);
    EXPECT_EQ(check(diagnosis, "perf_rights").fix, "sudo sysctl kernel.perf_event_paranoid=-1");
    EXPECT_FALSE(diagnosis.canRecordKernel());
}

TEST(CliDoctor, KeepsNewerLttngFromWritingWhatCannotBeRead)
{
    FakeHost host;
    EXPECT_EQ(text(diagnose(host)).find("--trace-format"), std::string::npos) << "older ones refuse the option";
    host.lttngOutput = "lttng (LTTng Trace Control) 2.15.0 - Péché Mortel\n";
    EXPECT_THAT(text(diagnose(host)), HasSubstr("--trace-format=ctf-1.8"));
}

TEST(CliDoctor, WarnsOfAFullDisk)
{
    FakeHost host;
    host.free = 5'000'000;
    EXPECT_EQ(check(diagnose(host), "disk").state, CheckState::Note);
}

TEST(CliDoctor, SaysTheSameInJson)
{
    FakeHost host;
    host.programs.clear();
    const Diagnosis diagnosis = diagnose(host);
    std::ostringstream out;
    printJson(diagnosis, out);
    const auto json = nlohmann::json::parse(out.str());
    EXPECT_EQ(json["can_record_kernel"], false);
    EXPECT_EQ(json["checks"].size(), diagnosis.checks.size());
    EXPECT_EQ(json["ways"].size(), 3U);
    EXPECT_EQ(json["ways"][0]["possible"], false);
}

TEST(CliDoctor, RealHostAnswersWithoutHarm)
{
    const LocalHost host;
    EXPECT_FALSE(host.kernelRelease().empty());
    EXPECT_EQ(host.run({"/bin/sh", "-c", "echo out; echo err >&2; exit 3"}).exitStatus, 3);
    EXPECT_EQ(host.run({"/bin/sh", "-c", "echo out; echo err >&2"}).output, "out\nerr\n");
    EXPECT_EQ(host.run({"/nonexistent/program"}).exitStatus, -1);
    EXPECT_TRUE(host.findProgram("sh").has_value());
    EXPECT_FALSE(host.findProgram("no-such-program-anywhere").has_value());
    EXPECT_FALSE(diagnose(host).checks.empty());
}

TEST(CliDoctor, ProgramsThatHangAreEnded)
{
    const LocalHost host;
    EXPECT_EQ(host.run({"/bin/sleep", "60"}).exitStatus, -1);
}

} // namespace
} // namespace vnscope::cli::doctor
