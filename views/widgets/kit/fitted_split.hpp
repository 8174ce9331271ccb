// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QSplitter>

namespace vnscope::views::widgets::kit {

/// Two widgets, one above the other. Until the reader moves the handle, the upper one is as high as it asks for, at
/// most `mostShare` of all; and it gets what the lower one does not ask for, unless that one's size policy expands.
class FittedSplit final : public QSplitter {
    Q_OBJECT

public:
    explicit FittedSplit(double mostShare = 0.6, QWidget* parent = nullptr);

    /// For when content has come: before, nobody knows how high it is. By itself when it is resized.
    void fit();

protected:
    void resizeEvent(QResizeEvent* event) override;

private:
    double m_mostShare;
    bool m_isMoved = false;
};

} // namespace vnscope::views::widgets::kit
