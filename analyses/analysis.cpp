// SPDX-License-Identifier: Apache-2.0
#include "analyses/analysis.hpp"

#include <algorithm>

#include "tracepoints/schema.hpp"

namespace vnscope::analyses {

bool isRecorded(const tracepoints::SessionInfo& session, tracepoints::EventType type)
{
    const tracepoints::Schema* schema = tracepoints::schemaOf(type);
    return schema != nullptr && std::ranges::any_of(session.eventClasses, [schema](const auto& eventClass) {
               return eventClass.schema == schema->name;
           });
}

} // namespace vnscope::analyses
