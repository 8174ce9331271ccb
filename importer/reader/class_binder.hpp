// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>

#include "importer/reader/bt2.hpp"
#include "importer/reader/field_program.hpp"
#include "importer/reader/message_pipe.hpp"

namespace vnscope::importer::reader {

/// What the reader knows of one event class.
struct BoundClass {
    std::uint32_t index = 0;             ///< As announced to the importing process.
    std::optional<FieldProgram> program; ///< None: the class is not understood and only counted.
    EventClassPtr keepAlive;             ///< The key of the map below must not be reused for another class.
};

/// Binds each event class to its schema once, when it is first met.
class ClassBinder final {
public:
    explicit ClassBinder(MessagePipe& messages) : m_messages(&messages) {}

    [[nodiscard]] const BoundClass& bind(const bt_event_class* eventClass, std::uint32_t trace);

private:
    MessagePipe* m_messages;
    std::deque<BoundClass> m_classes;
    std::unordered_map<const bt_event_class*, const BoundClass*> m_byClass;
};

} // namespace vnscope::importer::reader
