// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace vnscope::importer::reader {

/// The whole life of a reader process: takes its request and ring from the file descriptors of protocol.hpp, reads the
/// streams named there with babeltrace2, merges them by time and hands typed events over. Returns the exit code.
///
/// babeltrace2 may abort, crash or eat memory on hostile input; that is why it lives in a process of its own.
[[nodiscard]] int run();

} // namespace vnscope::importer::reader
