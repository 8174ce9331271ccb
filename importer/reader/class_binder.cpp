// SPDX-License-Identifier: Apache-2.0
#include "importer/reader/class_binder.hpp"

#include <string>

#include <fmt/format.h>

namespace vnscope::importer::reader {

namespace {

constexpr std::size_t kMaxClassNameBytes = 512;

std::string nameOf(const bt_event_class* eventClass)
{
    if (const char* name = bt_event_class_get_name(eventClass); name != nullptr)
        return std::string(std::string_view(name).substr(0, kMaxClassNameBytes));
    return fmt::format("(event {})", bt_event_class_get_id(eventClass));
}

} // namespace

const BoundClass& ClassBinder::bind(const bt_event_class* eventClass, std::uint32_t trace)
{
    if (const auto found = m_byClass.find(eventClass); found != m_byClass.end())
        return *found->second;

    BoundClass& bound = m_classes.emplace_back();
    bound.index = static_cast<std::uint32_t>(m_classes.size() - 1);
    bt_event_class_get_ref(eventClass);
    bound.keepAlive.reset(eventClass);

    wire::ClassMessage message{trace, nameOf(eventClass), {}, {}};
    if (const tracepoints::Schema* const schema = tracepoints::findSchema(message.name); schema != nullptr) {
        FieldProgram program(*schema, eventClass);
        message.missingFields = program.missingFields();
        if (program.isComplete()) {
            message.schema = schema->name;
            bound.program.emplace(std::move(program));
        }
    }
    m_messages->send(message);
    m_byClass.emplace(eventClass, &bound);
    return bound;
}

} // namespace vnscope::importer::reader
