// SPDX-License-Identifier: Apache-2.0
#include "importer/reader/message_pipe.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <string_view>

namespace vnscope::importer::reader {

void MessagePipe::send(const wire::ReaderMessage& message)
{
    const std::string line = wire::encode(message);
    std::string_view rest = line;
    while (!rest.empty()) {
        const ssize_t written = ::write(wire::kMessagesFd, rest.data(), rest.size());
        if (written > 0)
            rest.remove_prefix(static_cast<std::size_t>(written));
        else if (errno != EINTR)
            std::_Exit(EXIT_FAILURE); // Nobody is left to work for.
    }
    ++m_sent;
}

} // namespace vnscope::importer::reader
