// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "apps/vnscope_gui/command_line.hpp"
#include "storage/base/result.hpp"

namespace vnscope::gui {

/// Paints one view of a store into a file. Needs a QApplication, and no display.
[[nodiscard]] base::Result<void> makeScreenshot(const Options& options);

} // namespace vnscope::gui
