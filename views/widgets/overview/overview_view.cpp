// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/overview/overview_view.hpp"

#include <algorithm>
#include <utility>

#include <QLabel>

#include "views/chart/format.hpp"
#include "views/report/catalog.hpp"
#include "views/rows/csv_text.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::overview {
namespace {

using kit::toQString;

/// Lines of text that are longer are hard to read.
constexpr int kWidestCardLetters = 150;

/// What is shown around a moment, as a part of everything.
constexpr base::Nanoseconds kRoomPart = 200;

base::Result<std::vector<report::Section>> readSections(const storage::Store& store)
{
    const auto context = report::ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    std::vector<report::Section> sections;
    for (const auto build : {report::buildFindings, report::buildDataQuality}) {
        auto section = build(*context);
        if (!section)
            return tl::unexpected(std::move(section).error());
        sections.push_back(std::move(*section));
    }
    return sections;
}

report::Entries entriesOf(const report::Section& section)
{
    for (const report::Block& block : section.blocks) {
        if (const auto* entries = std::get_if<report::Entries>(&block))
            return *entries;
    }
    return {};
}

/// What the report says where a section has nothing.
QString nothingText(std::string_view section)
{
    const auto all = report::sections();
    const auto found = std::ranges::find(all, section, &report::SectionInfo::id);
    return found == all.end() ? QString() : toQString(found->nothing);
}

QLabel* heading(const QString& text)
{
    auto* label = new QLabel(text);
    label->setTextFormat(Qt::PlainText);
    QFont large = label->font();
    large.setPointSizeF(large.pointSizeF() * 1.25);
    large.setBold(true);
    label->setFont(large);
    label->setContentsMargins(0, 8, 0, 2);
    return label;
}

} // namespace

OverviewView::OverviewView(kit::Workspace& workspace)
    : View(workspace), m_scroll(new QScrollArea), m_content(new kit::WithNotice(m_scroll))
{
    setAccessibleName(Tr::tr("Overview"));
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_content);
    connect(&workspace.time, &model::TimeController::formatChanged, this, &OverviewView::rebuild);
    ask();
}

void OverviewView::ask()
{
    m_ticket = workspace().reader.ask(
        this, [](const storage::Store& store, const model::Stop&) { return readSections(store); },
        [this](base::Result<std::vector<report::Section>> sections) {
            if (sections)
                take(*sections);
            else
                m_content->showNotice(toQString(sections.error().text()));
        });
}

void OverviewView::take(const std::vector<report::Section>& sections)
{
    m_findings = entriesOf(sections.at(0));
    m_quality = entriesOf(sections.at(1));
    rebuild();
}

void OverviewView::rebuild()
{
    m_cards.clear();
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(12, 4, 12, 12);
    addList(*column, Tr::tr("Findings"), m_findings, "findings");
    addList(*column, Tr::tr("Data quality"), m_quality, "data_quality");
    column->addStretch();
    m_scroll->setWidget(page); // Deletes the one before.
}

void OverviewView::addList(QVBoxLayout& column, const QString& title, const report::Entries& list,
                           std::string_view section)
{
    column.addWidget(heading(QStringLiteral("%1 (%2)").arg(
        title, toQString(chart::formatCount(std::max<std::int64_t>(list.totalEntries, 0))))));
    for (const report::Entry& entry : list.entries) {
        auto* card = new EntryCard(entry, workspace().time);
        card->setMaximumWidth(fontMetrics().averageCharWidth() * kWidestCardLetters);
        m_cards.push_back(card);
        connect(card, &EntryCard::activated, this, [this, card] { goTo(*card->range()); });
        column.addWidget(card);
    }
    const auto left = list.totalEntries - static_cast<std::int64_t>(list.entries.size());
    QString remark = list.entries.empty() ? nothingText(section) : QString();
    if (left > 0)
        remark = Tr::tr("%1 more are in the store's table.").arg(toQString(chart::formatCount(left)));
    if (remark.isEmpty())
        return;
    auto* label = new QLabel(remark);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    column.addWidget(label);
}

void OverviewView::goTo(const base::TimeRange& range)
{
    model::TimeController& time = workspace().time;
    const base::Nanoseconds room = std::max(range.length() / 4, time.whole().length() / kRoomPart);
    time.show({range.begin - room, range.end + room});
    time.select(base::TimeRange{range.begin, std::max(range.end, range.begin + 1)});
}

QString OverviewView::csv() const
{
    using storage::Value;
    rows::CsvText text({"section", "rank", "urgency", "title", "text", "advice", "begin_ns", "end_ns"});
    const auto write = [&](const report::Entries& list, const char* section) {
        std::int64_t rank = 0;
        for (const report::Entry& entry : list.entries) {
            const auto range = rangeOf(entry);
            std::vector<Value> cells{section, ++rank, entry.badge, entry.title, entry.text, entry.advice, {}, {}};
            if (range) {
                cells[6] = range->begin;
                cells[7] = range->end;
            }
            text.add(cells);
        }
    };
    write(m_findings, "findings");
    write(m_quality, "data_quality");
    return QString::fromStdString(text.text());
}

kit::View* create(kit::Workspace& workspace)
{
    return new OverviewView(workspace);
}

} // namespace vnscope::views::widgets::overview
