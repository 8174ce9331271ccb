// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QLabel>
#include <QTreeWidget>
#include <QWidget>

namespace vnscope::storage {
class Store;
}

namespace vnscope::views::widgets::sql {

/// The tables of a store with their columns, and below them what one row of the current table is.
class SchemaBrowser final : public QWidget {
    Q_OBJECT

public:
    explicit SchemaBrowser(const storage::Store& store, QWidget* parent = nullptr);

    [[nodiscard]] QTreeWidget& tree() { return *m_tree; }
    [[nodiscard]] QString description() const { return m_description->text(); }

signals:
    /// A table or column was activated: by double click or with the enter key.
    void nameChosen(const QString& name);

private:
    void fill(const storage::Store& store);
    void describe(const QTreeWidgetItem* item);

    QTreeWidget* m_tree;
    QLabel* m_description;
};

} // namespace vnscope::views::widgets::sql
