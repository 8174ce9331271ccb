// SPDX-License-Identifier: Apache-2.0
#include "tests/support/recording.hpp"

#include <array>
#include <stdexcept>

#include <fmt/format.h>

#include "importer/session.hpp"
#include "tests/support/sample_case.hpp"
#include "tracepoints/schema.hpp"

namespace vnscope::tests::support {

using namespace tracepoints;

Recording::Recording(const std::filesystem::path& trace)
{
    const std::array paths{trace};
    auto source = importer::openSession(paths);
    if (!source)
        throw std::runtime_error(source.error().text());
    for (auto batch = (*source)->next();; batch = (*source)->next()) {
        if (!batch)
            throw std::runtime_error(batch.error().text());
        if (*batch == nullptr)
            break;
        for (const EventRecord& event : (*batch)->events())
            keep(event, **batch);
    }
    m_source = std::move(*source);
}

void Recording::keep(const EventRecord& event, const EventBatch& batch)
{
    const Schema* const schema = schemaOf(event.type);
    const std::size_t bytes = schema != nullptr ? schema->defaults.size() : sizeof(EventsLost);
    const std::byte* const payload = &batch.payload<std::byte>(event);
    m_events.push_back({event.type, {payload, payload + bytes}});
}

Recording recordUst(const std::string& events, const std::string& command, std::string* output)
{
    const ScratchDirectory scratch;
    const std::filesystem::path trace = scratch.path() / "trace";
    const ProgramResult run = runProgram(
        fmt::format("{}/tests/support/record_ust '{}' '{}' {}", VNSCOPE_SOURCE_DIR, trace.string(), events, command));
    if (run.exitCode != 0)
        throw std::runtime_error(run.output);
    if (output != nullptr)
        *output = run.output;
    return Recording(trace);
}

} // namespace vnscope::tests::support
