// SPDX-License-Identifier: Apache-2.0
#include "tests/gui/view_numbers/shown.hpp"

#include <QRegularExpression>

#include "storage/base/duration_text.hpp"

namespace vnscope::views::widgets::numbers {

json toJson(const storage::Value& value)
{
    return std::visit(
        [](const auto& cell) -> json {
            if constexpr (std::is_same_v<std::decay_t<decltype(cell)>, std::monostate>)
                return nullptr;
            else
                return cell;
        },
        value.cell());
}

std::vector<std::map<std::string, json>> rowsOf(const report::Table& table)
{
    std::vector<std::map<std::string, json>> rows;
    for (const report::Row& row : table.rows) {
        rows.emplace_back();
        for (std::size_t column = 0; column < table.columns.size(); ++column)
            rows.back()[table.columns[column].key] = toJson(row.cells[column]);
    }
    return rows;
}

std::map<std::string, Told> parseTip(const QString& tip)
{
    static const QRegularExpression kLine(QStringLiteral("^(\\S+) (.+) \\(in (.+)\\)$"),
                                          QRegularExpression::MultilineOption);
    std::map<std::string, Told> told;
    for (auto line = kLine.globalMatch(tip); line.hasNext();) {
        const auto found = line.next();
        Told one{found.captured(2).toStdString(), 0};
        for (const std::int64_t width : {kMs, 10 * kMs, 100 * kMs, kSecond, 10 * kSecond})
            if (base::formatDuration(width) == found.captured(3).toStdString())
                one.width = width;
        EXPECT_GT(one.width, 0) << "no width that tables have: " << tip.toStdString();
        told.emplace(found.captured(1).toStdString(), one);
    }
    return told;
}

std::vector<chart::TimeScale> zoomsOf(const TimeRange& whole, Timestamp about)
{
    const TimeRange near{about - 400 * kMs, about + 400 * kMs};
    return {{whole, 1100}, {whole, 150}, {whole, 40}, {near, 1100}};
}

} // namespace vnscope::views::widgets::numbers
