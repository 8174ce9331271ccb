// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vnscope::recording::session {

/// What a recording is for.
enum class Preset {
    Network,   ///< Packets in the kernel: devices, drops, queues, softirqs.
    Middlebox, ///< What a middlebox reads and writes, and the elements around it.
    Nf,        ///< Queues and batches of network functions (DPDK).
    All,
};

[[nodiscard]] std::optional<Preset> parsePreset(std::string_view name);
[[nodiscard]] std::string_view toText(Preset preset);

/// The events of a preset, as each tracer spells them.
struct Events {
    std::vector<std::string> user;         ///< LTTng-UST patterns.
    std::vector<std::string> kernel;       ///< LTTng kernel tracepoints, patterns.
    std::vector<std::string> syscalls;     ///< LTTng system calls, patterns.
    std::vector<std::string> perf;         ///< perf: "group:name", recorded on all CPUs.
    std::vector<std::string> perfSyscalls; ///< perf: recorded for the command alone when there is one.

    bool operator==(const Events&) const = default;
};

[[nodiscard]] Events eventsOf(Preset preset);

/// Those of `events` ("group:name") that the kernel has, as tracefs at `tracefs` shows them.
[[nodiscard]] std::vector<std::string> presentIn(const std::filesystem::path& tracefs,
                                                 const std::vector<std::string>& events);

} // namespace vnscope::recording::session
