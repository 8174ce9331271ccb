// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/kit/split.hpp"

#include <algorithm>

#include <QSplitter>

namespace vnscope::views::widgets::kit {

void fitTop(QSplitter& split, double mostShare)
{
    constexpr int kUsualHeight = 640; // Of one that was not shown yet.
    const int height = std::max(split.height(), kUsualHeight);
    const int top = std::min(split.widget(0)->sizeHint().height(), static_cast<int>(height * mostShare));
    QList<int> sizes{top};
    for (int part = 1; part < split.count(); ++part)
        sizes.push_back((height - top) / (split.count() - 1));
    split.setSizes(sizes);
}

} // namespace vnscope::views::widgets::kit
