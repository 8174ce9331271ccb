// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <dirent.h>

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace vnscope::recording::host {

/// `text` as the number of a process, thread or file; nothing where it is none.
[[nodiscard]] inline std::optional<std::uint32_t> entryNumber(std::string_view text)
{
    std::uint32_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

/// Calls `use` with each number that is an entry of `folder`: the processes of /proc, their threads and files. Nothing
/// is asked of the entries: on a host of many processes this takes a moment already.
template <typename F> void forEachNumber(const char* folder, F&& use)
{
    const std::unique_ptr<DIR, int (*)(DIR*)> entries(::opendir(folder), &::closedir);
    if (!entries)
        return;
    while (const dirent* const entry = ::readdir(entries.get()))
        if (const auto number = entryNumber(entry->d_name))
            use(*number);
}

} // namespace vnscope::recording::host
