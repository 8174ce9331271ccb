// SPDX-License-Identifier: Apache-2.0
#include "unit/views_json_schema.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace vnscope::tests {
namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 11> kKnown{"$schema", "title",    "type",       "const",
                                                  "enum",    "required", "properties", "additionalProperties",
                                                  "items",   "$ref",     "$defs"};

bool hasType(const json& value, const std::string& type)
{
    if (type == "integer")
        return value.is_number_integer();
    if (type == "number")
        return value.is_number();
    return type == value.type_name();
}

class Checker final {
public:
    explicit Checker(const json& root) : m_root(root) {}

    void check(const json& schema, const json& value, const std::string& path)
    {
        if (schema.is_boolean()) {
            expect(schema.get<bool>(), path, "is not allowed");
            return;
        }
        for (const auto& [keyword, ignored] : schema.items())
            expect(std::find(kKnown.begin(), kKnown.end(), keyword) != kKnown.end(), path,
                   "schema keyword not understood: " + keyword);
        if (schema.contains("$ref")) {
            const std::string target = schema["$ref"].get<std::string>();
            check(m_root.at(json::json_pointer(target.substr(1))), value, path);
        }
        checkScalar(schema, value, path);
        if (value.is_object())
            checkObject(schema, value, path);
        if (value.is_array() && schema.contains("items")) {
            for (std::size_t index = 0; index < value.size(); ++index)
                check(schema["items"], value[index], path + '/' + std::to_string(index));
        }
    }

    std::vector<std::string> violations;

private:
    void expect(bool isGood, const std::string& path, const std::string& what)
    {
        if (!isGood)
            violations.push_back(path + ": " + what);
    }

    void checkScalar(const json& schema, const json& value, const std::string& path)
    {
        if (schema.contains("type")) {
            const json types = schema["type"].is_array() ? schema["type"] : json::array({schema["type"]});
            expect(std::any_of(types.begin(), types.end(),
                               [&](const json& type) { return hasType(value, type.get<std::string>()); }),
                   path, "has type " + std::string(value.type_name()) + " instead of " + types.dump());
        }
        if (schema.contains("const"))
            expect(schema["const"] == value, path, "is not " + schema["const"].dump());
        if (schema.contains("enum"))
            expect(std::find(schema["enum"].begin(), schema["enum"].end(), value) != schema["enum"].end(), path,
                   "is not in the list");
    }

    void checkObject(const json& schema, const json& value, const std::string& path)
    {
        for (const json& key : schema.value("required", json::array()))
            expect(value.contains(key.get<std::string>()), path, "lacks " + key.dump());
        const json properties = schema.value("properties", json::object());
        for (const auto& [key, member] : value.items()) {
            if (properties.contains(key))
                check(properties[key], member, path + '/' + key);
            else if (schema.contains("additionalProperties"))
                check(schema["additionalProperties"], member, path + '/' + key);
        }
    }

    const json& m_root;
};

} // namespace

std::vector<std::string> schemaViolations(const json& schema, const json& value)
{
    Checker checker(schema);
    checker.check(schema, value, "");
    return checker.violations;
}

} // namespace vnscope::tests
