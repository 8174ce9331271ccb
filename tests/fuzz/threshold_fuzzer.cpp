// SPDX-License-Identifier: Apache-2.0
// Any text as a --fail-if condition: it is understood and judged, or refused in a sentence.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "apps/vnscope/threshold/expression.hpp"
#include "apps/vnscope/threshold/judge.hpp"

namespace {

using namespace vnscope;
using namespace vnscope::cli::threshold;

/// Values that depend on the call alone; some are unknown, some calls fail.
class AnyMetrics final : public MetricSource {
public:
    base::Result<Measurement> measure(const MetricCall& call) override
    {
        switch (call.name.size() % 3) {
        case 0: return Measurement{static_cast<double>(call.argument.size()), {}};
        case 1: return Measurement{std::nullopt, "unknown"};
        default: return base::fail(base::ErrorCode::Usage, call.text());
        }
    }
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto expression = parse({reinterpret_cast<const char*>(data), size});
    if (!expression) {
        if (expression.error().message.empty())
            std::abort();
        return 0;
    }
    AnyMetrics metrics;
    const auto judgement = judge(*expression, metrics);
    if (judgement && (judgement->verdict == Verdict::Passed) != judgement->sentence.empty())
        std::abort();
    return 0;
}
