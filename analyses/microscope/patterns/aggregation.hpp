// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "analyses/microscope/patterns/pattern.hpp"

namespace vnscope::analyses::microscope::patterns {

/// The few patterns that explain most of the relations' score (Microscope, SIGCOMM 2020, section 4.4; README.md says
/// how, and what is exact). Takes memory for the distinct relations and flows.
Patterns aggregate(std::span<const Relation> relations, std::span<const Place> places, const Options& options = {});

} // namespace vnscope::analyses::microscope::patterns
