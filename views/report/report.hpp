// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string_view>

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "views/report/document.hpp"

namespace vnscope::views::report {

enum class Format {
    Html, ///< One file that refers to nothing outside itself and runs no script.
    Json, ///< docs/report-json.md
    Text, ///< UTF-8, at most 100 columns, no colours, no control sequences.
};

/// The version of the JSON format; raised when a reader of the version before could misread it.
inline constexpr int kJsonVersion = 1;

/// Reads all sections of the catalogue from `store`. Fails only when the store cannot be read.
[[nodiscard]] base::Result<Document> buildDocument(const storage::Store& store);

/// Prints `document`. Fails (Io) when `out` does.
[[nodiscard]] base::Result<void> writeDocument(const Document& document, Format format, std::ostream& out);

/// buildDocument() and writeDocument(). The same store always gives the same bytes.
[[nodiscard]] base::Result<void> renderReport(const storage::Store& store, Format format, std::ostream& out);

} // namespace vnscope::views::report
