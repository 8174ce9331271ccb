// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::kit {

/// Writes what a view shows as PNG or, where the name ends in .svg, as SVG. Waits until everything that the picture
/// asks for has been read.
[[nodiscard]] base::Result<void> writePicture(View& view, const QSize& size, const std::filesystem::path& file,
                                              model::StoreReader& reader);

} // namespace vnscope::views::widgets::kit
