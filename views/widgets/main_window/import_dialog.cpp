// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/main_window/import_dialog.hpp"

#include <QDialogButtonBox>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QFormLayout>
#include <QLabel>
#include <QMimeData>
#include <QShortcut>
#include <QVBoxLayout>

#include "views/widgets/kit/tr.hpp"
#include "views/widgets/main_window/dropped_files.hpp"

namespace vnscope::views::widgets::main_window {
namespace {

constexpr int kWidth = 620;

/// A line for a path, and a button that asks for it.
template <typename Ask> QLayout* pathLine(QLineEdit& line, const QString& button, Ask ask)
{
    auto* choose = new QPushButton(button);
    choose->setAutoDefault(false);
    QObject::connect(choose, &QPushButton::clicked, &line, ask);
    auto* both = new QHBoxLayout;
    both->addWidget(&line, 1);
    both->addWidget(choose);
    return both;
}

} // namespace

ImportDialog::ImportDialog(QWidget* parent)
    : QDialog(parent),
      m_traces(new QListWidget),
      m_store(new QLineEdit),
      m_symbols(new QLineEdit),
      m_keepEvents(new QCheckBox(Tr::tr("&Keep the events themselves, for the view Events (about 130 bytes each)")))
{
    setWindowTitle(Tr::tr("Import traces"));
    setAcceptDrops(true);
    m_keepEvents->setChecked(true);
    auto* layout = new QVBoxLayout(this);
    auto* label = new QLabel(
        Tr::tr("&Traces of one session: folders with traces, or logs of QEMU, of its hosts and guests. They can be "
               "dropped here."));
    label->setWordWrap(true);
    label->setBuddy(m_traces);
    layout->addWidget(label);
    layout->addLayout(makeList(), 1);
    layout->addLayout(makeOptions());
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
    m_import = buttons->addButton(Tr::tr("&Import"), QDialogButtonBox::AcceptRole);
    m_import->setDefault(true);
    buttons->button(QDialogButtonBox::Cancel)
        ->setAutoDefault(false); // Else Enter means it as long as nothing is listed.
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    layout->addWidget(buttons);
    resize(kWidth, sizeHint().height());
    followTraces();
}

QLayout* ImportDialog::makeList()
{
    m_traces->setAccessibleName(Tr::tr("Traces to be imported"));
    m_traces->setSelectionMode(QAbstractItemView::ExtendedSelection);
    m_traces->setTextElideMode(Qt::ElideMiddle);
    connect(new QShortcut(QKeySequence::Delete, m_traces, {}, {}, Qt::WidgetShortcut), &QShortcut::activated, this,
            &ImportDialog::removeChosen);
    auto* buttons = new QVBoxLayout;
    const auto add = [&](const QString& text, auto what) {
        auto* button = new QPushButton(text);
        button->setAutoDefault(false);
        connect(button, &QPushButton::clicked, this, what);
        buttons->addWidget(button);
        return button;
    };
    add(Tr::tr("Add &folder…"), &ImportDialog::askForFolder);
    add(Tr::tr("Add &log…"), &ImportDialog::askForLogs);
    m_remove = add(Tr::tr("&Remove"), &ImportDialog::removeChosen);
    buttons->addStretch();
    connect(m_traces, &QListWidget::itemSelectionChanged, this, &ImportDialog::followTraces);
    auto* both = new QHBoxLayout;
    both->addWidget(m_traces, 1);
    both->addLayout(buttons);
    return both;
}

QLayout* ImportDialog::makeOptions()
{
    m_symbols->setPlaceholderText(Tr::tr("to name the places of drops; else kallsyms of the trace"));
    connect(m_store, &QLineEdit::textEdited, this, [this] {
        m_isStoreWritten = true;
        followTraces();
    });
    auto* form = new QFormLayout;
    const auto add = [&](const QString& name, QLineEdit* line, QLayout* row) {
        auto* label = new QLabel(name);
        label->setBuddy(line);
        form->addRow(label, row);
    };
    add(Tr::tr("&Store:"), m_store, pathLine(*m_store, Tr::tr("Ch&oose…"), [this] { askForStore(); }));
    add(Tr::tr("Kernel s&ymbols:"), m_symbols, pathLine(*m_symbols, Tr::tr("Choos&e…"), [this] { askForSymbols(); }));
    form->addRow(m_keepEvents);
    return form;
}

void ImportDialog::addTraces(const QStringList& paths)
{
    for (const QString& path : paths)
        if (m_traces->findItems(path, Qt::MatchExactly).isEmpty())
            m_traces->addItem(path);
    followTraces();
}

/// What the list says of the rest of the dialog.
void ImportDialog::followTraces()
{
    const bool isEmpty = m_traces->count() == 0;
    if (!m_isStoreWritten)
        m_store->setText(isEmpty ? QString() : model::storeBeside(m_traces->item(0)->text()));
    if (m_import != nullptr)
        m_import->setEnabled(!isEmpty && !m_store->text().isEmpty());
    m_remove->setEnabled(!m_traces->selectedItems().isEmpty());
}

void ImportDialog::removeChosen()
{
    qDeleteAll(m_traces->selectedItems());
    followTraces();
}

model::ImportRequest ImportDialog::request() const
{
    model::ImportRequest request;
    for (int row = 0; row < m_traces->count(); ++row)
        request.traces.append(m_traces->item(row)->text());
    request.store = m_store->text();
    request.symbols = m_symbols->text();
    request.keepsEvents = m_keepEvents->isChecked();
    return request;
}

void ImportDialog::askForFolder()
{
    const QString path = QFileDialog::getExistingDirectory(this, Tr::tr("A folder with traces"));
    if (!path.isEmpty())
        addTraces({path});
}

void ImportDialog::askForLogs()
{
    addTraces(QFileDialog::getOpenFileNames(this, Tr::tr("Logs of QEMU")));
}

void ImportDialog::askForStore()
{
    // Whether one that is there is to be replaced is asked when the import begins.
    const QString path =
        QFileDialog::getSaveFileName(this, Tr::tr("The store to be made"), m_store->text(), Tr::tr("Stores (*.vns)"),
                                     nullptr, QFileDialog::DontConfirmOverwrite);
    if (path.isEmpty())
        return;
    m_isStoreWritten = true;
    m_store->setText(path);
    followTraces();
}

void ImportDialog::askForSymbols()
{
    const QString path = QFileDialog::getOpenFileName(this, Tr::tr("kallsyms or System.map of the traced boot"));
    if (!path.isEmpty())
        m_symbols->setText(path);
}

void ImportDialog::dragEnterEvent(QDragEnterEvent* event)
{
    if (!localFiles(*event->mimeData()).isEmpty())
        event->acceptProposedAction();
}

void ImportDialog::dropEvent(QDropEvent* event)
{
    addTraces(localFiles(*event->mimeData()));
    event->acceptProposedAction();
}

} // namespace vnscope::views::widgets::main_window
