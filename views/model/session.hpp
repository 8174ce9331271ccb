// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "storage/base/result.hpp"
#include "storage/store.hpp"
#include "views/report/context.hpp"

namespace vnscope::views::model {

/// An open store with what is small, asked for everywhere and the same as long as it is open. GUI thread only; what
/// takes longer than a glance is asked of a StoreReader.
class Session final {
public:
    /// Refuses what storage::Store::open() refuses, in its words.
    [[nodiscard]] static base::Result<std::unique_ptr<Session>> open(const std::filesystem::path& path);

    [[nodiscard]] const storage::Store& store() const { return m_store; }
    [[nodiscard]] const report::ReportContext& context() const { return *m_context; }
    /// First to last event; at least a nanosecond, so that there is something to show.
    [[nodiscard]] base::TimeRange window() const;
    /// Why the tables of an analysis are empty, and what to record for them, in a sentence.
    [[nodiscard]] std::string whyEmpty(std::string_view analysis) const;

private:
    explicit Session(storage::Store store) : m_store(std::move(store)) {}

    storage::Store m_store;
    std::unique_ptr<report::ReportContext> m_context; ///< Borrows m_store.
};

} // namespace vnscope::views::model
