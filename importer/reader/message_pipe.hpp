// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "importer/wire/protocol.hpp"

namespace vnscope::importer::reader {

/// Sends messages to the importing process, and counts them: each slot says how many were sent before it.
class MessagePipe final {
public:
    void send(const wire::ReaderMessage& message);
    [[nodiscard]] std::uint32_t sent() const { return m_sent; }

private:
    std::uint32_t m_sent = 0;
};

} // namespace vnscope::importer::reader
