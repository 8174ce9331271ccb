// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace vnscope::tests::architecture {

/// A file of the tree as the rules see it: C and C++ taken apart into includes, code, and string literals.
struct SourceFile {
    std::string path;                        ///< From the root of the tree, with slashes.
    std::string text;                        ///< As it stands in the file.
    std::string code;                        ///< Without comments, preprocessor includes and the insides of literals.
    std::vector<std::string> quotedIncludes; ///< #include "..."
    std::vector<std::string> systemIncludes; ///< #include <...>
    std::set<std::string> identifiers;       ///< Every name in `code`, once.
    std::vector<std::string> literals;       ///< Unescaped; literals that only white space parts are one.

    /// First folders of the path: `folder(1)` of storage/base/ids.hpp is "storage", `folder(2)` is "storage/base".
    [[nodiscard]] std::string folder(int depth) const;
    [[nodiscard]] bool isIn(std::string_view folderPath) const;
    [[nodiscard]] bool endsWith(std::string_view suffix) const { return std::string_view(path).ends_with(suffix); }
};

/// Takes a text apart. `path` decides whether it is C or C++; other files keep their text alone.
[[nodiscard]] SourceFile parse(std::string path, std::string text);

/// Every source, CMakeLists.txt, tables.sql and README.md under the product's folders of the tree at `root`.
[[nodiscard]] std::vector<SourceFile> readTree(const std::filesystem::path& root);

} // namespace vnscope::tests::architecture
