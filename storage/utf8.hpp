// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vnscope::storage {

/// The longest text a cell may hold; what a trace says in one string is not to be trusted with more.
inline constexpr std::size_t kMaxTextBytes = 1024 * 1024;

/// Text as every reader of a store may rely on: valid UTF-8, no NUL byte, at most kMaxTextBytes. Bytes that are not
/// UTF-8 become U+FFFD each, a NUL becomes U+2400, and what is too long ends with an ellipsis.
[[nodiscard]] std::string toStoredText(std::string_view text);

/// Whether toStoredText() would change nothing: the usual case, worth no copy.
[[nodiscard]] bool isStoredText(std::string_view text);

} // namespace vnscope::storage
