// SPDX-License-Identifier: Apache-2.0
#include "tests/architecture/rules.hpp"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <regex>
#include <set>
#include <string_view>

namespace vnscope::tests::architecture {

namespace {

using Names = std::set<std::string, std::less<>>;

/// The table of the architecture page. `apps` may include everything and so is not in it.
const std::map<std::string, Names, std::less<>>& allowedIncludes()
{
    static const std::map<std::string, Names, std::less<>> kAllowed = {
        {"storage/base", {"storage/base"}},
        {"storage", {"storage/base", "storage"}},
        {"tracepoints", {"storage/base", "tracepoints"}},
        {"recording", {"storage/base", "tracepoints", "recording"}},
        {"simulator", {"storage/base", "tracepoints", "simulator"}},
        {"importer", {"storage/base", "storage", "tracepoints", "importer"}},
        {"topology", {"storage/base", "storage", "topology"}},
        {"analyses", {"storage/base", "storage", "tracepoints", "topology", "analyses"}},
        {"views", {"storage/base", "storage", "topology", "analyses", "views"}},
    };
    return kAllowed;
}

/// The module that a path from the root belongs to: its first folder, storage/base apart.
std::string moduleOf(const SourceFile& file)
{
    return file.isIn("storage/base") ? "storage/base" : file.folder(1);
}

bool isModule(const std::string& name)
{
    return name == "apps" || allowedIncludes().count(name) > 0;
}

bool mayInclude(const std::string& from, const std::string& to)
{
    return from == "apps" || allowedIncludes().at(from).count(to) > 0;
}

struct Library {
    std::string name;
    std::regex header;     ///< What its headers look like in an #include.
    std::regex identifier; ///< What its names look like in code.
    std::regex buildName;  ///< What its CMake targets look like.
    std::vector<std::string> homes;
    std::vector<std::string> buildHomes; ///< Where a CMakeLists.txt may link it.
};

const std::vector<Library>& libraries()
{
    static const std::vector<Library> kLibraries = {
        {"SQLite",
         std::regex(R"(^sqlite3)"),
         std::regex(R"(sqlite3\w*)"),
         std::regex(R"(SQLite::)"),
         {"storage"},
         {"storage"}},
        {"babeltrace2",
         std::regex(R"(^babeltrace2/)"),
         std::regex(R"(bt_[a-z]\w*)"),
         std::regex(R"(PkgConfig::babeltrace2)"),
         {"importer/reader"},
         {"importer"}},
        {"Boost.Graph or Graphviz",
         std::regex(R"(^(boost/graph|graphviz/))"),
         std::regex(R"(adjacency_list|graph_traits|Agraph_t|gvLayout)"),
         std::regex(R"((Boost::graph|[Gg]raphviz))"),
         {"topology"},
         {"topology"}},
        {"Qt",
         std::regex(R"(^(Qt|Q[A-Z]))"),
         std::regex(R"(Q[A-Z][a-z]\w*)"),
         std::regex(R"(Qt[56]?::)"),
         {"views/model", "views/widgets", "apps/vnscope_gui"},
         {"views/model", "views/widgets", "apps/vnscope_gui"}},
    };
    return kLibraries;
}

bool isInAny(const SourceFile& file, const std::vector<std::string>& folders)
{
    return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) { return file.isIn(folder); });
}

/// What of `library` a file names; empty when nothing.
std::string namedOf(const Library& library, const SourceFile& file)
{
    for (const auto* includes : {&file.quotedIncludes, &file.systemIncludes}) {
        for (const std::string& include : *includes) {
            if (std::regex_search(include, library.header))
                return include;
        }
    }
    const auto isOfLibrary = [&](const std::string& name) { return std::regex_match(name, library.identifier); };
    const auto found = std::find_if(file.identifiers.begin(), file.identifiers.end(), isOfLibrary);
    return found == file.identifiers.end() ? std::string() : *found;
}

/// A cheap look before a regular expression: std::regex recurses once per character, so it is kept to what needs it.
bool containsAny(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

bool isSqlText(const std::string& literal)
{
    static const std::regex kSql(R"(\b(SELECT\s[^;]*\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|DELETE\s+FROM\s|)"
                                 R"(UPDATE\s+\w+\s+SET\s|CREATE\s+(TABLE|VIEW|(UNIQUE\s+)?INDEX)\s))");
    static const std::regex kQueryExample(R"(\bquery\s+\S+\s+"\s*(SELECT|WITH)\b)");
    return containsAny(literal, {"SELECT", "INSERT", "DELETE", "UPDATE", "CREATE"}) &&
           std::regex_search(literal, kSql) && !std::regex_search(literal, kQueryExample);
}

const SourceFile* find(const std::vector<SourceFile>& files, std::string_view path)
{
    const auto found = std::find_if(files.begin(), files.end(), [&](const SourceFile& f) { return f.path == path; });
    return found == files.end() ? nullptr : &*found;
}

bool isC(const SourceFile& file)
{
    return file.endsWith(".h") || file.endsWith(".c");
}

/// Modules for the kernel are built by its Makefiles, with its include paths: its headers, LTTng's, and their own.
bool isKernelCode(const SourceFile& file)
{
    return file.isIn("tracepoints/kernel") && isC(file);
}

bool isSource(const SourceFile& file)
{
    return isC(file) || file.endsWith(".hpp") || file.endsWith(".cpp");
}

} // namespace

Violations checkIncludes(const std::vector<SourceFile>& files)
{
    Violations violations;
    for (const SourceFile& file : files) {
        if (isKernelCode(file))
            continue;
        const std::string from = moduleOf(file);
        for (const std::string& include : file.quotedIncludes) {
            const std::string to = moduleOf(parse(include, {}));
            // Headers made by the build hold text of the including module's own files. A C provider may include its
            // own header by its bare name, because LTTng-UST reads it several times that way.
            if (to == "embedded" || (to.empty() && isC(file)))
                continue;
            if (!isModule(to))
                violations.push_back(file.path + ": \"" + include + "\" is no path from the root of the tree");
            else if (!mayInclude(from, to))
                violations.push_back(file.path + ": " + from + " may not include " + include);
        }
    }
    return violations;
}

Violations checkLibraries(const std::vector<SourceFile>& files)
{
    Violations violations;
    for (const SourceFile& file : files) {
        for (const Library& library : libraries()) {
            const bool isBuild = file.endsWith("CMakeLists.txt");
            if (isBuild && !isInAny(file, library.buildHomes) && std::regex_search(file.text, library.buildName))
                violations.push_back(file.path + ": may not link " + library.name);
            const std::string name = isBuild ? std::string() : namedOf(library, file);
            if (!name.empty() && !isInAny(file, library.homes))
                violations.push_back(file.path + ": may not name " + library.name + " (" + name + ")");
        }
    }
    return violations;
}

Violations checkSql(const std::vector<SourceFile>& files)
{
    Violations violations;
    for (const SourceFile& file : files) {
        if (file.isIn("storage"))
            continue;
        for (const std::string& literal : file.literals) {
            if (isSqlText(literal))
                violations.push_back(file.path + ": SQL text: " + literal.substr(0, 60));
        }
    }
    return violations;
}

Violations checkAnalyses(const std::vector<SourceFile>& files)
{
    Violations violations;
    const SourceFile* catalog = find(files, "analyses/catalog.cpp");
    for (const SourceFile& file : files) {
        if (!file.isIn("analyses") || !file.endsWith("/tables.sql"))
            continue;
        const std::string folder = file.folder(2);
        const std::string name = folder.substr(folder.rfind('/') + 1);
        if (!catalog || !std::regex_search(catalog->code, std::regex("\\b" + name + "::")))
            violations.push_back(folder + ": is not in analyses/catalog.cpp");
        if (!find(files, folder + "/README.md"))
            violations.push_back(folder + ": has no README.md");
    }
    return violations;
}

Violations checkNoSelfRegistration(const std::vector<SourceFile>& files)
{
    // An object whose initialiser calls register...(), or whose type is called ...Registrar or the like.
    static const std::regex kInitializer(
        R"(\b(static|const|constexpr|inline|bool|auto)\b[^;{}()]*=\s*[^;{}]*\bregister\w*\s*\()");
    static const std::regex kObject(R"(\b\w*(Registrar|Registration|AutoRegister)\w*(<[^;{}]*>)?\s+\w+\s*[({;=])");
    Violations violations;
    for (const SourceFile& file : files) {
        if (!containsAny(file.code, {"register", "Regist"}))
            continue;
        std::smatch match;
        if (std::regex_search(file.code, match, kInitializer) || std::regex_search(file.code, match, kObject))
            violations.push_back(file.path + ": registers itself: " + match.str().substr(0, 60));
    }
    return violations;
}

Violations checkLicences(const std::vector<SourceFile>& files)
{
    Violations violations;
    for (const SourceFile& file : files) {
        const std::string licence = file.isIn("tracepoints") ? "MIT" : "Apache-2.0";
        const std::string firstLine = file.text.substr(0, file.text.find('\n'));
        if (isSource(file) && firstLine.find("SPDX-License-Identifier: " + licence) == std::string::npos)
            violations.push_back(file.path + ": does not begin with SPDX-License-Identifier: " + licence);
    }
    return violations;
}

} // namespace vnscope::tests::architecture
