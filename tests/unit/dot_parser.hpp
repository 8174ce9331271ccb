// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <set>
#include <string>

namespace vnscope::tests {

/// What Graphviz's own parser found in a dot text; labels as they are stored, escapes of labels not yet replaced.
struct DotText {
    std::multiset<std::string> nodes; ///< Labels.
    std::multiset<std::string> edges; ///< Labels.
    std::multiset<std::string> tailLabels;
    std::multiset<std::string> clusters;
};

/// Nothing when the parser refuses the text.
[[nodiscard]] std::optional<DotText> parseDot(const std::string& text);

} // namespace vnscope::tests
