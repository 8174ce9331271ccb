// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "analyses/analysis.hpp"
#include "analyses/map/observations.hpp"
#include "analyses/map/port_vlans.hpp"
#include "analyses/map/statedump_intake.hpp"

namespace vnscope::analyses::map {

/// Writes the rows of tables.sql, and what deserves attention as findings.
void writeTables(const Observations::Result& found, const std::vector<PortVlans::Row>& vlans,
                 const StatedumpIntake& statedump, RunContext& context);

} // namespace vnscope::analyses::map
