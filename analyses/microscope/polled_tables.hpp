// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "analyses/microscope/polled_queues.hpp"
#include "storage/store_writer.hpp"

namespace vnscope::analyses::microscope {

/// Tables polled_queue and polling_stall, and the queues' rows of nf_queue and queuing_period, whose writer `periods`
/// is. The first queue gets `id`, and so on.
void writePolledQueues(const std::vector<PolledQueues::Shown>& queues, std::uint32_t id, storage::TableWriter& periods,
                       storage::StoreWriter& store);

} // namespace vnscope::analyses::microscope
