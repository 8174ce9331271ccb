// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace vnscope::views::diagram {

/// Pixels that `text` (already printable) takes at most in the fonts of the style sheet. ASCII is as wide as in DejaVu
/// Sans, the widest font of the list; of anything else every character counts as wide as high.
[[nodiscard]] double textWidth(std::string_view text, double fontSize);

/// Whether textWidth() is a guess: there are characters beyond ASCII.
[[nodiscard]] bool isWidthGuessed(std::string_view text);

/// `text` (already printable) cut to at most `width` pixels with an ellipsis at its end.
[[nodiscard]] std::string elide(std::string_view text, double width, double fontSize);

} // namespace vnscope::views::diagram
