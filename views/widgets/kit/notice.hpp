// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QStackedLayout>
#include <QWidget>

namespace vnscope::views::widgets::kit {

/// Shows its content, or, while there is nothing to show, a sentence that says why and what to do.
class WithNotice final : public QWidget {
    Q_OBJECT

public:
    /// Takes the content over.
    explicit WithNotice(QWidget* content, QWidget* parent = nullptr);

    void showContent();
    /// `text` is plain text, whatever is in it.
    void showNotice(const QString& text);
    [[nodiscard]] bool isNotice() const;
    [[nodiscard]] QString notice() const { return m_text->text(); }

private:
    QStackedLayout* m_layout;
    QLabel* m_text;
};

} // namespace vnscope::views::widgets::kit
