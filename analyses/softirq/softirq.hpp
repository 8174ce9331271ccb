// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "analyses/analysis.hpp"

namespace vnscope::analyses::softirq {

/// NAPI polls against their budget, and the time CPUs spend in NET_RX and NET_TX. See README.md.
[[nodiscard]] std::unique_ptr<Analysis> create();

} // namespace vnscope::analyses::softirq
