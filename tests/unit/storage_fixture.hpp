// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::tests {

/// A folder of its own for one test, removed with all it holds.
class TempFolder final {
public:
    TempFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "vnscope-test-XXXXXX").string();
        if (!::mkdtemp(pattern.data()))
            throw std::runtime_error("cannot make a temporary folder");
        m_path = pattern;
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    ~TempFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }

    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const { return m_path / name; }
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }
    [[nodiscard]] std::vector<std::string> names() const
    {
        std::vector<std::string> out;
        for (const auto& entry : std::filesystem::directory_iterator(m_path))
            out.push_back(entry.path().filename().string());
        return out;
    }

private:
    std::filesystem::path m_path;
};

inline std::string readFile(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline void writeFile(const std::filesystem::path& path, std::string_view content)
{
    std::ofstream(path, std::ios::binary) << content;
}

/// What a query gave, as text cells for easy comparison; NULL is "NULL".
class RowCollector final : public storage::RowSink {
public:
    void columns(const std::vector<std::string>& names) override { m_columns = names; }
    [[nodiscard]] bool row(std::span<const storage::Value> cells) override
    {
        m_rows.emplace_back(cells.begin(), cells.end());
        return m_rows.size() < m_limit;
    }
    void stopAfter(std::size_t rows) { m_limit = rows; }

    [[nodiscard]] const std::vector<std::string>& columnNames() const { return m_columns; }
    [[nodiscard]] const std::vector<std::vector<storage::Value>>& rows() const { return m_rows; }

private:
    std::vector<std::string> m_columns;
    std::vector<std::vector<storage::Value>> m_rows;
    std::size_t m_limit = static_cast<std::size_t>(-1);
};

/// One table of every type, with an index, and a view: what an analysis's tables.sql looks like.
inline constexpr std::string_view kSampleSql = R"(
-- A heading that belongs to no table.

-- One sample; it has
-- a cell of every type.
CREATE TABLE sample(
  id     INTEGER PRIMARY KEY,
  number INTEGER,          -- with a comment; and a semicolon
  ratio  REAL,
  label  TEXT
) STRICT; -- behind the table
CREATE INDEX sample_by_number ON sample(number);
-- The sum of it all.
CREATE VIEW sample_sum AS SELECT sum(number) AS total FROM sample;
)";

/// Writes `rows` numbered samples to `path` and finishes.
inline base::Result<void> writeSamples(const std::filesystem::path& path, std::int64_t rows)
{
    const std::string_view scripts[] = {kSampleSql};
    auto writer = storage::StoreWriter::create(path, scripts);
    if (!writer)
        return tl::unexpected(writer.error());
    auto samples = (*writer)->table("sample", {"id", "number", "ratio", "label"});
    for (std::int64_t i = 0; i < rows; ++i)
        samples.append(i, i * 2, static_cast<double>(i) / 4, "sample " + std::to_string(i));
    return (*writer)->finish();
}

} // namespace vnscope::tests
