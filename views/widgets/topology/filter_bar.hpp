// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <QComboBox>
#include <QLabel>
#include <QLineEdit>
#include <QWidget>

#include "views/widgets/topology/map_scene.hpp"

namespace vnscope::views::widgets::topology {

/// What of the map is asked for: a VLAN, a text.
class FilterBar final : public QWidget {
    Q_OBJECT

public:
    explicit FilterBar(QWidget* parent = nullptr);

    [[nodiscard]] QComboBox& vlans() { return *m_vlan; }
    [[nodiscard]] QLineEdit& searchBox() { return *m_search; }
    void addVlan(int vlan);
    /// As if it was chosen; 0, or one that there is not: all.
    void showVlan(int vlan);
    /// Its devices are not asked for here.
    [[nodiscard]] MapFilter filter() const;
    /// How often the text was found, if there is one.
    void showFound(std::ptrdiff_t boxes, std::ptrdiff_t ports);

signals:
    void vlanChosen(int vlan); ///< 0: all.
    void textChanged();
    /// Return in the search box.
    void nextAsked();

private:
    QComboBox* m_vlan;
    QLineEdit* m_search;
    QLabel* m_found;
};

} // namespace vnscope::views::widgets::topology
