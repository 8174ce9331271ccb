// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/session/kernel_facts.hpp"

#include <sstream>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "apps/vnscope/session/text_file.hpp"

namespace vnscope::cli {
namespace {

namespace fs = std::filesystem;
using base::Result;

fs::path findBeside(const std::vector<std::string>& traces, std::initializer_list<std::string_view> names)
{
    std::error_code ignored;
    for (const std::string& trace : traces) {
        for (const std::string_view name : names) {
            const fs::path candidate = fs::path(trace) / name;
            if (fs::is_regular_file(candidate, ignored))
                return candidate;
        }
    }
    return {};
}

template <typename Facts>
Result<void> readInto(Facts& facts, const fs::path& path, Result<Facts> (*read)(std::istream&))
{
    if (path.empty())
        return {};
    Result<std::string> text = readTextFile(path);
    if (!text)
        return tl::unexpected(std::move(text).error());
    std::istringstream stream(std::move(*text));
    Result<Facts> result = read(stream);
    if (!result)
        return base::fail(base::ErrorCode::Unsupported,
                          fmt::format("cannot use \"{}\": {}", path.string(), result.error().message));
    facts = std::move(*result);
    return {};
}

} // namespace

FactFiles findFactFiles(const TraceOptions& options, const std::vector<std::string>& traces)
{
    FactFiles files{options.symbolsFile(), options.dropReasonsFile()};
    if (files.symbols.empty())
        files.symbols = findBeside(traces, {"kallsyms", "kallsyms.xz"});
    if (files.dropReasons.empty())
        files.dropReasons = findBeside(traces, {"kfree_skb_format"});
    return files;
}

Result<analyses::trackers::KernelFacts> readFacts(const FactFiles& files)
{
    using namespace analyses::trackers;
    KernelFacts facts;
    if (Result<void> read = readInto(facts.symbols, files.symbols, &SymbolTable::read); !read)
        return tl::unexpected(std::move(read).error());
    if (Result<void> read = readInto(facts.reasons, files.dropReasons, &DropReasons::readFormat); !read)
        return tl::unexpected(std::move(read).error());
    return facts;
}

} // namespace vnscope::cli
