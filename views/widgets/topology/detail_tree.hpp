// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include <QTreeWidget>

#include "views/widgets/topology/details.hpp"

namespace vnscope::views::widgets::topology {

/// All that is known of what is chosen, a section for each thing.
class DetailTree final : public QTreeWidget {
    Q_OBJECT

public:
    explicit DetailTree(QWidget* parent = nullptr);

    /// None: nothing is chosen, and that is said.
    void setSections(const std::vector<DetailSection>& sections);
};

} // namespace vnscope::views::widgets::topology
