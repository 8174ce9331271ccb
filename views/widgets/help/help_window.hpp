// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLineEdit>
#include <QListWidget>
#include <QTextBrowser>
#include <QWidget>

namespace vnscope::views::widgets::help {

/// The user guide: its headings at the left, a search above. Links to the web are opened by whoever the desktop chose.
class HelpWindow final : public QWidget {
    Q_OBJECT

public:
    explicit HelpWindow(QWidget* parent = nullptr);

    /// Scrolls to a heading of the guide; stays where there is none of that text.
    void showHeading(const QString& text);

    [[nodiscard]] QTextBrowser& text() { return *m_text; }
    [[nodiscard]] QListWidget& headings() { return *m_headings; }
    [[nodiscard]] QLineEdit& searchBox() { return *m_search; }

private:
    void fillHeadings();
    void scrollTo(int position);
    void findNext();

    QTextBrowser* m_text;
    QListWidget* m_headings;
    QLineEdit* m_search;
};

} // namespace vnscope::views::widgets::help
