// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <span>
#include <utility>

#include "tracepoints/schema.hpp"

/// Where a member of a payload struct lies and how wide it is: the two numbers a FieldSpec needs.
/// A macro because C++20 cannot name a nested member (`headers.source`) as a value.
#define VNSCOPE_MEMBER(Struct, member)                                                                                 \
    static_cast<std::uint16_t>(offsetof(Struct, member)),                                                              \
        static_cast<std::uint16_t>(sizeof(std::declval<Struct>().member))

namespace vnscope::tracepoints {

inline constexpr bool kRequired = true;
inline constexpr bool kOptional = false;

/// A member that is there whenever a struct or variant option is (e.g. "the header is IPv4").
constexpr FieldSpec constantField(std::string_view path, std::uint16_t offset, std::uint16_t size, auto value)
{
    return {path, FieldKind::Constant, offset, size, kOptional, static_cast<std::uint8_t>(value)};
}

/// The bytes of a default-constructed payload struct: what a field keeps when the trace lacks it.
template <typename Payload> [[nodiscard]] std::span<const std::byte> defaultBytes()
{
    static const Payload kDefault{};
    return std::as_bytes(std::span(&kDefault, 1));
}

} // namespace vnscope::tracepoints
