// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <string_view>

namespace vnscope::cli {

/// Where a command writes to.
struct Console {
    std::ostream& out;
    std::ostream& err;
    bool isErrTerminal = false; ///< Progress and summaries are shown only then.

    /// "vnscope: …" on `err`, in one line.
    void complain(std::string_view sentence) const;
    /// "vnscope: warning: …" on `err`, in one line.
    void warn(std::string_view sentence) const;
};

} // namespace vnscope::cli
