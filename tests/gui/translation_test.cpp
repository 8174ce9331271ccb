// SPDX-License-Identifier: Apache-2.0
//
// Every text of the window that is for people goes through the translator. The one here puts brackets around what it
// translates, so that a text without them was forgotten. As translations are longer than the original, this is also
// where texts that have no room would be seen. Exempt is what no translator can know:
//
//   data          a text that stands in the store: a cell, the name of a table or column, a comment; names of files
//   no words      numbers, signs, a letter with a number
//   reports       views/report and views/diagram make tables, entries and pictures for reports in files too, which have
//                 one language: what is in a kit::ReportTable or on an overview::EntryCard, the names of pictures, and
//                 what a report says of a section without a result
//   the guide     the text of the user guide and its headings
//   Qt's own      parts that Qt makes within its widgets; Qt brings their translations
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include <QAbstractButton>
#include <QAction>
#include <QComboBox>
#include <QDockWidget>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QRegularExpression>
#include <QTabBar>
#include <QTableView>
#include <QTest>
#include <QTextBrowser>
#include <QTextDocumentFragment>
#include <QTranslator>
#include <QTreeWidget>

#include "tests/gui/settle.hpp"
#include "tests/support/imported_sample.hpp"
#include "tests/support/made_store.hpp"
#include "views/report/catalog.hpp"
#include "views/widgets/events/events_view.hpp"
#include "views/widgets/help/help_window.hpp"
#include "views/widgets/kit/diagram_view.hpp"
#include "views/widgets/kit/report_table.hpp"
#include "views/widgets/kit/subject_menu.hpp"
#include "views/widgets/kit/tr.hpp"
#include "views/widgets/kit/track_view.hpp"
#include "views/widgets/main_window/catalog.hpp"
#include "views/widgets/main_window/main_window.hpp"
#include "views/widgets/overview/entry_card.hpp"
#include "views/widgets/perfsight/perfsight_view.hpp"
#include "views/widgets/sql/sql_view.hpp"
#include "views/widgets/streams/streams_view.hpp"
#include "views/widgets/topology/topology_view.hpp"

namespace vnscope::views::widgets {
namespace {

using main_window::MainWindow;

/// Brackets that no trace has.
constexpr char16_t kOpen = u'⟦';
constexpr char16_t kClose = u'⟧';

class Brackets final : public QTranslator {
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char* context, const char* source, const char*, int) const override
    {
        return std::string_view(context) == "vnscope" ? kOpen + QString::fromUtf8(source) + kClose : QString();
    }
};

/// What of a text may stand in the store.
QString bare(const QString& text)
{
    const QString plain =
        text.startsWith(QLatin1Char('<')) ? QTextDocumentFragment::fromHtml(text).toPlainText() : text;
    return plain.simplified();
}

/// All texts of a store.
std::set<QString> textsOf(const storage::Store& store)
{
    std::set<QString> texts;
    const auto tables = store.tables();
    EXPECT_TRUE(tables);
    for (const storage::TableInfo& info : *tables) {
        texts.insert(QString::fromStdString(info.name));
        texts.insert(bare(QString::fromStdString(info.comment)));
        for (const std::string& column : info.columns)
            texts.insert(QString::fromStdString(column));
        const auto table = store.read({info.name});
        EXPECT_TRUE(table) << info.name;
        for (const auto& row : table->rows)
            for (const storage::Value& cell : row)
                texts.insert(bare(kit::printable(cell.text())));
    }
    return texts;
}

template <typename Ancestor> bool isIn(const QObject* object)
{
    for (; object != nullptr; object = object->parent())
        if (dynamic_cast<const Ancestor*>(object) != nullptr)
            return true;
    return false;
}

/// Parts of widgets that Qt makes and names, and the buttons that scroll tabs.
bool isQtsOwn(const QObject* object)
{
    if (dynamic_cast<const QTabBar*>(object->parent()) != nullptr)
        return true;
    for (; object != nullptr && !object->objectName().isEmpty(); object = object->parent())
        if (object->objectName().startsWith(QLatin1String("qt_")) ||
            object->objectName().startsWith(QLatin1String("_q_")))
            return true;
    return false;
}

/// Looks at the texts of a window.
class Inspector final {
public:
    explicit Inspector(std::set<QString> data) : m_data(std::move(data)) {}

    void inspect(QWidget& window, const std::string& where)
    {
        m_where = where;
        for (QWidget* widget : window.findChildren<QWidget*>())
            if (!isQtsOwn(widget))
                inspectWidget(*widget);
        for (const QAction* action : window.findChildren<QAction*>())
            if (!isQtsOwn(action) && !isQtsOwn(action->parent()))
                inspectAction(*action);
    }
    void inspectAction(const QAction& action)
    {
        look(action.text(), "action");
        look(action.toolTip(), "tool tip of an action");
    }
    [[nodiscard]] std::size_t translated() const { return m_translated; }
    [[nodiscard]] const std::set<std::string>& forgotten() const { return m_forgotten; }
    /// Texts that have less room than they need.
    [[nodiscard]] const std::set<std::string>& clipped() const { return m_clipped; }

private:
    void inspectWidget(const QWidget& widget)
    {
        inspectRoom(widget);
        const bool isReports = isIn<kit::ReportTable>(&widget);
        const bool isCard = isIn<overview::EntryCard>(&widget);
        if (!isReports && !isCard && dynamic_cast<const kit::DiagramView*>(&widget) == nullptr)
            look(widget.accessibleName(), "accessible name");
        if (!isReports)
            look(widget.toolTip(), "tool tip");
        look(widget.statusTip(), "status tip");
        if (const auto* label = dynamic_cast<const QLabel*>(&widget); label != nullptr && !isReports && !isCard)
            look(label->text(), "label");
        if (const auto* button = dynamic_cast<const QAbstractButton*>(&widget))
            look(button->text(), "button");
        if (const auto* dock = dynamic_cast<const QDockWidget*>(&widget))
            look(dock->windowTitle(), "dock");
        if (const auto* line = dynamic_cast<const QLineEdit*>(&widget))
            look(line->placeholderText(), "placeholder");
        if (const auto* text = dynamic_cast<const QPlainTextEdit*>(&widget))
            look(text->placeholderText(), "placeholder");
        if (const auto* tabs = dynamic_cast<const QTabBar*>(&widget))
            for (int tab = 0; tab < tabs->count(); ++tab)
                look(tabs->tabText(tab), "tab");
        if (const auto* box = dynamic_cast<const QComboBox*>(&widget))
            for (int item = 0; item < box->count(); ++item)
                look(box->itemText(item), "item of a list");
        if (const auto* menu = dynamic_cast<const QMenu*>(&widget))
            look(menu->title(), "menu");
        if (const auto* header = dynamic_cast<const QHeaderView*>(&widget); header != nullptr && !isReports)
            inspectHeader(*header);
        if (const auto* tree = dynamic_cast<const QTreeWidget*>(&widget))
            inspectTree(*tree);
        if (auto* tracks = const_cast<kit::TrackView*>(dynamic_cast<const kit::TrackView*>(&widget)))
            inspectTracks(*tracks);
    }
    /// Where text wraps there is a second line, and a list shows more when it opens.
    void inspectRoom(const QWidget& widget)
    {
        const auto* label = dynamic_cast<const QLabel*>(&widget);
        const auto* button = dynamic_cast<const QAbstractButton*>(&widget);
        if (!widget.isVisible() || (button == nullptr && (label == nullptr || label->wordWrap())))
            return;
        const QString text = button == nullptr ? label->text() : button->text();
        if (!text.isEmpty() && widget.width() < widget.sizeHint().width())
            m_clipped.insert(m_where + ": “" + text.toStdString() + "”");
    }
    void inspectHeader(const QHeaderView& header)
    {
        if (header.model() == nullptr)
            return;
        for (int section = 0; section < header.count(); ++section)
            for (const int role : {Qt::DisplayRole, Qt::ToolTipRole})
                look(header.model()->headerData(section, header.orientation(), role).toString(), "head of a column");
    }
    /// The first column says what it is; the second one has values.
    void inspectTree(const QTreeWidget& tree)
    {
        for (int top = 0; top < tree.topLevelItemCount(); ++top) {
            const QTreeWidgetItem& item = *tree.topLevelItem(top);
            for (int child = 0; child < item.childCount(); ++child)
                look(item.child(child)->text(0), "field");
        }
    }
    void inspectTracks(kit::TrackView& tracks)
    {
        const base::TimeRange& visible = tracks.scale().visible;
        for (std::size_t index = 0; index < tracks.trackCount(); ++index) {
            look(tracks.track(index).title(), "name of a track");
            look(tracks.track(index).subtitle(), "below the name of a track");
            for (const int part : {10, 50, 90})
                look(tracks.track(index).tip(visible.begin + visible.length() / 100 * part, tracks.scale()), "tip");
        }
    }

    void look(const QString& text, const char* what)
    {
        static const QRegularExpression kWord(QStringLiteral("\\p{L}{2,}"));
        if (text.contains(kOpen))
            ++m_translated;
        else if (text.contains(kWord) && !isData(text))
            m_forgotten.insert(m_where + ": " + what + " “" + text.toStdString() + "”");
    }
    /// Details spell "bridge_port" of the store as "bridge port"; menus double an &; a queue is "in of nat 1".
    [[nodiscard]] bool isData(const QString& text) const
    {
        QString stored = bare(text);
        stored.replace(QLatin1String("&&"), QLatin1String("&"));
        if (m_data.contains(stored) || m_data.contains(stored.replace(QLatin1Char(' '), QLatin1Char('_'))))
            return true;
        const qsizetype of = text.indexOf(QLatin1String(" of "));
        return of > 0 && isData(text.left(of)) && isData(text.mid(of + 4));
    }

    std::set<QString> m_data;
    std::string m_where;
    std::size_t m_translated = 0;
    std::set<std::string> m_forgotten;
    std::set<std::string> m_clipped;
};

std::string listed(const std::set<std::string>& all)
{
    std::string text;
    for (const std::string& one : all)
        text += "\n  " + one;
    return text;
}

class TranslationTest : public ::testing::Test {
protected:
    void SetUp() override { QCoreApplication::installTranslator(&m_brackets); }
    void TearDown() override
    {
        m_window.reset();
        QCoreApplication::removeTranslator(&m_brackets);
    }

    void open(const std::filesystem::path& store)
    {
        m_window = std::make_unique<MainWindow>();
        m_window->resize(1280, 720);
        m_window->show();
        ASSERT_TRUE(m_window->openStore(store));
        settle();
        auto data = textsOf(workspace().session.store());
        data.insert(QString::fromStdString(store.filename().string()));
        for (const report::SectionInfo& section : report::sections())
            data.insert(kit::toQString(section.nothing));
        m_inspector = std::make_unique<Inspector>(std::move(data));
    }
    kit::Workspace& workspace() { return m_window->store().workspace(); }
    void settle() { widgets::settle(workspace(), *m_window); }
    /// All views, with something chosen where one can.
    void inspectAllViews()
    {
        for (const kit::ViewInfo& info : main_window::viewCatalog()) {
            kit::View* view = m_window->showView(info.id);
            ASSERT_NE(view, nullptr) << info.id;
            settle();
            m_inspector->inspect(*m_window, info.id);
            if (auto* topology = dynamic_cast<topology::TopologyView*>(view))
                chooseInMap(*topology);
            if (auto* sql = dynamic_cast<sql::SqlView*>(view))
                ask(*sql);
        }
        EXPECT_EQ(m_inspector->forgotten(), std::set<std::string>()) << listed(m_inspector->forgotten());
        EXPECT_EQ(m_inspector->clipped(), std::set<std::string>()) << listed(m_inspector->clipped());
    }
    void chooseInMap(topology::TopologyView& topology)
    {
        using Item = kit::DiagramView::Item;
        const diagram::Diagram& picture = topology.map().diagram();
        for (std::size_t box = 0; box < picture.boxes.size(); ++box) {
            topology.map().setCurrent(Item{Item::Kind::Box, box});
            m_inspector->inspect(topology, "topology with a box");
        }
        for (std::size_t line = 0; line < picture.lines.size(); ++line) {
            topology.map().setCurrent(Item{Item::Kind::Line, line});
            m_inspector->inspect(topology, "topology with a line");
        }
        topology.searchBox().setText(QStringLiteral("eth"));
        settle();
        m_inspector->inspect(topology, "topology with a search");
        topology.playButton().toggle();
        m_inspector->inspect(topology, "topology that plays");
        topology.playButton().toggle();
        topology.searchBox().clear();
    }
    void ask(sql::SqlView& sql)
    {
        for (const char* statement : {"SELECT * FROM meta", "SELECT * FROM analysis LIMIT 1"}) {
            sql.editor().setPlainText(QLatin1String(statement));
            sql.run();
            m_inspector->inspect(sql, "sql that runs");
            settle();
            m_inspector->inspect(sql, "sql with a result");
        }
    }

    Brackets m_brackets;
    tests::TemporaryDirectory m_folder;
    std::unique_ptr<MainWindow> m_window;
    std::unique_ptr<Inspector> m_inspector;
};

TEST_F(TranslationTest, EveryViewOfAStoreWithEverything)
{
    static_cast<void>(tests::makeStore(m_folder.path() / "sample.vns", tests::fillSample));
    open(m_folder.path() / "sample.vns");
    inspectAllViews();
    EXPECT_GT(m_inspector->translated(), 500U) << "texts were looked at";
}

TEST_F(TranslationTest, EveryViewThatSaysWhyItIsEmpty)
{
    static_cast<void>(tests::makeStore(m_folder.path() / "nothing.vns", tests::fillWithoutAnalyses));
    open(m_folder.path() / "nothing.vns");
    inspectAllViews();
}

TEST_F(TranslationTest, MiddleboxesAndTheirStates)
{
    const tests::support::ImportedSample sample("lttng-middleboxes");
    open(sample.path());
    inspectAllViews();
    auto* perfsight = qobject_cast<perfsight::PerfsightView*>(m_window->showView("perfsight"));
    ASSERT_NE(perfsight, nullptr);
    settle();
    const base::TimeRange& whole = workspace().time.whole();
    const QString tip = perfsight->tracks().track(0).tip(whole.begin + whole.length() / 2, perfsight->tracks().scale());
    EXPECT_TRUE(tip.contains(kOpen + QStringLiteral("write-blocked") + kClose)) << tip.toStdString();
}

TEST_F(TranslationTest, WhatIsWrongWithAFilter)
{
    static_cast<void>(tests::makeStore(m_folder.path() / "sample.vns", tests::fillSample));
    open(m_folder.path() / "sample.vns");
    auto* streams = qobject_cast<streams::StreamsView*>(m_window->showView("streams"));
    ASSERT_NE(streams, nullptr);
    settle();
    for (const char* broken : {"(", "bytes > 1 &&", "x", "! bytes > 1", "addr_a ~ \"", "bytes >", "bytes > x",
                               "bytes || bytes", "bytes bytes"}) {
        streams->panel().filterLine().setText(QLatin1String(broken));
        const QString message = streams->panel().message();
        EXPECT_EQ(message.count(kOpen), 2) << message.toStdString() << ": where, and what";
    }
}

TEST_F(TranslationTest, EventsPathsAndAFilteredWindow)
{
    const tests::support::ImportedSample sample("ovs", {}, "--events");
    open(sample.path());
    workspace().time.setMarker(model::TimeController::Marker::A, workspace().time.whole().begin);
    workspace().time.setMarker(model::TimeController::Marker::B, workspace().time.whole().end);
    workspace().time.select(base::TimeRange{workspace().time.whole().begin, workspace().time.whole().begin + 1000});
    workspace().bookmarks.add({workspace().time.whole().begin, "here"});
    using Kind = scope::Subject::Kind;
    for (const scope::Subject& subject :
         {scope::Subject{Kind::Device, 1, "a & b"}, scope::Subject{Kind::Stream, 1, "c"}}) {
        workspace().filter.add(subject);
        settle();
        inspectAllViews();
    }
}

TEST_F(TranslationTest, MenusOfSubjects)
{
    static_cast<void>(tests::makeStore(m_folder.path() / "sample.vns", tests::fillSample));
    open(m_folder.path() / "sample.vns");
    ASSERT_NE(m_window->showView("bandwidth"), nullptr);
    settle();
    auto* menus = m_window->findChild<kit::SubjectMenu*>();
    ASSERT_NE(menus, nullptr);
    using Kind = scope::Subject::Kind;
    for (const Kind kind : {Kind::Device, Kind::Stream, Kind::Vlan, Kind::Function, Kind::Element, Kind::Pattern}) {
        QMenu menu;
        menus->fill(menu, {kind, 1, "x"});
        for (const QAction* action : menu.actions())
            m_inspector->inspectAction(*action);
    }
    EXPECT_GT(m_inspector->translated(), 20U);
    EXPECT_EQ(m_inspector->forgotten(), std::set<std::string>()) << listed(m_inspector->forgotten());
}

TEST_F(TranslationTest, WindowWithoutAStoreAndItsHelp)
{
    MainWindow window;
    window.show();
    Inspector inspector({QStringLiteral("vnscope")});
    inspector.inspect(window, "welcome");
    help::HelpWindow help(nullptr);
    inspector.inspect(help, "help");
    EXPECT_TRUE(help.windowTitle().contains(kOpen));
    EXPECT_GT(inspector.translated(), 40U);
    EXPECT_EQ(inspector.forgotten(), std::set<std::string>()) << listed(inspector.forgotten());
}

TEST_F(TranslationTest, AForgottenTextIsFound)
{
    QWidget window;
    QLabel forgotten(QStringLiteral("Nobody translated this"), &window);
    QLabel remembered(QCoreApplication::translate("vnscope", "Somebody did"), &window);
    QLabel name(QStringLiteral("veth0"), &window);
    QLabel number(QStringLiteral("1,234 s"), &window);
    Inspector inspector({QStringLiteral("veth0")});
    inspector.inspect(window, "test");
    EXPECT_EQ(inspector.forgotten(), (std::set<std::string>{"test: label “Nobody translated this”"}));
    EXPECT_TRUE(inspector.clipped().empty()) << "nothing is shown yet";
    window.show();
    remembered.resize(10, 10);
    inspector.inspect(window, "narrow");
    EXPECT_TRUE(inspector.clipped().contains("narrow: “⟦Somebody did⟧”"));
    EXPECT_EQ(inspector.translated(), 2U) << "once each time";
}

} // namespace
} // namespace vnscope::views::widgets
