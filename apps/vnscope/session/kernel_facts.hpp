// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "analyses/trackers/trackers.hpp"
#include "apps/vnscope/session/trace_options.hpp"

namespace vnscope::cli {

/// Files beside traces that make kernel numbers readable; empty: none.
struct FactFiles {
    std::filesystem::path symbols;
    std::filesystem::path dropReasons;

    bool operator==(const FactFiles&) const = default;
};

/// The files that the options name; else the first `kallsyms`, `kallsyms.xz` and `kfree_skb_format` found directly in
/// one of the folders given as traces. Only there: a file further up may be of another boot, whose names would be
/// wrong.
[[nodiscard]] FactFiles findFactFiles(const TraceOptions& options, const std::vector<std::string>& traces);

[[nodiscard]] base::Result<analyses::trackers::KernelFacts> readFacts(const FactFiles& files);

} // namespace vnscope::cli
