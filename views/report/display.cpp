// SPDX-License-Identifier: Apache-2.0
#include "views/report/display.hpp"

#include <cstdint>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "storage/base/duration_text.hpp"
namespace vnscope::views::report {
namespace {

using chart::Unit;

bool isWhole(const storage::Value& value)
{
    return std::holds_alternative<std::int64_t>(value.cell());
}

bool isText(const storage::Value& value)
{
    return std::holds_alternative<std::string>(value.cell());
}

double numberOf(const storage::Value& value)
{
    return isWhole(value) ? static_cast<double>(value.integer()) : value.real();
}

} // namespace

std::string displayValue(const storage::Value& value, Unit unit, base::Timestamp origin)
{
    if (value.isNull())
        return std::string(kNoValue);
    if (isText(value))
        return value.text();
    if (isWhole(value) && unit == Unit::Time)
        return chart::formatOffset({value.integer()}, origin);
    if (isWhole(value) && (unit == Unit::Count || unit == Unit::Packets))
        return chart::formatCount(value.integer());
    if (isWhole(value) && unit == Unit::Nanoseconds)
        return base::formatDuration(value.integer());
    if (isWhole(value) && unit == Unit::None)
        return fmt::format("{}", value.integer());
    return chart::formatValue(numberOf(value), unit);
}

std::string exactValue(const storage::Value& value, Unit unit)
{
    if (value.isNull() || isText(value))
        return {};
    switch (unit) {
    case Unit::Time: return chart::formatTime({value.integer()}, 9);
    case Unit::Bytes:
    case Unit::Nanoseconds:
        if (isWhole(value))
            return fmt::format("{} {}", chart::formatCount(value.integer()), chart::unitName(unit));
        [[fallthrough]];
    case Unit::BitsPerSecond: return fmt::format("{:.0f} {}", numberOf(value), chart::unitName(unit));
    case Unit::Ratio:
    case Unit::Percent: return fmt::format("{}", numberOf(value));
    default: return {};
    }
}

std::string machineValue(const storage::Value& value)
{
    nlohmann::json json;
    if (isText(value))
        json = value.text();
    else if (isWhole(value))
        json = value.integer();
    else if (!value.isNull())
        json = value.real();
    return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace vnscope::views::report
