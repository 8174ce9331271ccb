// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include <QCompleter>
#include <QLineEdit>
#include <QStringListModel>

#include "views/filter/parser.hpp"

namespace vnscope::views::widgets::kit {

/// Where conditions on rows are typed (views/filter/parser.hpp has the language). Underlines what is wrong while it is
/// typed, proposes names and signs, and applies with Enter, or at once when it is emptied.
class FilterLine final : public QLineEdit {
    Q_OBJECT

public:
    explicit FilterLine(filter::Language language, QWidget* parent = nullptr);

    [[nodiscard]] const std::optional<filter::Problem>& problem() const { return m_problem; }
    /// As if somebody typed and applied it.
    void applyText(const QString& text);
    /// What is wrong and where; empty: nothing is.
    [[nodiscard]] QString problemText() const;
    /// What is proposed now.
    [[nodiscard]] QStringList proposals() const { return m_words->stringList(); }

signals:
    /// problem() may be another one.
    void checked();
    void applied(const std::vector<vnscope::storage::Select::Condition>& conditions);

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    void check();
    void apply();
    void propose();
    void complete(const QString& word);
    /// Characters before the byte of the text's UTF-8.
    [[nodiscard]] int positionOf(std::size_t byte) const;
    /// Pixels from the left of a character, as the line is scrolled now.
    [[nodiscard]] int xOf(int position) const;

    filter::Language m_language;
    filter::Conditions m_conditions;
    std::optional<filter::Problem> m_problem;
    QStringListModel* m_words;
    QCompleter* m_completer;
};

} // namespace vnscope::views::widgets::kit
