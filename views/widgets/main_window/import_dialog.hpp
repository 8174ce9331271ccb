// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QCheckBox>
#include <QDialog>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>

#include "views/model/trace_import.hpp"

namespace vnscope::views::widgets::main_window {

/// Asks which traces are to be imported, and how: several are one session. Folders and logs may be dropped here, too.
class ImportDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ImportDialog(QWidget* parent = nullptr);

    /// Each once, below those that are there.
    void addTraces(const QStringList& paths);
    [[nodiscard]] model::ImportRequest request() const;

    [[nodiscard]] QListWidget& traces() { return *m_traces; }
    /// The store to be made: beside the first trace, until somebody writes another one.
    [[nodiscard]] QLineEdit& store() { return *m_store; }
    [[nodiscard]] QLineEdit& symbols() { return *m_symbols; }
    [[nodiscard]] QCheckBox& keepEvents() { return *m_keepEvents; }
    [[nodiscard]] QPushButton& importButton() { return *m_import; }

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    [[nodiscard]] QLayout* makeList();
    [[nodiscard]] QLayout* makeOptions();
    void askForFolder();
    void askForLogs();
    void askForStore();
    void askForSymbols();
    void removeChosen();
    void followTraces();

    QListWidget* m_traces;
    QLineEdit* m_store;
    QLineEdit* m_symbols;
    QCheckBox* m_keepEvents;
    QPushButton* m_import = nullptr;
    QPushButton* m_remove = nullptr;
    bool m_isStoreWritten = false; ///< By the user: it no longer follows the traces.
};

} // namespace vnscope::views::widgets::main_window
