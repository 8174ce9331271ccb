// SPDX-License-Identifier: MIT
#pragma once

#include <span>

#include "tracepoints/schema.hpp"

/// Each provider folder gives its schemas by one function; catalog.cpp lists the folders. Adding a folder is one line.
namespace vnscope::tracepoints {

namespace linux_net {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace linux_irq {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace linux_syscalls {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace linux_bridge {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace openvswitch {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace dpdk {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace lttng_statedump {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace statedump {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace element {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace io {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace nf {
[[nodiscard]] std::span<const Schema> schemas();
}
namespace qemu {
[[nodiscard]] std::span<const Schema> schemas();
}

} // namespace vnscope::tracepoints
