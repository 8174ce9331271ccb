// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "apps/statedump/host_state.hpp"

namespace vnscope::statedump {

/// Emits the state as LTTng-UST events `vnscope_statedump:*`, which go nowhere when no session records them.
void writeTrace(const HostState& state);

/// The same as a JSON text, for people and tests.
[[nodiscard]] std::string toJson(const HostState& state);

} // namespace vnscope::statedump
