// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "apps/vnscope/threshold/expression.hpp"
#include "storage/base/result.hpp"

namespace vnscope::cli::threshold {

/// A metric's value, or why it has none.
struct Measurement {
    std::optional<double> value;
    std::string whyUnknown; ///< A clause: "the trace has no napi_poll events". Only without a value.
};

/// Where metrics come from. An unknown metric, device or place is an Error of code Usage.
class MetricSource {
public:
    MetricSource() = default;
    MetricSource(const MetricSource&) = delete;
    MetricSource& operator=(const MetricSource&) = delete;
    virtual ~MetricSource() = default;

    [[nodiscard]] virtual base::Result<Measurement> measure(const MetricCall& call) = 0;
};

enum class Verdict {
    Passed,  ///< The condition does not hold.
    Failed,  ///< The condition holds: a threshold is broken.
    Unknown, ///< A value that decides is not known. Whoever gates on it must not pass.
};

struct Judgement {
    Verdict verdict = Verdict::Passed;
    /// One sentence without a full stop; empty when passed.
    std::string sentence;
};

/// Whether the condition of `--fail-if` holds. Every metric is measured, so that a misspelt device is an error even
/// where the other side of an "or" already decides; "unknown" follows three-valued logic.
[[nodiscard]] base::Result<Judgement> judge(const Expression& expression, MetricSource& source);

/// A measured value for a sentence: whole numbers exactly, others with six digits.
[[nodiscard]] std::string valueText(double value);

} // namespace vnscope::cli::threshold
