// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/sql/examples.hpp"

#include <array>

#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::sql {
namespace {

constexpr std::array kExamples{
    Example{QT_TRANSLATE_NOOP("vnscope", "Traffic and drops of each device"),
            "SELECT name, kind, rx_packets, tx_packets, drops\n"
            "  FROM device_total\n"
            " ORDER BY drops DESC, rx_bytes + tx_bytes DESC"},
    Example{QT_TRANSLATE_NOOP("vnscope", "Where packets were dropped"),
            "SELECT device, place, reason_name, drops, first_ns, last_ns\n"
            "  FROM drop_summary\n"
            " ORDER BY drops DESC"},
    Example{QT_TRANSLATE_NOOP("vnscope", "The ten largest conversations"),
            "SELECT protocol, addr_a, port_a, addr_b, port_b, packets, bytes\n"
            "  FROM stream_total\n"
            " ORDER BY bytes DESC\n"
            " LIMIT 10"},
    Example{QT_TRANSLATE_NOOP("vnscope", "Where packets waited longest"),
            "SELECT \"from\", \"to\", count(*) AS steps, max(wait_ns) AS max_ns, avg(wait_ns) AS mean_ns\n"
            "  FROM packet_step\n"
            " WHERE wait_ns IS NOT NULL\n"
            " GROUP BY \"from\", \"to\"\n"
            " ORDER BY max_ns DESC\n"
            " LIMIT 20"},
    Example{QT_TRANSLATE_NOOP("vnscope", "What changed in the topology"), "SELECT ts_ns, kind, subject, detail\n"
                                                                          "  FROM topology_change\n"
                                                                          " ORDER BY ts_ns\n"
                                                                          " LIMIT 1000"},
    Example{QT_TRANSLATE_NOOP("vnscope", "What was wrong with the trace"), "SELECT *\n  FROM data_quality"},
};

} // namespace

std::span<const Example> examples()
{
    return kExamples;
}

} // namespace vnscope::views::widgets::sql
