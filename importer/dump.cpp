// SPDX-License-Identifier: Apache-2.0
#include "importer/dump.hpp"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "tracepoints/payload_text.hpp"

namespace vnscope::importer {

namespace {

bool isControl(char character)
{
    return static_cast<unsigned char>(character) < 0x20 || character == 0x7f;
}

} // namespace

base::Result<void> dump(std::span<const std::filesystem::path> paths, const SessionOptions& options, std::FILE* out)
{
    auto source = openSession(paths, options);
    if (!source)
        return tl::unexpected(std::move(source.error()));
    const tracepoints::PayloadText text;
    std::string line;
    while (true) {
        auto batch = (*source)->next();
        if (!batch)
            return tl::unexpected(std::move(batch.error()));
        if (*batch == nullptr)
            return {};
        for (const tracepoints::EventRecord& record : (*batch)->events()) {
            line = fmt::format("{} {} cpu={}", record.time.ns, text.name(record.type), record.cpu);
            text.append(line, record.type, &(*batch)->payload<std::byte>(record), (*source)->strings());
            std::ranges::replace_if(line, isControl, '?');
            line += '\n';
            if (std::fputs(line.c_str(), out) < 0)
                return base::fail(base::ErrorCode::Io, "Cannot write the events.");
        }
    }
}

} // namespace vnscope::importer
