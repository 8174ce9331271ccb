// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace vnscope::tests {

/// What `value` violates of `schema`, one line each; empty: it conforms. Knows the part of JSON Schema that
/// docs/report.schema.json uses (type, const, enum, required, properties, additionalProperties, items, $ref), and says
/// so when a schema uses more.
[[nodiscard]] std::vector<std::string> schemaViolations(const nlohmann::json& schema, const nlohmann::json& value);

} // namespace vnscope::tests
