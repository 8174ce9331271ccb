// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string_view>

namespace vnscope::cli {

/// How it is told how far something is.
enum class ProgressStyle {
    None,
    Line,      ///< For a person at a terminal.
    JsonLines, ///< For a program.
};

/// Where a command writes to.
struct Console {
    std::ostream& out;
    std::ostream& err;
    bool isErrTerminal = false; ///< Summaries are shown only then.
    ProgressStyle progress = isErrTerminal ? ProgressStyle::Line : ProgressStyle::None;

    /// "vnscope: …" on `err`, in one line.
    void complain(std::string_view sentence) const;
    /// "vnscope: warning: …" on `err`, in one line.
    void warn(std::string_view sentence) const;
};

} // namespace vnscope::cli
