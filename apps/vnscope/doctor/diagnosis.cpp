// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/doctor/diagnosis.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace vnscope::cli::doctor {
namespace {

constexpr std::string_view kTracefs = "/sys/kernel/tracing";
constexpr std::uint64_t kLittleDiskBytes = std::uint64_t{1} << 30U;

/// Tracepoints that every analysis of kernel traces rests on, as tracefs spells them.
constexpr std::array<std::string_view, 10> kNeededTracepoints{
    "net/net_dev_queue", "net/net_dev_xmit", "net/netif_receive_skb", "net/netif_rx",      "net/napi_gro_receive_entry",
    "napi/napi_poll",    "skb/kfree_skb",    "skb/consume_skb",       "irq/softirq_entry", "irq/softirq_exit"};

/// Groups of tracepoints that answer more, each with the module that brings it.
struct OptionalGroup {
    std::string_view group;
    std::string_view module;
    std::string_view gives;
};
constexpr std::array kOptionalGroups{
    OptionalGroup{"sock", "", "full socket buffers"},
    OptionalGroup{"udp", "", "datagrams that a socket refused"},
    OptionalGroup{"qdisc", "", "queueing disciplines"},
    OptionalGroup{"bridge", "bridge", "which bridge port a MAC is at"},
    OptionalGroup{"openvswitch", "openvswitch", "Open vSwitch actions and upcalls"},
};

bool isPresent(const Host& host, std::string_view tracepoint)
{
    return host.exists(fmt::format("{}/events/{}", kTracefs, tracepoint));
}

Check checkKernel(const Host& host)
{
    return {"kernel", CheckState::Ok, fmt::format("Linux {}", host.kernelRelease()), ""};
}

Check checkRights(const Host& host)
{
    if (host.isRoot())
        return {"rights", CheckState::Ok, "running as root", ""};
    if (host.isInGroup("tracing"))
        return {"rights", CheckState::Note, "not root, but in the group \"tracing\": enough for LTTng, not for perf",
                ""};
    return {"rights", CheckState::Missing,
            "the kernel can be traced only by root or by members of the group \"tracing\"", "sudo vnscope doctor"};
}

Check checkTracefs(const Host& host)
{
    if (host.exists(fmt::format("{}/events", kTracefs)))
        return {"tracefs", CheckState::Ok, fmt::format("mounted at {}", kTracefs), ""};
    if (!host.isRoot())
        return {"tracefs", CheckState::Missing, fmt::format("{} cannot be read without being root", kTracefs),
                "sudo vnscope doctor"};
    return {"tracefs", CheckState::Missing, fmt::format("not mounted at {}", kTracefs),
            fmt::format("mount -t tracefs tracefs {}", kTracefs)};
}

Check checkTracepoints(const Host& host)
{
    std::vector<std::string_view> absent;
    for (const std::string_view tracepoint : kNeededTracepoints) {
        if (!isPresent(host, tracepoint))
            absent.push_back(tracepoint);
    }
    if (absent.empty())
        return {"tracepoints", CheckState::Ok, "the kernel has every network tracepoint that the analyses need", ""};
    return {"tracepoints", CheckState::Missing, fmt::format("not to be seen in tracefs: {}", fmt::join(absent, ", ")),
            ""};
}

bool canLoadModules(const Host& host)
{
    return host.exists("/proc/modules");
}

Check checkOptionalTracepoints(const Host& host)
{
    std::vector<std::string> absent;
    std::vector<std::string_view> modules;
    for (const OptionalGroup& group : kOptionalGroups) {
        if (isPresent(host, group.group))
            continue;
        absent.push_back(fmt::format("{} ({})", group.group, group.gives));
        if (!group.module.empty() && canLoadModules(host))
            modules.push_back(group.module);
    }
    if (absent.empty())
        return {"optional_tracepoints", CheckState::Ok, "all present", ""};
    return {"optional_tracepoints", CheckState::Note, fmt::format("absent: {}", fmt::join(absent, ", ")),
            modules.empty() ? "" : fmt::format("modprobe -a {}", fmt::join(modules, " "))};
}

Check checkProgram(const Host& host, std::string id, std::string_view program, std::string_view package)
{
    if (const auto path = host.findProgram(program))
        return {std::move(id), CheckState::Ok, path->string(), ""};
    return {std::move(id), CheckState::Missing, fmt::format("the program {} is not installed", program),
            fmt::format("apt-get install {}", package)};
}

Check checkSessiond(const Host& host)
{
    Check check = checkProgram(host, "lttng_sessiond", "lttng-sessiond", "lttng-tools");
    if (check.state != CheckState::Ok)
        return check;
    if (host.isRunning("lttng-sessiond"))
        return {check.id, CheckState::Ok, "running", ""};
    return {check.id, CheckState::Note, "installed and not running; the first lttng command starts one",
            "lttng-sessiond --daemonize"};
}

Check checkLttngModules(const Host& host)
{
    constexpr std::string_view kId = "lttng_modules";
    if (!canLoadModules(host))
        return {std::string(kId), CheckState::Missing,
                "this kernel was built without loadable modules, so lttng-modules cannot be used; perf can", ""};
    if (host.readFile("/proc/modules").value_or("").find("lttng_tracer ") != std::string::npos)
        return {std::string(kId), CheckState::Ok, "loaded", ""};
    const std::string directory = fmt::format("/lib/modules/{}", host.kernelRelease());
    const std::vector<std::string> files = host.filesBelow(directory);
    const bool isInstalled = std::any_of(files.begin(), files.end(),
                                         [](const std::string& name) { return name.starts_with("lttng-tracer.ko"); });
    if (isInstalled)
        return {std::string(kId), CheckState::Ok, "installed; lttng-sessiond loads them", ""};
    return {std::string(kId), CheckState::Missing, fmt::format("no lttng-tracer module below {}", directory),
            fmt::format("apt-get install lttng-modules-dkms linux-headers-{}", host.kernelRelease())};
}

Check checkUst(const Host& host)
{
    constexpr std::array<std::string_view, 5> kPlaces{"/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
                                                      "/usr/lib64", "/usr/lib", "/usr/local/lib"};
    for (const std::string_view place : kPlaces) {
        const std::string library = fmt::format("{}/liblttng-ust.so.1", place);
        if (host.exists(library))
            return {"lttng_ust", CheckState::Ok, library, ""};
    }
    return {"lttng_ust", CheckState::Missing, "liblttng-ust.so.1 is not installed", "apt-get install liblttng-ust1"};
}

Check checkPerf(const Host& host)
{
    Check check = checkProgram(host, "perf", "perf", "linux-perf");
    if (check.state != CheckState::Ok)
        return check;
    // Without the library for CTF perf refuses the option; with it, it gets as far as missing its input.
    const ProgramRun run =
        host.run({check.detail, "data", "convert", "-i", "/nonexistent/perf.data", "--to-ctf", "/nonexistent/ctf"});
    if (run.output.find("failed to open") != std::string::npos)
        return {check.id, CheckState::Ok, fmt::format("{}, can write CTF", check.detail), ""};
    return {check.id, CheckState::Missing, fmt::format("{} was built without CTF support", check.detail),
            "apt-get install linux-perf"};
}

Check checkPerfRights(const Host& host)
{
    const std::string text = host.readFile("/proc/sys/kernel/perf_event_paranoid").value_or("");
    int level = 0;
    const bool isKnown = std::from_chars(text.data(), text.data() + text.size(), level).ec == std::errc{};
    if (host.isRoot())
        return {"perf_rights", CheckState::Ok, "root may trace all CPUs", ""};
    if (isKnown && level <= -1)
        return {"perf_rights", CheckState::Ok, "kernel.perf_event_paranoid lets every user trace all CPUs", ""};
    return {"perf_rights", CheckState::Missing,
            fmt::format("kernel.perf_event_paranoid is {}: only root may trace all CPUs",
                        isKnown ? fmt::format("{}", level) : "not readable"),
            "sudo sysctl kernel.perf_event_paranoid=-1"};
}

Check checkSymbols(const Host& host)
{
    const std::string text = host.readFile("/proc/kallsyms").value_or("");
    const std::string_view firstAddress = std::string_view(text).substr(0, text.find(' '));
    if (!text.empty() && firstAddress.find_first_not_of('0') != std::string_view::npos)
        return {"kallsyms", CheckState::Ok, "addresses are readable; keep a copy with each trace",
                "cp /proc/kallsyms TRACE/kallsyms"};
    return {"kallsyms", CheckState::Note, "addresses are hidden, so places of drops stay numbers",
            "sudo cp /proc/kallsyms TRACE/kallsyms"};
}

Check checkDropReasons(const Host& host)
{
    const std::string format = fmt::format("{}/events/skb/kfree_skb/format", kTracefs);
    const std::optional<std::string> text = host.readFile(format);
    if (text && text->find("reason") != std::string::npos)
        return {"drop_reasons", CheckState::Ok, "this kernel tells why it drops; keep its list with each trace",
                fmt::format("cp {} TRACE/kfree_skb_format", format)};
    return {"drop_reasons", CheckState::Note,
            text ? "this kernel is too old to tell why it drops (5.17 or later does)"
                 : fmt::format("{} cannot be read", format),
            ""};
}

Check checkBtf(const Host& host)
{
    if (host.exists("/sys/kernel/btf/vmlinux"))
        return {"btf", CheckState::Ok, "the kernel describes its types (BTF)", ""};
    return {"btf", CheckState::Note, "no BTF: programs of bpf that follow kernel structures cannot be loaded", ""};
}

Check checkDisk(const Host& host)
{
    const std::optional<std::uint64_t> free = host.freeBytes(".");
    if (!free)
        return {"disk", CheckState::Note, "the free space of this directory cannot be asked", ""};
    const std::string detail = fmt::format("{:.1f} GB free in this directory", static_cast<double>(*free) / 1e9);
    if (*free < kLittleDiskBytes)
        return {"disk", CheckState::Note, detail + ": a busy host fills that within a minute", ""};
    return {"disk", CheckState::Ok, detail, ""};
}

std::string perfEvents(const Host& host)
{
    std::vector<std::string> events{"net:*",           "napi:napi_poll",    "skb:kfree_skb",
                                    "skb:consume_skb", "irq:softirq_entry", "irq:softirq_exit"};
    for (const OptionalGroup& group : kOptionalGroups) {
        // perf's converter to CTF (6.1, measured) takes the MAC of FDB events for a text and loses the whole stream.
        const bool isConverted = group.group != std::string_view("bridge");
        if (isConverted && isPresent(host, group.group))
            events.push_back(fmt::format("{}:*", group.group));
    }
    return fmt::format("{}", fmt::join(events, ","));
}

const Check& find(const std::vector<Check>& checks, std::string_view id)
{
    return *std::find_if(checks.begin(), checks.end(), [id](const Check& check) { return check.id == id; });
}

std::vector<std::string> missingOf(const std::vector<Check>& checks, std::initializer_list<std::string_view> needed)
{
    std::vector<std::string> missing;
    for (const std::string_view id : needed) {
        if (find(checks, id).state == CheckState::Missing)
            missing.emplace_back(id);
    }
    return missing;
}

/// LTTng writes CTF 2 from 2.15 on unless told otherwise, and babeltrace2 2.0 cannot read it.
bool choosesTraceFormat(const Host& host)
{
    // "lttng (LTTng Trace Control) 2.13.9 - Nordicité"
    const std::string text = host.run({"lttng", "--version"}).output;
    const std::size_t begin = std::min(text.find(") 2."), text.size());
    int minor = 0;
    const char* end = text.data() + text.size();
    const bool isKnown = begin < text.size() && std::from_chars(text.data() + begin + 4, end, minor).ec == std::errc{};
    return isKnown && minor >= 15;
}

std::string createCommand(const Host& host, std::string_view session)
{
    return fmt::format("lttng create {} --output=TRACE{}", session,
                       choosesTraceFormat(host) ? " --trace-format=ctf-1.8" : "");
}

RecordingWay lttngKernel(const Host& host, const std::vector<Check>& checks)
{
    return {"lttng_kernel",
            "LTTng, kernel events",
            true,
            missingOf(checks, {"rights", "lttng", "lttng_sessiond", "lttng_modules"}),
            {createCommand(host, "vnscope"), "lttng enable-channel --kernel --subbuf-size=2M --num-subbuf=8 net",
             "lttng enable-event --kernel --channel=net 'net_*,napi_*,skb_*,sock_*,udp_*,irq_softirq_*,irq_handler_*'",
             "lttng enable-event --userspace 'vnscope_statedump:*'",
             "lttng start; vnscope-statedump; sleep 10; vnscope-statedump; lttng stop; lttng destroy"}};
}

RecordingWay lttngUst(const Host& host, const std::vector<Check>& checks)
{
    return {"lttng_ust",
            "LTTng, user-space events",
            false,
            missingOf(checks, {"lttng", "lttng_sessiond", "lttng_ust"}),
            {createCommand(host, "vnscope-ust"), "lttng enable-event --userspace --all",
             "lttng start; sleep 10; lttng stop; lttng destroy"}};
}

RecordingWay perf(const Host& host, const std::vector<Check>& checks)
{
    return {"perf",
            "perf, kernel events converted to CTF",
            true,
            missingOf(checks, {"tracefs", "tracepoints", "perf", "perf_rights"}),
            {"mkdir TRACE",
             fmt::format("perf record --all-cpus --clockid=CLOCK_MONOTONIC --mmap-pages=8M --event='{}' "
                         "--output=perf.data -- sleep 10",
                         perfEvents(host)),
             "perf data convert --tod --input=perf.data --to-ctf=TRACE/perf"}};
}

} // namespace

std::string_view toText(CheckState state)
{
    switch (state) {
    case CheckState::Ok: return "ok";
    case CheckState::Note: return "note";
    case CheckState::Missing: return "missing";
    }
    return "note";
}

bool Diagnosis::canRecordKernel() const
{
    return std::any_of(ways.begin(), ways.end(),
                       [](const RecordingWay& way) { return way.recordsKernel && way.isPossible(); });
}

Diagnosis diagnose(const Host& host)
{
    Diagnosis diagnosis;
    diagnosis.checks = {
        checkKernel(host),
        checkRights(host),
        checkTracefs(host),
        checkTracepoints(host),
        checkOptionalTracepoints(host),
        checkProgram(host, "lttng", "lttng", "lttng-tools"),
        checkSessiond(host),
        checkLttngModules(host),
        checkUst(host),
        checkPerf(host),
        checkPerfRights(host),
        checkSymbols(host),
        checkDropReasons(host),
        checkBtf(host),
        checkDisk(host),
    };
    diagnosis.ways = {lttngKernel(host, diagnosis.checks), lttngUst(host, diagnosis.checks),
                      perf(host, diagnosis.checks)};
    return diagnosis;
}

} // namespace vnscope::cli::doctor
