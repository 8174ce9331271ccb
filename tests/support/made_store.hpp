// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "storage/store.hpp"
#include "storage/store_writer.hpp"

/// Stores made up for tests of views: the layout is the real one (every tables.sql of the tree), the content is not.
namespace vnscope::tests {

/// A directory of its own, removed with everything in it.
class TemporaryDirectory final {
public:
    TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
    ~TemporaryDirectory();
    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// The window of the sample store: 59.3 s.
inline constexpr std::int64_t kSampleBegin = 1'763'677'170'123'456'789;
inline constexpr std::int64_t kSampleEnd = kSampleBegin + 59'300'000'000;

/// When a station of the sample's map moves to another port.
inline constexpr std::int64_t kSampleMove = kSampleBegin + 30'000'000'000;

/// A new store with all tables, filled by `fill`, opened for reading. Fails the test when that does not work.
[[nodiscard]] storage::Store makeStore(const std::filesystem::path& file,
                                       const std::function<void(storage::StoreWriter&)>& fill);

/// A store like that of a host with 27 devices after a minute: drops, 140 conversations, a map with a move, paths, lost
/// events, and a device name that tries to be markup.
void fillSample(storage::StoreWriter& writer);

/// A store of a trace that had none of the events that the analyses need.
void fillWithoutAnalyses(storage::StoreWriter& writer);

/// A device name that breaks whatever does not escape: markup, quotes, control characters, bytes that are no UTF-8.
[[nodiscard]] const std::string& hostileName();

} // namespace vnscope::tests
