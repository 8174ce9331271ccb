// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <iosfwd>
#include <memory>

#include "storage/store.hpp"

namespace vnscope::cli {

/// How rows are printed.
enum class RowFormat {
    Table, ///< For people: aligned, texts escaped for the terminal. NULL is an empty cell.
    Csv,   ///< RFC 4180 (lines end in CR LF). NULL is nothing between the commas, the empty text is "".
    Json,  ///< One array with an object per row. Integers are written exactly, however large.
};

/// Prints rows as they come, in bounded memory, however many there are. Texts that are not UTF-8 are written to CSV as
/// they are; JSON cannot hold them, so it gets U+FFFD in their place.
class RowWriter : public storage::RowSink {
public:
    /// Writes what belongs after the last row.
    virtual void finish() = 0;
};

[[nodiscard]] std::unique_ptr<RowWriter> makeRowWriter(RowFormat format, std::ostream& out);

} // namespace vnscope::cli
