// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <span>

#include "storage/value.hpp"

/// Rows as text for other programs.
namespace vnscope::views::rows {

/// One line as RFC 4180 has it, its end (CR LF) included. NULL is nothing between the commas, the empty text is "".
void writeCsvLine(std::ostream& out, std::span<const storage::Value> cells);

} // namespace vnscope::views::rows
