// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "analyses/microscope/flow.hpp"
#include "analyses/microscope/network.hpp"

namespace vnscope::analyses::microscope {

/// "nat 2", or "host: nat 2" when the elements are of several hosts; "outside" for none.
[[nodiscard]] std::string nameOf(const Network& network, ElementId element);
/// "10.0.0.1"; empty when the version is not known.
[[nodiscard]] std::string addressText(const std::array<std::uint8_t, 16>& address, std::uint8_t ipVersion);
/// "10.0.0.1:2000 -> 10.0.1.1:80, protocol 17"
[[nodiscard]] std::string textOf(const Flow& flow);

} // namespace vnscope::analyses::microscope
