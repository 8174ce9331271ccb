// SPDX-License-Identifier: Apache-2.0
#include "importer/reader/field_program.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace vnscope::importer::reader {

using tracepoints::FieldKind;
using tracepoints::FieldSpec;

namespace {

/// First in the path of what stands in an event's contexts.
constexpr std::string_view kContext = "$context/";

bool isKind(bt_field_class_type type, bt_field_class_type kind)
{
    return bt_field_class_type_is(type, kind) == BT_TRUE;
}

/// Calls `visit` for each part of `list` between separators until it returns true; whether one did.
template <typename Visit> bool anyPart(std::string_view list, char separator, Visit visit)
{
    while (true) {
        const std::size_t end = list.find(separator);
        if (visit(list.substr(0, end)))
            return true;
        if (end == std::string_view::npos)
            return false;
        list.remove_prefix(end + 1);
    }
}

std::optional<std::uint64_t> memberIndex(const bt_field_class* structure, std::string_view name)
{
    for (std::uint64_t i = 0; i < bt_field_class_structure_get_member_count(structure); ++i) {
        const auto* member = bt_field_class_structure_borrow_member_by_index_const(structure, i);
        if (plainName(bt_field_class_structure_member_get_name(member)) == name)
            return i;
    }
    return std::nullopt;
}

std::optional<std::uint64_t> optionIndex(const bt_field_class* variant, std::string_view name)
{
    for (std::uint64_t i = 0; i < bt_field_class_variant_get_option_count(variant); ++i) {
        const auto* option = bt_field_class_variant_borrow_option_by_index_const(variant, i);
        const char* optionName = bt_field_class_variant_option_get_name(option);
        if (optionName != nullptr && plainName(optionName) == name)
            return i;
    }
    return std::nullopt;
}

const bt_field_class* memberClass(const bt_field_class* structure, std::uint64_t index)
{
    return bt_field_class_structure_member_borrow_field_class_const(
        bt_field_class_structure_borrow_member_by_index_const(structure, index));
}

const bt_field_class* optionClass(const bt_field_class* variant, std::uint64_t index)
{
    return bt_field_class_variant_option_borrow_field_class_const(
        bt_field_class_variant_borrow_option_by_index_const(variant, index));
}

bool isIntegerArray(const bt_field_class* fieldClass)
{
    return isKind(bt_field_class_get_type(fieldClass), BT_FIELD_CLASS_TYPE_ARRAY) &&
           isKind(bt_field_class_get_type(bt_field_class_array_borrow_element_field_class_const(fieldClass)),
                  BT_FIELD_CLASS_TYPE_INTEGER);
}

void storeInteger(std::uint64_t value, std::byte* place, std::size_t size)
{
    static_assert(std::endian::native == std::endian::little, "the low bytes of a number come first");
    std::memcpy(place, &value, std::min(size, sizeof value));
}

void storeElements(const bt_field* field, const FieldSpec& spec, std::byte* place)
{
    const std::size_t width = spec.kind == FieldKind::Words ? 2 : 1;
    const std::uint64_t count = std::min<std::uint64_t>(bt_field_array_get_length(field), spec.size / width);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t value = integerValue(bt_field_array_borrow_element_field_by_index_const(field, i));
        if (width == 2)
            *place++ = static_cast<std::byte>(value >> 8U);
        *place++ = static_cast<std::byte>(value);
    }
}

/// A tracepoints::NumberList of `spec.size` bytes: how many there are, then those that there is room for.
void storeNumbers(const bt_field* field, const FieldSpec& spec, std::byte* place)
{
    const std::uint64_t count = bt_field_array_get_length(field);
    const std::uint64_t room = spec.size / sizeof count - 1;
    storeInteger(count, place, sizeof count);
    for (std::uint64_t i = 0; i < std::min(count, room); ++i) {
        place += sizeof count;
        storeInteger(integerValue(bt_field_array_borrow_element_field_by_index_const(field, i)), place, sizeof count);
    }
}

} // namespace

std::uint64_t integerValue(const bt_field* field)
{
    const bt_field_class_type type = bt_field_get_class_type(field);
    if (isKind(type, BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER))
        return bt_field_integer_unsigned_get_value(field);
    if (isKind(type, BT_FIELD_CLASS_TYPE_SIGNED_INTEGER))
        return static_cast<std::uint64_t>(bt_field_integer_signed_get_value(field));
    if (isKind(type, BT_FIELD_CLASS_TYPE_BOOL))
        return bt_field_bool_get_value(field) == BT_TRUE ? 1 : 0;
    if (isKind(type, BT_FIELD_CLASS_TYPE_BIT_ARRAY))
        return bt_field_bit_array_get_value_as_integer(field);
    return 0;
}

std::string_view plainName(const char* name)
{
    std::string_view plain = name;
    plain.remove_prefix(std::min(plain.find_first_not_of('_'), plain.size()));
    return plain;
}

FieldProgram::FieldProgram(const tracepoints::Schema& schema, const bt_event_class* eventClass) : m_schema(&schema)
{
    m_payload.fieldClass = bt_event_class_borrow_payload_field_class_const(eventClass);
    m_context.fieldClass = bt_event_class_borrow_specific_context_field_class_const(eventClass);
    m_commonContext.fieldClass = bt_stream_class_borrow_event_common_context_field_class_const(
        bt_event_class_borrow_stream_class_const(eventClass));
    std::vector<const FieldSpec*> bound;
    std::vector<const FieldSpec*> unbound;
    for (const FieldSpec& spec : schema.fields)
        (bind(spec) ? bound : unbound).push_back(&spec);

    for (const FieldSpec* spec : unbound) {
        // Several specs may fill one member (an IPv4 and an IPv6 way to it): one of them is enough.
        const bool isFilled =
            std::ranges::any_of(bound, [&](const FieldSpec* other) { return other->offset == spec->offset; });
        if (isFilled || spec->kind == FieldKind::Constant)
            continue;
        m_isComplete = m_isComplete && !spec->isRequired;
        m_missing += m_missing.empty() ? "" : ",";
        m_missing += spec->paths.substr(0, spec->paths.find('|'));
    }
}

bool FieldProgram::bind(const FieldSpec& spec)
{
    return anyPart(spec.paths, '|', [&](std::string_view path) {
        if (!path.starts_with(kContext))
            return bindPath(spec, path, m_payload);
        path.remove_prefix(kContext.size());
        const bool isBound = bindPath(spec, path, m_context) || bindPath(spec, path, m_commonContext);
        m_readsContexts = m_readsContexts || isBound;
        return isBound;
    });
}

bool FieldProgram::bindPath(const FieldSpec& spec, std::string_view path, Part& part)
{
    if (part.fieldClass == nullptr)
        return false;
    // First see whether the whole path exists, so that a failed attempt leaves no half-made branch.
    struct Step {
        bool isOption;
        std::uint64_t index;
        std::uint64_t siblings;
    };
    std::vector<Step> steps;
    const bt_field_class* at = part.fieldClass;
    const bool isBroken = anyPart(path, '/', [&](std::string_view name) {
        const bt_field_class_type type = bt_field_class_get_type(at);
        if (isKind(type, BT_FIELD_CLASS_TYPE_STRUCTURE)) {
            if (const auto index = memberIndex(at, name)) {
                steps.push_back({false, *index, 0});
                at = memberClass(at, *index);
                return false;
            }
        } else if (isKind(type, BT_FIELD_CLASS_TYPE_VARIANT)) {
            if (const auto index = optionIndex(at, name)) {
                steps.push_back({true, *index, bt_field_class_variant_get_option_count(at)});
                at = optionClass(at, *index);
                return false;
            }
        }
        return true;
    });
    const std::optional<Access> access = isBroken ? std::nullopt : accessFor(at, spec.kind);
    if (!access)
        return false;

    Node* node = &part.root;
    for (const Step& step : steps) {
        if (step.isOption) {
            node->options.resize(step.siblings);
            auto& option = node->options[step.index];
            if (!option)
                option = std::make_unique<Node>();
            node = option.get();
            continue;
        }
        auto member = std::ranges::find(node->members, step.index, [](const auto& entry) { return entry.first; });
        if (member == node->members.end())
            member = node->members.emplace(node->members.end(), step.index, std::make_unique<Node>());
        node = member->second.get();
    }
    node->stores.push_back({&spec, *access});
    return true;
}

/// nullopt: values of the class cannot be stored as `kind` asks.
std::optional<FieldProgram::Access> FieldProgram::accessFor(const bt_field_class* fieldClass, FieldKind kind)
{
    const bt_field_class_type type = bt_field_class_get_type(fieldClass);
    const bool isString = isKind(type, BT_FIELD_CLASS_TYPE_STRING);
    switch (kind) {
    case FieldKind::Constant: return Access::None;
    case FieldKind::String: return isString ? std::optional(Access::String) : std::nullopt;
    case FieldKind::Bytes:
        if (isString)
            return Access::StringBytes;
        [[fallthrough]];
    case FieldKind::Words: return isIntegerArray(fieldClass) ? std::optional(Access::Elements) : std::nullopt;
    case FieldKind::Numbers: return isIntegerArray(fieldClass) ? std::optional(Access::Numbers) : std::nullopt;
    case FieldKind::Integer:
        if (isKind(type, BT_FIELD_CLASS_TYPE_UNSIGNED_INTEGER))
            return Access::Unsigned;
        if (isKind(type, BT_FIELD_CLASS_TYPE_SIGNED_INTEGER))
            return Access::Signed;
        if (isKind(type, BT_FIELD_CLASS_TYPE_BOOL) || isKind(type, BT_FIELD_CLASS_TYPE_BIT_ARRAY))
            return Access::OtherInteger;
        return std::nullopt;
    }
    return std::nullopt;
}

void FieldProgram::store(const Store& store, const bt_field* field, std::byte* payload, NameLog& names)
{
    const FieldSpec& spec = *store.spec;
    std::byte* const place = payload + spec.offset;
    switch (store.access) {
    case Access::Unsigned: storeInteger(bt_field_integer_unsigned_get_value(field), place, spec.size); return;
    case Access::Signed:
        storeInteger(static_cast<std::uint64_t>(bt_field_integer_signed_get_value(field)), place, spec.size);
        return;
    case Access::OtherInteger: storeInteger(integerValue(field), place, spec.size); return;
    case Access::None: storeInteger(spec.constant, place, spec.size); return;
    case Access::Elements: storeElements(field, spec, place); return;
    case Access::Numbers: storeNumbers(field, spec, place); return;
    case Access::StringBytes:
        std::memcpy(place, bt_field_string_get_value(field),
                    std::min<std::size_t>(spec.size, bt_field_string_get_length(field)));
        return;
    case Access::String: {
        const base::StringId id = names.idOf({bt_field_string_get_value(field), bt_field_string_get_length(field)});
        std::memcpy(place, &id, sizeof id);
        return;
    }
    }
}

void FieldProgram::visit(const Node& node, const bt_field* field, std::byte* payload, NameLog& names)
{
    for (const Store& each : node.stores)
        store(each, field, payload, names);
    for (const auto& [index, member] : node.members)
        visit(*member, bt_field_structure_borrow_member_field_by_index_const(field, index), payload, names);
    if (node.options.empty())
        return;
    const std::uint64_t selected = bt_field_variant_get_selected_option_index(field);
    if (selected < node.options.size() && node.options[selected])
        visit(*node.options[selected], bt_field_variant_borrow_selected_option_field_const(field), payload, names);
}

void FieldProgram::run(const bt_event* event, std::byte* payload, NameLog& names) const
{
    std::memcpy(payload, m_schema->defaults.data(), m_schema->defaults.size());
    const auto take = [&](const Part& part, const bt_field* field) {
        if (field != nullptr)
            visit(part.root, field, payload, names);
    };
    take(m_payload, bt_event_borrow_payload_field_const(event));
    if (!m_readsContexts)
        return;
    take(m_context, bt_event_borrow_specific_context_field_const(event));
    take(m_commonContext, bt_event_borrow_common_context_field_const(event));
}

} // namespace vnscope::importer::reader
