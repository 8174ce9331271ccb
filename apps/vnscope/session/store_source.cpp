// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/store_source.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "apps/vnscope/session/trace_import.hpp"
#include "importer/session.hpp"

namespace vnscope::cli {
namespace {

namespace fs = std::filesystem;
using base::ErrorCode;
using base::fail;
using base::Result;

/// Traces are folders, but for logs of QEMU; stores are files.
bool isTrace(const std::string& path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored) || importer::isTraceFile(path);
}

Result<storage::Store> openNamed(const std::string& path, const TraceOptions& options, const fs::path& keptStore)
{
    const std::string option = keptStore.empty() ? options.firstGiven() : "--keep-store";
    if (!option.empty())
        return fail(ErrorCode::Usage,
                    fmt::format("{} is for traces, and \"{}\" is a store, which was imported already", option, path));
    return storage::Store::open(path);
}

} // namespace

Result<StoreSource> StoreSource::open(const std::vector<std::string>& inputs, const TraceOptions& options,
                                      const fs::path& keptStore, const Console& console)
{
    if (!std::any_of(inputs.begin(), inputs.end(), isTrace)) {
        if (inputs.size() > 1)
            return fail(ErrorCode::Usage, "name one store, or one or more folders with traces");
        Result<storage::Store> store = openNamed(inputs.front(), options, keptStore);
        if (!store)
            return tl::unexpected(std::move(store).error());
        return StoreSource(std::nullopt, std::move(*store));
    }
    std::optional<importer::TemporaryDirectory> directory;
    fs::path path = keptStore;
    if (keptStore.empty()) {
        Result<importer::TemporaryDirectory> created = importer::TemporaryDirectory::create();
        if (!created)
            return tl::unexpected(std::move(created).error());
        path = created->path() / "session.vns";
        directory.emplace(std::move(*created));
    }
    if (Result<analyses::runner::RunSummary> imported = importTraces(inputs, options, path, console); !imported)
        return tl::unexpected(std::move(imported).error());
    Result<storage::Store> store = storage::Store::open(path);
    if (!store)
        return tl::unexpected(std::move(store).error());
    return StoreSource(std::move(directory), std::move(*store));
}

Result<std::vector<std::string>> dataLosses(const storage::Store& store)
{
    const Result<storage::Table> rows =
        store.read({"data_quality", {"message"}, {{"severity", "=", "data_loss"}}, {"-count"}, -1});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<std::string> messages;
    for (std::size_t row = 0; row < rows->rows.size(); ++row)
        messages.push_back(rows->at(row, "message").text());
    return messages;
}

} // namespace vnscope::cli
