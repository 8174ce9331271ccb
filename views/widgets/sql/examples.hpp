// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

namespace vnscope::views::widgets::sql {

/// A question that stores can answer: one of examples.sql.
struct Example {
    std::string title; ///< To be translated; one of exampleTitles().
    std::string statement;
};

/// The first one is what a reader sees first.
[[nodiscard]] std::span<const Example> examples();

/// Where translators find the titles, which stand in examples.sql.
[[nodiscard]] std::span<const char* const> exampleTitles();

} // namespace vnscope::views::widgets::sql
