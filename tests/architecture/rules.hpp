// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "tests/architecture/source_file.hpp"

namespace vnscope::tests::architecture {

/// "path: what is wrong", one for each place where the tree leaves its own rules.
using Violations = std::vector<std::string>;

/// Who may include whom; a quoted include is a path from the root of the tree.
[[nodiscard]] Violations checkIncludes(const std::vector<SourceFile>& files);

/// A foreign library is named by its one folder: SQLite, babeltrace2, Boost.Graph and Graphviz, Qt.
[[nodiscard]] Violations checkLibraries(const std::vector<SourceFile>& files);

/// SQL text stands in storage/ and in tables.sql. An example of `vnscope query` in a help text is no SQL of ours.
[[nodiscard]] Violations checkSql(const std::vector<SourceFile>& files);

/// Every folder of analyses/ with a tables.sql is in analyses/catalog.cpp and has a README.md.
[[nodiscard]] Violations checkAnalyses(const std::vector<SourceFile>& files);

/// Catalogues are lists that are called: an object that registers itself is dropped by the linker of a static library.
[[nodiscard]] Violations checkNoSelfRegistration(const std::vector<SourceFile>& files);

/// The licence of every source: MIT in tracepoints/, so that others may link it, Apache-2.0 elsewhere.
[[nodiscard]] Violations checkLicences(const std::vector<SourceFile>& files);

} // namespace vnscope::tests::architecture
