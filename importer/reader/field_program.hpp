// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "importer/reader/bt2.hpp"
#include "importer/reader/name_log.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::importer::reader {

/// How one event class of a trace becomes its vocabulary struct: the schema's paths, resolved once to member and
/// option indexes. Running it compares no names and allocates nothing.
class FieldProgram final {
public:
    /// Binds `schema` to what the class's payload really has. Never fails: see isComplete().
    FieldProgram(const tracepoints::Schema& schema, const bt_event_class* eventClass);

    /// All required fields are there.
    [[nodiscard]] bool isComplete() const { return m_isComplete; }
    /// Fields of the schema that the class lacks, comma-separated.
    [[nodiscard]] const std::string& missingFields() const { return m_missing; }
    [[nodiscard]] const tracepoints::Schema& schema() const { return *m_schema; }

    /// Writes the struct (`schema().defaults.size()` bytes) to `payload`.
    void run(const bt_event* event, std::byte* payload, NameLog& names) const;

private:
    /// How a value is taken from its field, decided once.
    enum class Access : std::uint8_t { Unsigned, Signed, OtherInteger, String, Elements, Numbers, StringBytes, None };
    struct Store {
        const tracepoints::FieldSpec* spec;
        Access access;
    };
    /// A place in the field tree where something is to be done.
    struct Node {
        std::vector<Store> stores;
        std::vector<std::pair<std::uint64_t, std::unique_ptr<Node>>> members; ///< Of a structure, by index.
        std::vector<std::unique_ptr<Node>> options;                           ///< Of a variant, by index; may be null.
    };

    /// A structure of the event with what is to be done in it.
    struct Part {
        const bt_field_class* fieldClass = nullptr; ///< Null: the class has none. Of use while binding only.
        Node root;
    };

    [[nodiscard]] bool bind(const tracepoints::FieldSpec& spec);
    [[nodiscard]] static bool bindPath(const tracepoints::FieldSpec& spec, std::string_view path, Part& part);
    [[nodiscard]] static std::optional<Access> accessFor(const bt_field_class* fieldClass, tracepoints::FieldKind kind);
    static void store(const Store& store, const bt_field* field, std::byte* payload, NameLog& names);
    static void visit(const Node& node, const bt_field* field, std::byte* payload, NameLog& names);

    const tracepoints::Schema* m_schema;
    Part m_payload;
    Part m_context;       ///< Of this class alone.
    Part m_commonContext; ///< Of all events of its stream.
    std::string m_missing;
    bool m_readsContexts = false;
    bool m_isComplete = true;
};

/// An unsigned or signed integer (or enumeration, boolean, bit array) field's value, two's complement; 0 for other
/// kinds.
[[nodiscard]] std::uint64_t integerValue(const bt_field* field);

/// A name as schemas spell it: tracers put underscores in front to keep clear of reserved words.
[[nodiscard]] std::string_view plainName(const char* name);

} // namespace vnscope::importer::reader
