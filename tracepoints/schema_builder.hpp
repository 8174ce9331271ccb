// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>

#include "tracepoints/schema.hpp"

/// Where a member of a payload struct lies, how wide it is and whether it is signed: what a FieldSpec needs of it.
/// A macro because C++20 cannot name a nested member (`headers.source`) as a value.
#define VNSCOPE_MEMBER(Struct, member)                                                                                 \
    static_cast<std::uint16_t>(offsetof(Struct, member)),                                                              \
        static_cast<std::uint16_t>(sizeof(std::declval<Struct>().member)),                                             \
        std::is_signed_v<std::remove_cvref_t<decltype(std::declval<Struct>().member)>>

namespace vnscope::tracepoints {

inline constexpr bool kRequired = true;
inline constexpr bool kOptional = false;

/// A member that is there whenever a struct or variant option is (e.g. "the header is IPv4").
constexpr FieldSpec constantField(std::string_view path, std::uint16_t offset, std::uint16_t size, bool isSigned,
                                  auto value)
{
    return {path, FieldKind::Constant, offset, size, isSigned, kOptional, static_cast<std::uint8_t>(value)};
}

/// The bytes of a default-constructed payload struct: what a field keeps when the trace lacks it.
template <typename Payload> [[nodiscard]] std::span<const std::byte> defaultBytes()
{
    static const Payload kDefault{};
    return std::as_bytes(std::span(&kDefault, 1));
}

} // namespace vnscope::tracepoints
