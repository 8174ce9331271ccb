// SPDX-License-Identifier: Apache-2.0
//
// The tree against its own rules, and each rule against a snippet that breaks it: a rule that cannot fail holds nobody.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/architecture/rules.hpp"

namespace {

using namespace vnscope::tests::architecture;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<SourceFile>& tree()
{
    static const std::vector<SourceFile> kFiles = readTree(VNSCOPE_SOURCE_DIR);
    return kFiles;
}

TEST(Tree, IsReadWhole)
{
    EXPECT_GT(tree().size(), 40U);
    std::size_t includes = 0;
    for (const SourceFile& file : tree())
        includes += file.quotedIncludes.size();
    EXPECT_GT(includes, 100U);
}

TEST(Tree, IncludesOnlyDownstream)
{
    EXPECT_THAT(checkIncludes(tree()), IsEmpty());
}
TEST(Tree, NamesEachLibraryInOneFolder)
{
    EXPECT_THAT(checkLibraries(tree()), IsEmpty());
}
TEST(Tree, KeepsSqlInStorageAndTablesSql)
{
    EXPECT_THAT(checkSql(tree()), IsEmpty());
}
TEST(Tree, ListsAndDescribesEveryAnalysis)
{
    EXPECT_THAT(checkAnalyses(tree()), IsEmpty());
}
TEST(Tree, HasNoSelfRegisteringStatics)
{
    EXPECT_THAT(checkNoSelfRegistration(tree()), IsEmpty());
}
TEST(Tree, StatesItsLicences)
{
    EXPECT_THAT(checkLicences(tree()), IsEmpty());
}

TEST(Parse, TellsCodeCommentsAndLiteralsApart)
{
    const SourceFile file =
        parse("apps/a.cpp", "#include \"x/y.hpp\"\n  #  include <z>\n// \"comment\" it's\n"
                            "int a = 1'000; /* \"b\" */ char c = '\"'; auto s = \"one \\\"\"\n  \"two\";\n"
                            "auto r = R\"q(raw \" ) text)q\";\n#define M \"three\"\n// #include \"no\"\n");
    EXPECT_THAT(file.quotedIncludes, ElementsAre("x/y.hpp"));
    EXPECT_THAT(file.systemIncludes, ElementsAre("z"));
    EXPECT_THAT(file.literals, ElementsAre("one \"two", "raw \" ) text", "three"));
    EXPECT_THAT(file.code, HasSubstr("int a = 1'000;"));
    EXPECT_THAT(file.code, ::testing::Not(HasSubstr("comment")));
}

/// Violations of one rule by one file.
Violations of(Violations (*rule)(const std::vector<SourceFile>&), const std::string& path, const std::string& text)
{
    return rule({parse(path, text)});
}

TEST(IncludeRule, RefusesWhatTheTableForbids)
{
    const std::pair<const char*, const char*> forbidden[] = {
        {"storage/base/time.hpp", "storage/store.hpp"},       {"storage/store.cpp", "tracepoints/schema.hpp"},
        {"tracepoints/schema.hpp", "storage/store.hpp"},      {"importer/opener.cpp", "analyses/analysis.hpp"},
        {"topology/graph.cpp", "tracepoints/schema.hpp"},     {"analyses/drops/drops.cpp", "importer/opener.hpp"},
        {"analyses/drops/drops.cpp", "views/report/x.hpp"},   {"views/report/report.cpp", "importer/opener.hpp"},
        {"views/report/report.cpp", "tracepoints/types.hpp"}, {"views/report/report.cpp", "apps/vnscope/x.hpp"},
        {"analyses/drops/drops.cpp", "../analysis.hpp"},      {"views/report/report.cpp", "report.hpp"},
        {"tracepoints/ust_net/a.c", "trace/events/bridge.h"}, {"tracepoints/kernel.c", "trace/events/bridge.h"},
        {"tracepoints/kernel/a.cpp", "importer/opener.hpp"},  {"recording/agent/agent.cpp", "storage/store.hpp"},
        {"recording/agent/agent.cpp", "importer/opener.hpp"}, {"tracepoints/schema.hpp", "recording/agent/agent.hpp"},
    };
    for (const auto& [path, include] : forbidden)
        EXPECT_THAT(of(checkIncludes, path, "#include \"" + std::string(include) + "\"\n"), ::testing::SizeIs(1))
            << path << " including " << include;
}

TEST(IncludeRule, AllowsWhatTheTableAllows)
{
    const std::pair<const char*, const char*> allowed[] = {
        {"storage/store.hpp", "storage/base/time.hpp"},   {"tracepoints/schema.hpp", "storage/base/ids.hpp"},
        {"importer/opener.cpp", "storage/store.hpp"},     {"analyses/drops/drops.cpp", "topology/graph.hpp"},
        {"views/report/report.cpp", "analyses/info.hpp"}, {"apps/vnscope/main.cpp", "importer/opener.hpp"},
        {"storage/schema.cpp", "embedded/core.hpp"},      {"tracepoints/ust_net/provider.c", "provider.h"},
        {"tracepoints/kernel/a.c", "trace/events/a.h"},   {"tracepoints/kernel/a.c", "events/br.h"},
        {"recording/agent/a.cpp", "tracepoints/e/e.h"},   {"recording/agent/a.cpp", "recording/host/netlink.hpp"},
    };
    for (const auto& [path, include] : allowed)
        EXPECT_THAT(of(checkIncludes, path, "#include \"" + std::string(include) + "\"\n"), IsEmpty())
            << path << " including " << include;
}

TEST(LibraryRule, RefusesStrangersAndAllowsTheHome)
{
    EXPECT_THAT(of(checkLibraries, "views/a.cpp", "#include <sqlite3.h>\n"), ElementsAre(HasSubstr("SQLite")));
    EXPECT_THAT(of(checkLibraries, "apps/a.cpp", "struct sqlite3;\n"), ElementsAre(HasSubstr("SQLite")));
    EXPECT_THAT(of(checkLibraries, "importer/a.cpp", "#include <babeltrace2/babeltrace.h>\n"),
                ElementsAre(HasSubstr("babeltrace2")));
    EXPECT_THAT(of(checkLibraries, "importer/a.hpp", "bt_message* message;\n"), ElementsAre(HasSubstr("bt_message")));
    EXPECT_THAT(of(checkLibraries, "analyses/a.cpp", "#include <boost/graph/adjacency_list.hpp>\n"),
                ElementsAre(HasSubstr("Boost")));
    EXPECT_THAT(of(checkLibraries, "topology/a.cpp", "#include <QString>\n"), ElementsAre(HasSubstr("Qt")));
    EXPECT_THAT(of(checkLibraries, "views/chart/a.hpp", "class QPainter;\n"), ElementsAre(HasSubstr("QPainter")));
    EXPECT_THAT(of(checkLibraries, "views/report/CMakeLists.txt", "PRIVATE Qt6::Core"), ElementsAre(HasSubstr("Qt")));
    EXPECT_THAT(of(checkLibraries, "apps/vnscope/CMakeLists.txt", "LINKS SQLite::SQLite3"),
                ElementsAre(HasSubstr("SQLite")));

    EXPECT_THAT(of(checkLibraries, "storage/a.cpp", "#include <sqlite3.h>\nsqlite3* handle;\n"), IsEmpty());
    EXPECT_THAT(of(checkLibraries, "importer/reader/a.cpp", "#include <babeltrace2/babeltrace.h>\n"), IsEmpty());
    EXPECT_THAT(of(checkLibraries, "views/widgets/a.cpp", "#include <QWidget>\n"), IsEmpty());
    EXPECT_THAT(
        of(checkLibraries, "views/a.cpp", "// sqlite3 reads it\nQueueId id; auto hint = \"apt install sqlite3\";\n"),
        IsEmpty());
}

TEST(SqlRule, RefusesSqlAndAllowsHelp)
{
    EXPECT_THAT(of(checkSql, "views/a.cpp", "auto q = \"SELECT a \"\n \"FROM b WHERE c\";\n"),
                ElementsAre(HasSubstr("SQL")));
    EXPECT_THAT(of(checkSql, "analyses/a/a.cpp", "auto q = R\"(INSERT OR REPLACE INTO b VALUES(1))\";"),
                ElementsAre(HasSubstr("SQL")));
    EXPECT_THAT(of(checkSql, "apps/a.cpp", "auto q = \"CREATE TABLE a(b)\";"), ElementsAre(HasSubstr("SQL")));

    EXPECT_THAT(of(checkSql, "storage/a.cpp", "auto q = \"SELECT a FROM b \";"), IsEmpty());
    EXPECT_THAT(of(checkSql, "apps/a.cpp", "auto help = \"query host.vns \\\"SELECT name FROM device \\\"\";"),
                IsEmpty());
    EXPECT_THAT(of(checkSql, "apps/a.cpp", "auto text = \"Select a file from the list \"; // SELECT a FROM b\n"),
                IsEmpty());
}

TEST(AnalysisRule, WantsACatalogLineAndAReadme)
{
    const SourceFile tables = parse("analyses/fresh/tables.sql", "");
    const SourceFile readme = parse("analyses/fresh/README.md", "");
    const SourceFile with = parse("analyses/catalog.cpp", "all.push_back(fresh::create());");
    const SourceFile without = parse("analyses/catalog.cpp", "all.push_back(refresh::create()); // fresh::create()\n");
    EXPECT_THAT(checkAnalyses({tables, readme, with}), IsEmpty());
    EXPECT_THAT(checkAnalyses({tables, readme, without}), ElementsAre(HasSubstr("not in analyses/catalog.cpp")));
    EXPECT_THAT(checkAnalyses({tables, with}), ElementsAre(HasSubstr("no README.md")));
}

TEST(RegistrationRule, RefusesObjectsThatRegisterThemselves)
{
    EXPECT_THAT(of(checkNoSelfRegistration, "analyses/a.cpp", "static const bool done = registerAnalysis(\"a\");"),
                ElementsAre(HasSubstr("registers itself")));
    EXPECT_THAT(of(checkNoSelfRegistration, "analyses/a.cpp", "const auto id = catalog().registerOne(create());"),
                ElementsAre(HasSubstr("registers itself")));
    EXPECT_THAT(of(checkNoSelfRegistration, "analyses/a.cpp", "AnalysisRegistrar<Drops> registrar{\"drops\"};"),
                ElementsAre(HasSubstr("registers itself")));
    EXPECT_THAT(of(checkNoSelfRegistration, "apps/a.cpp",
                   "void registerCommands(CLI::App& app);\nint main() { registerCommands(app); }"),
                IsEmpty());
}

TEST(LicenceRule, KnowsWhichFolderIsUnderWhich)
{
    EXPECT_THAT(of(checkLicences, "storage/a.cpp", "int a;\n"), ::testing::SizeIs(1));
    EXPECT_THAT(of(checkLicences, "tracepoints/a.cpp", "// SPDX-License-Identifier: Apache-2.0\n"),
                ::testing::SizeIs(1));
    EXPECT_THAT(of(checkLicences, "tracepoints/a.h", "/* SPDX-License-Identifier: MIT */\n"), IsEmpty());
    EXPECT_THAT(of(checkLicences, "views/a.hpp", "// SPDX-License-Identifier: Apache-2.0\n"), IsEmpty());
}

} // namespace
