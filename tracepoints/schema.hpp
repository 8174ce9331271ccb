// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "tracepoints/event_types.hpp"

namespace vnscope::tracepoints {

/// How a CTF field becomes a member of a vocabulary struct.
enum class FieldKind : std::uint8_t {
    Integer,  ///< Any CTF integer or enumeration, truncated to `size` bytes (1, 2, 4 or 8).
    String,   ///< CTF string (or text array) interned to a base::StringId.
    Bytes,    ///< CTF array/sequence of 8-bit integers, `size` bytes copied.
    Numbers,  ///< CTF array/sequence of integers, as a NumberList of `size` bytes.
    Words,    ///< CTF array/sequence of 16-bit integers, `size` bytes in network order.
    Constant, ///< The path names a struct or variant option: when it is present, `constant` is stored in `size` bytes.
};

/// One member of a vocabulary struct and where tracers put it.
///
/// A path is the field names from the event's payload down, joined by '/', leading underscores dropped ("_len" is
/// "len"); a variant's option is one path element; "$context" first: down from the event's contexts. Alternative
/// spellings are separated by '|': the first that the trace has is taken.
struct FieldSpec {
    std::string_view paths;
    FieldKind kind = FieldKind::Integer;
    std::uint16_t offset = 0; ///< In the payload struct.
    std::uint16_t size = 0;   ///< In the payload struct, bytes.
    bool isSigned = false;    ///< The member is; for those who write it as text.
    bool isRequired = false;  ///< Without it the event class is not understood.
    std::uint8_t constant = 0;
};

/// One kind of event: all names under which tracers write it, and its fields.
struct Schema {
    std::string_view name; ///< The vocabulary's name, e.g. `net_dev_queue`; shown in `event_class.schema`.
    EventType type = EventType::Count;
    std::span<const std::string_view> spellings; ///< Event class names; perf's "net:net_dev_queue" is another spelling.
    std::span<const FieldSpec> fields;
    std::span<const std::byte> defaults; ///< A default-constructed payload struct.
    std::string_view description;        ///< One line for `vnscope list events`.
};

/// All schemas, sorted by name. The list is explicit: catalog.cpp.
[[nodiscard]] std::span<const Schema> schemas();

/// The schema that claims an event class of this name, or nullptr.
[[nodiscard]] const Schema* findSchema(std::string_view eventClassName);

/// The schema of a type (its name, description); EventsLost has none.
[[nodiscard]] const Schema* schemaOf(EventType type);

} // namespace vnscope::tracepoints
