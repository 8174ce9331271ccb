// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/drop_reasons.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <sstream>

#include "embedded/analyses_trackers_kLinux61.hpp"
#include "embedded/analyses_trackers_kLinux618.hpp"

namespace vnscope::analyses::trackers {

namespace {

/// A kernel's format file is a few KiB; anything much larger is not one.
constexpr std::size_t kLargestFormat = 1U << 20U;
constexpr std::size_t kLongestName = 64;

struct KnownKernel {
    std::string_view majorMinor;
    std::string_view reasons; ///< "number NAME" lines, taken from that kernel's own format file.
};

const std::array kKnownKernels{
    KnownKernel{"6.1", embedded::kLinux61},
    KnownKernel{"6.18", embedded::kLinux618},
};

struct Entry {
    std::uint32_t number = 0;
    std::string_view name;
};

/// The next `{ 7, "NETFILTER_DROP" }` of a __print_symbolic list; `rest` moves past it. What is not of this form is
/// skipped: the list is part of a C expression.
std::optional<Entry> nextEntry(std::string_view& rest)
{
    for (std::size_t open = rest.find('{'); open != std::string_view::npos; open = rest.find('{')) {
        rest.remove_prefix(open + 1);
        const std::size_t numberAt = rest.find_first_not_of(' ');
        if (numberAt == std::string_view::npos)
            return std::nullopt;
        Entry entry;
        const auto parsed = std::from_chars(rest.data() + numberAt, rest.data() + rest.size(), entry.number);
        const std::string_view behind = rest.substr(static_cast<std::size_t>(parsed.ptr - rest.data()));
        if (parsed.ec != std::errc() || !behind.starts_with(", \""))
            continue;
        const std::string_view name = behind.substr(3);
        const std::size_t end = name.find('"');
        if (end == 0 || end > kLongestName) // npos is larger, too.
            continue;
        entry.name = name.substr(0, end);
        rest = name.substr(end);
        return entry;
    }
    return std::nullopt;
}

bool isRelease(std::string_view release, std::string_view majorMinor)
{
    return release.starts_with(majorMinor) && (release.size() == majorMinor.size() ||
                                               release[majorMinor.size()] == '.' || release[majorMinor.size()] == '-');
}

} // namespace

base::Result<DropReasons> DropReasons::readFormat(std::istream& input)
{
    std::string text(kLargestFormat, '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.gcount()));

    DropReasons reasons;
    const std::size_t symbolic = text.find("print fmt");
    std::string_view rest =
        symbolic == std::string::npos ? std::string_view() : std::string_view(text).substr(symbolic);
    while (const auto entry = nextEntry(rest))
        if (entry->name != "MAX") // The kernel's own end mark.
            reasons.m_names[entry->number] = entry->name;
    if (reasons.m_names.empty())
        return base::fail(base::ErrorCode::Usage, "the drop-reason file lists no reasons: give the traced kernel's "
                                                  "events/skb/kfree_skb/format from its tracefs");
    return reasons;
}

DropReasons DropReasons::forKernel(std::string_view release)
{
    for (const KnownKernel& kernel : kKnownKernels)
        if (isRelease(release, kernel.majorMinor))
            return parse(kernel.reasons);
    return {};
}

DropReasons DropReasons::parse(std::string_view symbolicList)
{
    DropReasons reasons;
    std::istringstream lines{std::string(symbolicList)};
    std::uint32_t number = 0;
    std::string name;
    while (lines >> number >> name)
        reasons.m_names[number] = name;
    return reasons;
}

std::string_view DropReasons::name(std::uint32_t reason) const
{
    const auto found = m_names.find(reason);
    return found == m_names.end() ? std::string_view() : std::string_view(found->second);
}

} // namespace vnscope::analyses::trackers
