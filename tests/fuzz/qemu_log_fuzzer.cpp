// SPDX-License-Identifier: Apache-2.0
// A log of QEMU is a text that anybody may have written.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "importer/qemu_log/convert.hpp"
#include "importer/qemu_log/line.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace vnscope::importer::qemu_log;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    const Recognition recognition = recognize(text);
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        if (const auto line = parseLine(text.substr(0, end))) {
            if (end <= 4096 && line->timeNs && recognition != Recognition::Timed)
                std::abort();
            if (line->timeNs && *line->timeNs < 0)
                std::abort();
            if (const EventKind* const kind = findKind(line->name))
                static_cast<void>(parseArguments(*kind, line->arguments));
        }
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return 0;
}
