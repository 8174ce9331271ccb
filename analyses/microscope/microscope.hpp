// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "analyses/analysis.hpp"

namespace vnscope::analyses::microscope {

/// Which network function, or which burst, made packets late or be lost (Microscope, SIGCOMM 2020). See README.md.
[[nodiscard]] std::unique_ptr<Analysis> create();

} // namespace vnscope::analyses::microscope
