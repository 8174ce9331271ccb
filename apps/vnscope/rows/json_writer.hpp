// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "apps/vnscope/rows/row_writer.hpp"

namespace vnscope::cli {

/// Two columns of one name get different keys ("a", "a_2"), for an object has each key once.
class JsonWriter final : public RowWriter {
public:
    explicit JsonWriter(std::ostream& out) : m_out(out) {}

    void columns(const std::vector<std::string>& names) override;
    [[nodiscard]] bool row(std::span<const storage::Value> cells) override;
    void finish() override;

private:
    std::ostream& m_out;
    std::vector<std::string> m_keys; ///< Already quoted.
    std::size_t m_rows = 0;
};

/// `text` as a JSON string with its quotes; what is not UTF-8 becomes U+FFFD.
[[nodiscard]] std::string jsonString(std::string_view text);

} // namespace vnscope::cli
