// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vnscope::views::widgets::kit {

/// Gives the application its style and its light or dark palette; light or dark as the desktop has it unless `isDark`.
void applyAppearance(bool isDark);

} // namespace vnscope::views::widgets::kit
