// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QToolBar>
#include <QToolButton>

#include "views/model/cross_filter.hpp"

namespace vnscope::views::widgets::main_window {

/// What all views are narrowed to, each with a button that takes it away. Hidden while there is nothing.
class FilterBar final : public QToolBar {
    Q_OBJECT

public:
    explicit FilterBar(QWidget* parent = nullptr);

    /// nullptr: there is no filter to show.
    void follow(model::CrossFilter* filter);
    /// One for each subject, in their order.
    [[nodiscard]] const std::vector<QToolButton*>& buttons() const { return m_buttons; }

private:
    void rebuild();

    model::CrossFilter* m_filter = nullptr;
    std::vector<QToolButton*> m_buttons;
};

} // namespace vnscope::views::widgets::main_window
