// SPDX-License-Identifier: Apache-2.0
#include "views/rows/csv_file.hpp"

#include <fstream>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "views/rows/csv.hpp"

namespace vnscope::views::rows {
namespace {

namespace fs = std::filesystem;

class CsvSink final : public storage::RowSink {
public:
    explicit CsvSink(std::ostream& out) : m_out(out) {}

    void columns(const std::vector<std::string>& names) override
    {
        const std::vector<storage::Value> cells(names.begin(), names.end());
        writeCsvLine(m_out, cells);
    }
    [[nodiscard]] bool row(std::span<const storage::Value> cells) override
    {
        ++m_rows;
        writeCsvLine(m_out, cells);
        return m_out.good();
    }
    [[nodiscard]] std::int64_t rows() const { return m_rows; }

private:
    std::ostream& m_out;
    std::int64_t m_rows = 0;
};

/// A file beside the wanted one that goes away unless it took its name.
class PartOfFile final {
public:
    explicit PartOfFile(fs::path file) : m_file(std::move(file)), m_part(m_file.string() + ".part") {}
    PartOfFile(const PartOfFile&) = delete;
    PartOfFile& operator=(const PartOfFile&) = delete;
    ~PartOfFile()
    {
        std::error_code ignored;
        fs::remove(m_part, ignored);
    }

    [[nodiscard]] const fs::path& path() const { return m_part; }
    [[nodiscard]] bool keep() const
    {
        std::error_code error;
        fs::rename(m_part, m_file, error);
        return !error;
    }

private:
    fs::path m_file;
    fs::path m_part;
};

} // namespace

base::Result<std::int64_t> writeCsvFile(const storage::Store& store, const storage::Select& select,
                                        const fs::path& file, const std::function<bool()>& stop)
{
    const PartOfFile part(file);
    std::ofstream out(part.path(), std::ios::binary);
    CsvSink sink(out);
    if (out) {
        if (auto done = store.read(select, sink, stop); !done)
            return tl::unexpected(std::move(done).error());
    }
    out.close();
    if (!out || !part.keep())
        return base::fail(base::ErrorCode::Io, fmt::format("{} cannot be written", file.string()));
    return sink.rows();
}

} // namespace vnscope::views::rows
