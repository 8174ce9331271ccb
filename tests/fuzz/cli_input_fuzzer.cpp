// SPDX-License-Identifier: Apache-2.0
// What the command line reads from users and from files beside traces: times, packed files, texts for the terminal.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "apps/vnscope/console/display_text.hpp"
#include "apps/vnscope/session/text_file.hpp"
#include "apps/vnscope/session/time_window.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace vnscope::cli;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(parseTimePoint(text));
    static_cast<void>(parseSignedDuration(text));
    if (const auto duration = parseDuration(text); duration && *duration <= 0)
        std::abort();
    static_cast<void>(unpackXz(text, std::size_t{1} << 20U));
    const std::string shown = escapeForTerminal(text);
    const bool hasControl = std::any_of(shown.begin(), shown.end(), [](char c) { return c >= '\0' && c < ' '; });
    if (hasControl || escapeForTerminal(shown) != shown || displayWidth(shown) > shown.size())
        std::abort();
    return 0;
}
