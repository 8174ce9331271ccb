// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <numbers>

/// Random numbers that are hashes of what they are for, and not of how many were drawn before: a packet meets the same
/// chance in every run of the same seed, whatever else happens in it.
namespace vnscope::simulator {

/// splitmix64's finaliser (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t value)
{
    value += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27U)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31U);
}

[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b)
{
    return mix(mix(a) ^ b);
}

/// What a random number is for, so that no two purposes share one.
enum class Purpose : std::uint64_t {
    Gap = 1,
    Flow,
    Tuple,
    Route,
    Match,
    Service,
    Interrupt,
    Slowdown,
    Id,
    Lost,
    Jitter,
    Clock,
    Injection,
    NewId,
};

[[nodiscard]] constexpr std::uint64_t streamOf(std::uint64_t seed, Purpose purpose, std::uint64_t which = 0)
{
    return mix(mix(seed, static_cast<std::uint64_t>(purpose)), which);
}

/// In [0, 1).
[[nodiscard]] constexpr double unit(std::uint64_t bits)
{
    return static_cast<double>(bits >> 11U) * 0x1p-53;
}

[[nodiscard]] constexpr double uniform(std::uint64_t bits, double low, double high)
{
    return low + (high - low) * unit(bits);
}

/// With mean 1.
[[nodiscard]] inline double exponential(std::uint64_t bits)
{
    return -std::log1p(-unit(bits));
}

/// With mean 0 and deviation 1 (Box and Muller).
[[nodiscard]] inline double normal(std::uint64_t bits)
{
    return std::sqrt(2 * exponential(bits)) * std::cos(2 * std::numbers::pi * unit(mix(bits)));
}

} // namespace vnscope::simulator
