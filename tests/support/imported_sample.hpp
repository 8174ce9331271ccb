// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "storage/store.hpp"
#include "tests/support/sample_case.hpp"
#include "tests/support/statedump_trace.hpp"

namespace vnscope::tests::support {

/// A sample imported by the built program, with the traced kernel's symbols, and opened. Throws when that fails.
class ImportedSample final {
public:
    /// With `snapshots` of its truth as state dumps beside the trace, and more `options` of the import.
    explicit ImportedSample(const std::string& name, const std::vector<StateSnapshot>& snapshots = {},
                            const std::string& options = {});

    [[nodiscard]] const SampleCase& sample() const { return m_sample; }
    [[nodiscard]] const storage::Store& store() const { return m_store.front(); }
    [[nodiscard]] const std::filesystem::path& path() const { return m_store.front().path(); }
    [[nodiscard]] storage::Table read(const storage::Select& select) const;
    [[nodiscard]] std::int64_t count(const std::string& table, std::vector<storage::Select::Condition> where) const;
    /// The row of device_total of this name; no row is a device without traffic.
    [[nodiscard]] storage::Table device(const std::string& name) const;

private:
    SampleCase m_sample;
    ScratchDirectory m_scratch;
    std::vector<storage::Store> m_store; ///< Exactly one; a Store has no empty state.
};

} // namespace vnscope::tests::support
