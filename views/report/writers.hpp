// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "views/report/document.hpp"

/// The three ways to print a document. They differ in looks only.
namespace vnscope::views::report {

void writeHtml(const Document& document, std::ostream& out);
void writeJson(const Document& document, std::ostream& out);
void writeText(const Document& document, std::ostream& out);

/// The same data as a chart as a table of few rows: for those who cannot see the chart. Counts are added up over each
/// row's time; rates and shares are shown as mean and peak.
[[nodiscard]] Table tableTwin(const chart::TimeChart& chart);

/// "Only the first 50 of 1,234 are shown. <advice>"; empty when all are.
[[nodiscard]] std::string moreText(std::size_t shown, std::int64_t total, std::string_view advice);

/// All headline facts of all sections, in order.
[[nodiscard]] std::vector<Fact> headline(const Document& document);

} // namespace vnscope::views::report
