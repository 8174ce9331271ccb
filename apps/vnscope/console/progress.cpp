// SPDX-License-Identifier: Apache-2.0
#include "apps/vnscope/console/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <ostream>
#include <utility>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace vnscope::cli {
namespace {

constexpr std::chrono::milliseconds kRedrawInterval{100};
constexpr std::chrono::duration<double> kEstimateAfter{1.0};

/// 1234567 -> "1.23 M"; three significant digits, decimal prefixes.
std::string scaled(double number)
{
    constexpr std::array<const char*, 5> kPrefixes{"", " k", " M", " G", " T"};
    std::size_t prefix = 0;
    while (number >= 999.5 && prefix + 1 < kPrefixes.size()) {
        number /= 1000;
        ++prefix;
    }
    if (prefix == 0)
        return fmt::format("{:.0f}", number);
    const int decimals = number < 9.995 ? 2 : number < 99.95 ? 1 : 0;
    return fmt::format("{:.{}f}{}", number, decimals, kPrefixes[prefix]);
}

std::string clockText(double seconds)
{
    const auto whole = static_cast<long long>(std::ceil(seconds));
    if (whole >= 3600)
        return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::size_t terminalColumns()
{
    constexpr std::size_t kUsual = 80;
    winsize size{};
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return kUsual;
    return size.ws_col;
}

} // namespace

std::string progressLine(std::string_view what, const tracepoints::SourceProgress& progress,
                         std::chrono::duration<double> elapsed, std::size_t columns)
{
    const auto bytes = static_cast<double>(progress.bytesRead);
    const auto total = static_cast<double>(progress.bytesTotal);
    const double done = total > 0 ? std::min(bytes / total, 1.0) : 0;
    std::string line{what};
    if (total > 0)
        line += fmt::format(" {:3.0f}%", std::floor(done * 100));
    line += fmt::format("  {} events", scaled(static_cast<double>(progress.events)));
    line += total > 0 ? fmt::format("  {}B of {}B", scaled(bytes), scaled(total)) : fmt::format("  {}B", scaled(bytes));
    if (elapsed >= kEstimateAfter) {
        line += fmt::format("  {} events/s", scaled(static_cast<double>(progress.events) / elapsed.count()));
        if (done > 0 && done < 1)
            line += fmt::format("  {} left", clockText(elapsed.count() * (1 - done) / done));
    }
    if (line.size() > columns)
        line.resize(columns);
    return line;
}

std::string progressJson(const tracepoints::SourceProgress& progress)
{
    return fmt::format(R"({{"bytes_read": {}, "bytes_total": {}, "events": {}}})", progress.bytesRead,
                       progress.bytesTotal, progress.events);
}

ProgressDisplay::ProgressDisplay(const Console& console, std::string what)
    : m_console(console), m_what(std::move(what)), m_begin(Clock::now()), m_nextDraw(m_begin + kRedrawInterval)
{
}

ProgressDisplay::~ProgressDisplay()
{
    clear();
}

void ProgressDisplay::update(const tracepoints::SourceProgress& progress)
{
    if (m_console.progress == ProgressStyle::None)
        return;
    const Clock::time_point now = Clock::now();
    if (now < m_nextDraw)
        return;
    m_nextDraw = now + kRedrawInterval;
    if (m_console.progress == ProgressStyle::JsonLines) {
        m_console.err << progressJson(progress) << std::endl;
        return;
    }
    m_isDrawn = true;
    // The last column stays free: terminals differ in what they do after writing it.
    m_console.err << "\r\x1b[K" << progressLine(m_what, progress, now - m_begin, terminalColumns() - 1) << std::flush;
}

void ProgressDisplay::clear()
{
    if (!m_isDrawn)
        return;
    m_isDrawn = false;
    m_console.err << "\r\x1b[K" << std::flush;
}

} // namespace vnscope::cli
