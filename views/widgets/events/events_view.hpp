// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QPlainTextEdit>
#include <QTimer>
#include <QToolButton>

#include "views/widgets/kit/notice.hpp"
#include "views/widgets/kit/table_panel.hpp"
#include "views/widgets/kit/view.hpp"

namespace vnscope::views::widgets::events {

/// The events themselves, in the order of time. Those that are chosen here are selected in time, for all views; a time
/// that is selected elsewhere is shown by choosing its events here. The table has all events, or, on demand, those of
/// the time that is visible. Below it stand all fields of the chosen event, for which a row may be too short.
class EventsView final : public kit::View {
    Q_OBJECT

public:
    explicit EventsView(kit::Workspace& workspace);

    [[nodiscard]] kit::TablePanel& panel() { return *m_panel; }
    [[nodiscard]] QToolButton& visibleOnly() { return *m_visibleOnly; }
    [[nodiscard]] kit::TablePanel* tablePanel() override { return m_panel; }
    [[nodiscard]] bool isNarrowed() const override;
    [[nodiscard]] const kit::WithNotice& content() const { return *m_content; }
    /// The fields of the chosen event; empty: none is chosen.
    [[nodiscard]] QString details() const { return m_details->toPlainText(); }
    /// That there are more events than were kept; empty: there are not.
    [[nodiscard]] QString remark() const { return m_remark->text(); }

protected:
    bool showSubject(const scope::Subject& subject) override;

private:
    [[nodiscard]] std::size_t columnOf(const char* name) const;
    [[nodiscard]] std::vector<scope::Subject> subjectsAt(const std::optional<QPoint>& at) const;
    void makeMenu();
    void makeTools();
    [[nodiscard]] QWidget* tableWithDetails();
    void showDetails(const std::vector<storage::Value>& cells);
    void selectTime();
    void followSelection();
    void followVisible();
    void narrow();
    void askForRemark();

    kit::TablePanel* m_panel;
    QPlainTextEdit* m_details;
    kit::WithNotice* m_content;
    QLabel* m_remark;
    QToolButton* m_visibleOnly;
    QTimer m_narrowing; ///< Until the visible range has come to rest.
    model::Ticket m_finding;
    model::Ticket m_asking;
    model::Ticket m_remarking;
    std::vector<storage::Select::Condition> m_visible; ///< The ids of the visible time, when it is wanted.
    bool m_isWaiting = false;                          ///< Rows were chosen that are not here yet.
    bool m_isChoosing = false;                         ///< The selection of time changes because of a row.
};

[[nodiscard]] kit::View* create(kit::Workspace& workspace);

} // namespace vnscope::views::widgets::events
