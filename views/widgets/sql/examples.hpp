// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace vnscope::views::widgets::sql {

/// A question that stores can answer.
struct Example {
    const char* title; ///< To be translated.
    const char* statement;
};

/// The first one is what a reader sees first.
[[nodiscard]] std::span<const Example> examples();

} // namespace vnscope::views::widgets::sql
