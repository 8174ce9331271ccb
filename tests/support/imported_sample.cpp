// SPDX-License-Identifier: Apache-2.0
#include "tests/support/imported_sample.hpp"

#include <stdexcept>

namespace vnscope::tests::support {

namespace {

/// The guest that the samples were recorded in.
constexpr const char* kSampleHost = "vnguest";

} // namespace

ImportedSample::ImportedSample(const std::string& name, const std::vector<StateSnapshot>& snapshots,
                               const std::string& options)
    : m_sample(name)
{
    std::string traces = "'" + m_sample.trace().string() + "'";
    if (!snapshots.empty()) {
        writeStatedump(m_sample, kSampleHost, snapshots, m_scratch.path() / "state");
        traces += " '" + (m_scratch.path() / "state").string() + "'";
    }
    const std::string store = (m_scratch.path() / "sample.vns").string();
    const std::string kallsyms = m_sample.kallsyms(m_scratch).string();
    const auto run = runProgram("vnscope import " + traces + " -o '" + store + "'" +
                                (kallsyms.empty() ? "" : " --symbols '" + kallsyms + "'") + ' ' + options);
    if (run.exitCode != 0)
        throw std::runtime_error("import failed: " + run.output);
    auto opened = storage::Store::open(store);
    if (!opened)
        throw std::runtime_error(opened.error().text());
    m_store.push_back(std::move(*opened));
}

storage::Table ImportedSample::read(const storage::Select& select) const
{
    auto table = m_store.front().read(select);
    if (!table)
        throw std::runtime_error(table.error().text());
    return std::move(*table);
}

std::int64_t ImportedSample::count(const std::string& table, std::vector<storage::Select::Condition> where) const
{
    return static_cast<std::int64_t>(read({.table = table, .where = std::move(where)}).rows.size());
}

storage::Table ImportedSample::device(const std::string& name) const
{
    return read({.table = "device_total", .where = {{"name", "=", name}}});
}

} // namespace vnscope::tests::support
