// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tracepoints/event_batch.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::tracepoints {

/// Events' fields as text, `name=value name=value`, in the order of the payload's members. Names are the last part of
/// the schema's path, with the part before it where two would be the same ("udp/len"), or, without one, "#2" behind it.
/// An optional field that has its default is left out, since that is what it has when the trace does not tell it,
/// unless it is of a header that the packet has. Addresses of packets and of the kernel are written as such; names that
/// hold blanks, quotes or backslashes stand in quotes, and are as untrusted as the trace. Made once (it looks at every
/// schema); const calls may come from any thread.
class PayloadText final {
public:
    /// One member of a payload, as it is written.
    struct Member {
        std::string name;
        FieldSpec spec;
        /// Structs or variant options that it may be in; one of them is there: so is the member, whatever its value.
        std::vector<FieldSpec> parents{};
    };

    PayloadText();

    /// The vocabulary's name; `events_lost` for the mark that has no schema.
    [[nodiscard]] std::string_view name(EventType type) const;
    /// In the order in which they are written.
    [[nodiscard]] const std::vector<Member>& members(EventType type) const;
    /// nullptr: such events have no field of that name.
    [[nodiscard]] const Member* member(EventType type, std::string_view name) const;

    /// Appends the field's value; `payload` is the whole event's.
    static void appendValue(std::string& out, const Member& member, const std::byte* payload,
                            const StringTable& strings);
    /// Whether the trace tells the field, as far as that can be known from the payload.
    [[nodiscard]] bool isTold(EventType type, const Member& member, const std::byte* payload) const;
    /// Appends `name=value` of every member that is told, those of `leftOut` excepted, with a blank before each but
    /// what `out` begins with.
    void append(std::string& out, EventType type, const std::byte* payload, const StringTable& strings,
                std::array<const Member*, 2> leftOut = {}) const;

private:
    struct Kind {
        std::string_view name;
        const std::byte* defaults = nullptr;
        std::vector<Member> members;
    };

    [[nodiscard]] const Kind& kind(EventType type) const { return m_kinds[static_cast<std::size_t>(type)]; }

    std::array<Kind, kEventTypeCount> m_kinds;
};

/// An integer member as a number; negative ones keep their sign.
[[nodiscard]] std::int64_t integerOf(const FieldSpec& spec, const std::byte* payload);

} // namespace vnscope::tracepoints
