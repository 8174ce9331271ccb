// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "analyses/perfsight/chains.hpp"
#include "analyses/perfsight/root_cause.hpp"
#include "analyses/perfsight/rule_book.hpp"
#include "analyses/perfsight/scene.hpp"
#include "analyses/perfsight/shortage.hpp"
#include "storage/base/data_quality.hpp"
#include "storage/base/time.hpp"

namespace vnscope::analyses::perfsight {

/// A chain and what Algorithm 2 says of it.
struct DiagnosedChain {
    Chain chain;
    Diagnosis diagnosis;
};

/// Both algorithms over one window of a scene.
struct Assessment {
    base::TimeRange range;
    std::vector<ElementLoss> losses; ///< Of all hosts, the most first.
    std::vector<ShortageVerdict> shortages;
    std::vector<DiagnosedChain> chains;
    std::vector<base::DataQuality> quality;
};

/// A time range is taken from the first sample in it to the last. Only subjects of `tenant` are looked at unless it is
/// empty; what has no tenant is everybody's.
[[nodiscard]] Assessment assess(const Scene& scene, base::TimeRange range, const RuleBook& book,
                                std::string_view tenant = {});

} // namespace vnscope::analyses::perfsight
