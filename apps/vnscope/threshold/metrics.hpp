// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "apps/vnscope/threshold/expression.hpp"
#include "apps/vnscope/threshold/judge.hpp"
#include "storage/store.hpp"

namespace vnscope::cli::threshold {

/// What a metric is asked of.
enum class Argument { None, OptionalDevice, Device, Place, Cpu };

/// One number that `--fail-if` can judge.
struct MetricInfo {
    std::string_view name;
    Argument argument = Argument::None;
    std::string_view unit; ///< "packets", "bit/s", "share" (0 to 1), ...
    std::string_view meaning;
    std::string_view analysis; ///< Without whose result the value is unknown; empty: always known.
};

/// All metrics, sorted by name.
[[nodiscard]] std::vector<MetricInfo> metrics();

/// Refuses (code Usage) a metric that does not exist, an argument too many or too few, before any trace is read.
[[nodiscard]] base::Result<void> checkMetrics(const Expression& expression);

/// Metrics of a finished store.
class StoreMetrics final : public MetricSource {
public:
    explicit StoreMetrics(const storage::Store& store) : m_store(store) {}

    [[nodiscard]] base::Result<Measurement> measure(const MetricCall& call) override;

private:
    const storage::Store& m_store;
};

} // namespace vnscope::cli::threshold
