// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "apps/vnscope/rows/row_writer.hpp"

namespace vnscope::cli {

class CsvWriter final : public RowWriter {
public:
    explicit CsvWriter(std::ostream& out) : m_out(out) {}

    void columns(const std::vector<std::string>& names) override;
    [[nodiscard]] bool row(std::span<const storage::Value> cells) override;
    void finish() override {}

private:
    std::ostream& m_out;
};

} // namespace vnscope::cli
