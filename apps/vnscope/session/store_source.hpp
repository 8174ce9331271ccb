// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "apps/vnscope/console/console.hpp"
#include "apps/vnscope/session/trace_options.hpp"
#include "importer/temporary_directory.hpp"
#include "storage/store.hpp"

namespace vnscope::cli {

/// A store to read from: the file that was named, or what was just imported from the traces that were named.
class StoreSource final {
public:
    /// `inputs`: one store, or one or more traces. Traces are imported to `keptStore`, or, when that is empty, to a
    /// temporary place that goes with this object.
    [[nodiscard]] static base::Result<StoreSource> open(const std::vector<std::string>& inputs,
                                                        const TraceOptions& options,
                                                        const std::filesystem::path& keptStore, const Console& console);

    [[nodiscard]] const storage::Store& store() const { return m_store; }

private:
    StoreSource(std::optional<importer::TemporaryDirectory> directory, storage::Store store)
        : m_directory(std::move(directory)), m_store(std::move(store))
    {
    }

    std::optional<importer::TemporaryDirectory> m_directory; ///< Removed after the store in it is closed.
    storage::Store m_store;
};

/// Entries of `data_quality` that say that data was lost, most events first; what --strict looks at.
[[nodiscard]] base::Result<std::vector<std::string>> dataLosses(const storage::Store& store);

} // namespace vnscope::cli
