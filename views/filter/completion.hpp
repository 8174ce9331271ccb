// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "views/filter/parser.hpp"

namespace vnscope::views::filter {

/// What could stand where the cursor is.
struct Completion {
    std::size_t begin = 0; ///< The bytes that a word would replace.
    std::size_t end = 0;
    std::vector<std::string> words{}; ///< Empty: nothing to propose, as for values.
};

/// What may follow, or finish, the first `cursor` bytes of `text`.
[[nodiscard]] Completion complete(std::string_view text, std::size_t cursor, const Language& language);

} // namespace vnscope::views::filter
