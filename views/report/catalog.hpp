// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "storage/base/result.hpp"
#include "views/report/context.hpp"
#include "views/report/document.hpp"

namespace vnscope::views::report {

/// One section of the report. `build` gives the headline and the blocks; title, notes about missing events and notes
/// about lost data are added by buildDocument(), the same way for every section.
struct SectionInfo {
    std::string_view id; ///< In JSON, in HTML anchors and in the file name.
    std::string_view title;
    std::string_view question; ///< What it answers, for `vnscope list sections`.
    std::string_view analysis; ///< Whose results it shows; empty: what every store has.
    std::string_view nothing;  ///< What to say when all could run and there is nothing to show.
    base::Result<Section> (*build)(const ReportContext&);
};

/// All sections in the order of the report.
[[nodiscard]] std::span<const SectionInfo> sections();

// One function per file of this folder that has the section's name.
[[nodiscard]] base::Result<Section> buildFindings(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildDataQuality(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildDevices(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildDrops(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildOffload(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildTopology(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildStreams(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildPaths(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildMicroscope(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildPerfsight(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildCpu(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildVirtqueues(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildCoverage(const ReportContext& context);
[[nodiscard]] base::Result<Section> buildAbout(const ReportContext& context);

} // namespace vnscope::views::report
