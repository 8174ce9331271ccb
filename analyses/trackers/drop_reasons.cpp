// SPDX-License-Identifier: Apache-2.0
#include "analyses/trackers/drop_reasons.hpp"

#include <array>
#include <charconv>
#include <regex>
#include <sstream>

#include "embedded/analyses_trackers_kLinux61.hpp"
#include "embedded/analyses_trackers_kLinux618.hpp"

namespace vnscope::analyses::trackers {

namespace {

/// A kernel's format file is a few KiB; anything much larger is not one.
constexpr std::size_t kLargestFormat = 1U << 20U;

struct KnownKernel {
    std::string_view majorMinor;
    std::string_view reasons; ///< "number NAME" lines, taken from that kernel's own format file.
};

const std::array kKnownKernels{
    KnownKernel{"6.1", embedded::kLinux61},
    KnownKernel{"6.18", embedded::kLinux618},
};

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

    static const std::regex kEntry(R"re(\{ *(\d{1,9}), *"([A-Za-z0-9_]{1,64})" *\})re");
    DropReasons reasons;
    const std::size_t symbolic = text.find("print fmt");
    if (symbolic != std::string::npos) {
        for (std::sregex_iterator it(text.begin() + static_cast<std::ptrdiff_t>(symbolic), text.end(), kEntry), end;
             it != end; ++it)
            if ((*it)[2] != "MAX")
                reasons.m_names[static_cast<std::uint32_t>(std::stoul((*it)[1]))] = (*it)[2];
    }
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
