// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::main_window {

/// Every view, in the order of menus and tabs.
[[nodiscard]] std::span<const kit::ViewInfo> viewCatalog();

/// nullptr: there is no view of that name.
[[nodiscard]] const kit::ViewInfo* findView(std::string_view id);

} // namespace vnscope::views::widgets::main_window
