// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "views/report/cpu.hpp"
#include "views/widgets/kit/fitted_split.hpp"
#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/report_table.hpp"
#include "views/widgets/kit/track_view.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::cpu {

/// The share of its time that each CPU spent in the network's softirqs, over time and as a table of the time in focus;
/// which CPUs worked on the packets of which device; and the polls of NICs. A filter leaves devices, and the CPUs that
/// worked on their packets.
class CpuView final : public kit::View {
    Q_OBJECT

public:
    explicit CpuView(kit::Workspace& workspace);

    /// A softirq of a CPU.
    struct Softirq {
        std::string host;
        std::int64_t cpu = 0;
        std::string vector;
        std::int64_t runs = 0;
        base::Nanoseconds time = 0;
        base::Nanoseconds longest = 0;
    };
    /// What is the same whatever is visible.
    struct Whole {
        std::vector<Softirq> softirqs;
        report::DeviceRows devices;
        report::DeviceRows polls;
        bool tellsDevices = false; ///< It is known which CPUs worked on which device's packets.
    };

    [[nodiscard]] kit::TrackView& tracks() { return *m_tracks; }
    [[nodiscard]] kit::ReportTable& table() { return *m_table; }
    [[nodiscard]] kit::ReportTable& devices() { return *m_devices.table; }
    [[nodiscard]] kit::ReportTable& polls() { return *m_polls.table; }
    [[nodiscard]] bool isNarrowed() const override;
    /// Why nothing is shown; empty: something is.
    [[nodiscard]] QString notice() const { return m_content->notice(); }
    [[nodiscard]] QString csv() const override;

private:
    /// A table with a device in each row.
    struct DeviceTable {
        kit::ReportTable* table;
        std::vector<std::optional<std::int64_t>> devices; ///< By row.

        void set(report::DeviceRows rows);
    };

    void makeMenu(const DeviceTable& of);
    void askWhole();
    void showWhole(Whole whole);
    void askTable();

    kit::TrackView* m_tracks;
    kit::ReportTable* m_table;
    DeviceTable m_devices;
    DeviceTable m_polls;
    kit::FittedSplit* m_split;
    kit::WithNotice* m_content;
    std::vector<Softirq> m_softirqs; ///< In the order of tracks and table.
    bool m_tellsDevices = false;
    model::Ticket m_ticket;
    model::Ticket m_tableTicket;
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::cpu
