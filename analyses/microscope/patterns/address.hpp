// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <compare>
#include <cstdint>

namespace vnscope::analyses::microscope::patterns {

/// An IP address as a number, its first bit on top; IPv4 has the 32 top bits.
struct Address {
    std::uint64_t high = 0;
    std::uint64_t low = 0;

    friend auto operator<=>(const Address&, const Address&) = default;
};

constexpr unsigned kWordBits = 64;

/// The first `length` bits; the others are zero.
constexpr Address firstBits(Address address, unsigned length)
{
    const auto keep = [](std::uint64_t word, unsigned bits) {
        return bits == 0 ? 0 : word & (~std::uint64_t{0} << (kWordBits - bits));
    };
    return {keep(address.high, length < kWordBits ? length : kWordBits),
            keep(address.low, length > kWordBits ? length - kWordBits : 0)};
}

/// How many bits two addresses begin with alike.
constexpr unsigned commonLength(Address left, Address right)
{
    const auto same = static_cast<unsigned>(std::countl_zero(left.high ^ right.high));
    return same < kWordBits ? same : kWordBits + static_cast<unsigned>(std::countl_zero(left.low ^ right.low));
}

} // namespace vnscope::analyses::microscope::patterns
