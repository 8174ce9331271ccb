// SPDX-License-Identifier: Apache-2.0
#include "views/widgets/overview/overview_view.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <QLabel>

#include "views/chart/format.hpp"
#include "views/report/catalog.hpp"
#include "views/rows/csv_text.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"

namespace vnscope::views::widgets::overview {
namespace {

using kit::toQString;

/// Lines of text that are longer are hard to read.
constexpr int kWidestCardLetters = 150;
constexpr int kMargins = 60; ///< Of both lists, with the scroll bar.

/// What is shown around a moment, as a part of everything.
constexpr base::Nanoseconds kRoomPart = 200;

report::Entries entriesOf(const report::Section& section)
{
    for (const report::Block& block : section.blocks) {
        if (const auto* entries = std::get_if<report::Entries>(&block))
            return *entries;
    }
    return {};
}

/// The view that shows what an analysis found.
std::string viewOf(const std::string& analysis)
{
    static const std::map<std::string, std::string> kViews{
        {"bandwidth", "bandwidth"},   {"drops", "bandwidth"},   {"map", "topology"},
        {"microscope", "microscope"}, {"offload", "bandwidth"}, {"paths", "paths"},
        {"perfsight", "perfsight"},   {"softirq", "cpu"},       {"streams", "streams"}};
    const auto found = kViews.find(analysis);
    return found == kViews.end() ? std::string() : found->second;
}

std::optional<scope::Subject> subjectOf(const report::ReportContext& context, const std::string& kind,
                                        const storage::Value& id, const std::string& title)
{
    using Kind = scope::Subject::Kind;
    if (id.isNull())
        return std::nullopt;
    if (kind == "device")
        return scope::Subject{Kind::Device, id.integer(), context.deviceName(id).text()};
    static const std::map<std::string, Kind> kKinds{
        {"stream", Kind::Stream}, {"element", Kind::Element}, {"nf_element", Kind::Function}};
    const auto found = kKinds.find(kind);
    if (found == kKinds.end())
        return std::nullopt;
    // Titles begin with the name of what they are about.
    return scope::Subject{found->second, id.integer(), title.substr(0, title.find(' '))};
}

base::Result<std::vector<OverviewView::Place>> readPlaces(const report::ReportContext& context)
{
    const auto rows = context.read({"finding", {"analysis", "subject_kind", "subject_id", "title"}, {}, {"rank"}});
    if (!rows)
        return tl::unexpected(rows.error());
    std::vector<OverviewView::Place> places;
    for (const auto& row : rows->rows)
        places.push_back({viewOf(row[0].text()), subjectOf(context, row[1].text(), row[2], row[3].text())});
    return places;
}

base::Result<OverviewView::Content> readContent(const storage::Store& store)
{
    const auto context = report::ReportContext::create(store);
    if (!context)
        return tl::unexpected(context.error());
    const auto findings = report::buildFindings(*context);
    const auto quality = report::buildDataQuality(*context);
    auto places = readPlaces(*context);
    if (!findings || !quality || !places)
        return tl::unexpected(!findings ? findings.error() : !quality ? quality.error() : places.error());
    return OverviewView::Content{entriesOf(*findings), entriesOf(*quality), std::move(*places)};
}

/// The filter leaves what the finding is about; what is about nothing that can be filtered stays.
bool isLeft(const scope::Scope& scope, const OverviewView::Place& place)
{
    if (!place.subject)
        return true;
    switch (place.subject->kind) {
    case scope::Subject::Kind::Device: return scope::holds(scope.devices, place.subject->id);
    case scope::Subject::Kind::Stream: return scope::holds(scope.streams, place.subject->id);
    case scope::Subject::Kind::Element: return scope::holds(scope.elements, place.subject->id);
    case scope::Subject::Kind::Function: return scope::holds(scope.functions, place.subject->id);
    default: return true;
    }
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

void addRemark(QVBoxLayout& column, const QString& remark)
{
    if (remark.isEmpty())
        return;
    auto* label = new QLabel(remark);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    column.addWidget(label);
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
    connect(&workspace.filter, &model::CrossFilter::scopeChanged, this, &OverviewView::rebuild);
    ask();
}

void OverviewView::ask()
{
    m_ticket = workspace().reader.ask(
        this, [](const storage::Store& store, const model::Stop&) { return readContent(store); },
        [this](base::Result<Content> content) {
            if (!content) {
                m_content->showNotice(toQString(content.error().text()));
                return;
            }
            m_entries = std::move(*content);
            rebuild();
            emit narrowingKnown();
        });
}

bool OverviewView::isNarrowed() const
{
    const scope::Scope& scope = workspace().filter.scope();
    const std::size_t shown = m_entries.findings.entries.size();
    return std::any_of(m_entries.places.begin(),
                       m_entries.places.begin() + static_cast<std::ptrdiff_t>(std::min(shown, m_entries.places.size())),
                       [&](const Place& place) { return !isLeft(scope, place); });
}

void OverviewView::rebuild()
{
    m_cards.clear();
    auto* page = new QWidget;
    auto* all = new QVBoxLayout(page);
    all->setContentsMargins(12, 4, 12, 12);
    m_lists = new QBoxLayout(QBoxLayout::TopToBottom);
    const auto add = [this](const QString& title, const report::Entries& list, std::string_view section,
                            const std::vector<Place>& places) {
        auto* column = new QVBoxLayout;
        addList(*column, title, list, section, places);
        m_lists->addLayout(column);
        m_lists->setAlignment(column, Qt::AlignTop);
    };
    add(Tr::tr("Findings"), m_entries.findings, "findings", m_entries.places);
    add(Tr::tr("Data quality"), m_entries.quality, "data_quality", {});
    all->addLayout(m_lists);
    all->addStretch();
    m_scroll->setWidget(page); // Deletes the one before.
    layOutLists();
}

int OverviewView::widestCard() const
{
    return fontMetrics().averageCharWidth() * kWidestCardLetters;
}

/// Side by side where both have room.
void OverviewView::layOutLists()
{
    if (m_lists == nullptr)
        return;
    const bool hasRoom = width() > 2 * widestCard() + kMargins;
    m_lists->setDirection(hasRoom ? QBoxLayout::LeftToRight : QBoxLayout::TopToBottom);
}

void OverviewView::resizeEvent(QResizeEvent* event)
{
    View::resizeEvent(event);
    layOutLists();
}

void OverviewView::addCard(QVBoxLayout& column, const report::Entry& entry, const Place& place)
{
    auto* card = new EntryCard(entry, workspace().time);
    card->setMaximumWidth(widestCard());
    m_cards.push_back(card);
    connect(card, &EntryCard::activated, this, [this, card, place] {
        goTo(*card->range());
        if (place.subject)
            workspace().guide.show(place.view, *place.subject);
        else
            workspace().guide.show(place.view);
    });
    if (place.subject)
        new kit::SubjectMenu(workspace(), card, [place](const std::optional<QPoint>&) { return place.subject; });
    column.addWidget(card);
}

void OverviewView::addList(QVBoxLayout& column, const QString& title, const report::Entries& list,
                           std::string_view section, const std::vector<Place>& places)
{
    column.addWidget(heading(QStringLiteral("%1 (%2)").arg(
        title, toQString(chart::formatCount(std::max<std::int64_t>(list.totalEntries, 0))))));
    int hidden = 0;
    for (std::size_t index = 0; index < list.entries.size(); ++index) {
        const Place place = index < places.size() ? places[index] : Place{};
        if (isLeft(workspace().filter.scope(), place))
            addCard(column, list.entries[index], place);
        else
            ++hidden;
    }
    addRemark(column, hidden > 0 ? Tr::tr("The filter hides %1.").arg(hidden) : QString());
    const auto left = list.totalEntries - static_cast<std::int64_t>(list.entries.size());
    QString remark = list.entries.empty() ? nothingText(section) : QString();
    if (left > 0)
        remark = Tr::tr("%1 more are in the store's table.").arg(toQString(chart::formatCount(left)));
    addRemark(column, remark);
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
    write(m_entries.findings, "findings");
    write(m_entries.quality, "data_quality");
    return QString::fromStdString(text.text());
}

kit::View* create(kit::Workspace& workspace)
{
    return new OverviewView(workspace);
}

} // namespace vnscope::views::widgets::overview
