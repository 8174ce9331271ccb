// SPDX-License-Identifier: Apache-2.0
#include "tests/architecture/source_file.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>

namespace vnscope::tests::architecture {

namespace fs = std::filesystem;

namespace {

constexpr std::array<std::string_view, 8> kProductFolders = {"storage",  "tracepoints", "recording", "importer",
                                                             "topology", "analyses",    "views",     "apps"};
constexpr std::array<std::string_view, 4> kSourceSuffixes = {".hpp", ".cpp", ".h", ".c"};
constexpr std::array<std::string_view, 3> kOtherNames = {"CMakeLists.txt", "tables.sql", "README.md"};

bool isSpace(char c)
{
    return std::isspace(static_cast<unsigned char>(c)) != 0;
}

bool isWordCharacter(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

bool isSource(std::string_view path)
{
    return std::any_of(kSourceSuffixes.begin(), kSourceSuffixes.end(),
                       [&](std::string_view suffix) { return path.ends_with(suffix); });
}

/// One walk over a C++ text; enough of a lexer to tell code, comments and literals apart.
class Lexer final {
public:
    explicit Lexer(SourceFile& file) : m_file(file), m_rest(file.text) {}

    void run()
    {
        while (!m_rest.empty())
            takeOne();
    }

private:
    void takeOne()
    {
        if (m_rest.starts_with("//"))
            skipTo("\n", 0);
        else if (m_rest.starts_with("/*"))
            skipTo("*/", 2);
        else if (m_rest.starts_with("R\"") && !endsInWord())
            takeRawLiteral();
        else if (m_rest.front() == '"')
            takeLiteral();
        else if (m_rest.front() == '\'' && !endsInWord())
            takeCharacter();
        else if (m_rest.front() == '#' && isLineStart())
            takeDirective();
        else
            takeCode();
    }

    void takeCode()
    {
        m_literalEndsAt = isSpace(m_rest.front()) ? m_literalEndsAt : kNoLiteral;
        m_file.code += m_rest.front();
        m_rest.remove_prefix(1);
    }

    void skipTo(std::string_view end, std::size_t extra)
    {
        const std::size_t at = m_rest.find(end);
        m_rest.remove_prefix(at == std::string_view::npos ? m_rest.size() : at + extra);
    }

    void addLiteral(std::string text)
    {
        if (m_literalEndsAt == kNoLiteral)
            m_file.literals.emplace_back();
        m_file.literals.back() += text;
        m_literalEndsAt = m_file.literals.size();
        m_file.code += "\"\"";
    }

    void takeLiteral()
    {
        std::string text;
        std::size_t i = 1;
        for (; i < m_rest.size() && m_rest[i] != '"' && m_rest[i] != '\n'; ++i) {
            if (m_rest[i] == '\\' && i + 1 < m_rest.size())
                ++i;
            text += m_rest[i];
        }
        m_rest.remove_prefix(std::min(i + 1, m_rest.size()));
        addLiteral(std::move(text));
    }

    void takeRawLiteral()
    {
        const std::size_t open = std::min(m_rest.find('('), m_rest.size() - 1);
        const std::string end = ")" + std::string(m_rest.substr(2, open - 2)) + "\"";
        m_rest.remove_prefix(open + 1);
        const std::size_t close = std::min(m_rest.find(end), m_rest.size());
        addLiteral(std::string(m_rest.substr(0, close)));
        m_rest.remove_prefix(std::min(close + end.size(), m_rest.size()));
    }

    void takeCharacter()
    {
        const std::size_t from = m_rest.size() > 1 && m_rest[1] == '\\' ? 3 : 1;
        const std::size_t close = m_rest.find('\'', from);
        m_rest.remove_prefix(close == std::string_view::npos ? m_rest.size() : close + 1);
        m_file.code += "' '";
    }

    void takeDirective()
    {
        const std::size_t end = std::min(m_rest.find('\n'), m_rest.size());
        const std::string_view line = m_rest.substr(0, end);
        const std::size_t word = std::min(line.find_first_not_of(" \t", 1), line.size());
        if (!line.substr(word).starts_with("include")) {
            takeCode();
            return;
        }
        const std::size_t open = line.find_first_of("\"<", word);
        if (open != std::string_view::npos) {
            const std::size_t close = std::min(line.find_first_of("\">", open + 1), line.size());
            (line[open] == '"' ? m_file.quotedIncludes : m_file.systemIncludes)
                .emplace_back(line.substr(open + 1, close - open - 1));
        }
        m_rest.remove_prefix(end);
    }

    [[nodiscard]] bool endsInWord() const { return !m_file.code.empty() && isWordCharacter(m_file.code.back()); }

    [[nodiscard]] bool isLineStart() const
    {
        const std::size_t last = m_file.code.find_last_not_of(" \t");
        return last == std::string::npos || m_file.code[last] == '\n';
    }

    static constexpr std::size_t kNoLiteral = 0;

    SourceFile& m_file;
    std::string_view m_rest;
    std::size_t m_literalEndsAt = kNoLiteral;
};

std::set<std::string> identifiersOf(const std::string& code)
{
    std::set<std::string> names;
    for (auto begin = code.begin(); begin != code.end();) {
        const auto end = std::find_if_not(begin, code.end(), isWordCharacter);
        if (end != begin)
            names.emplace(begin, end);
        begin = std::find_if(end, code.end(), isWordCharacter);
    }
    return names;
}

bool isWanted(const fs::path& path)
{
    const std::string name = path.filename().string();
    return isSource(name) || std::find(kOtherNames.begin(), kOtherNames.end(), name) != kOtherNames.end();
}

} // namespace

std::string SourceFile::folder(int depth) const
{
    std::size_t end = 0;
    for (int i = 0; i < depth; ++i) {
        const std::size_t slash = path.find('/', end == 0 ? 0 : end + 1);
        if (slash == std::string::npos)
            break;
        end = slash;
    }
    return path.substr(0, end);
}

bool SourceFile::isIn(std::string_view folderPath) const
{
    return path.starts_with(folderPath) && path.size() > folderPath.size() && path[folderPath.size()] == '/';
}

SourceFile parse(std::string path, std::string text)
{
    SourceFile file;
    file.path = std::move(path);
    file.text = std::move(text);
    if (isSource(file.path)) {
        Lexer(file).run();
        file.identifiers = identifiersOf(file.code);
    }
    return file;
}

std::vector<SourceFile> readTree(const fs::path& root)
{
    std::vector<SourceFile> files;
    for (const std::string_view folder : kProductFolders) {
        if (!fs::is_directory(root / folder))
            continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            if (!entry.is_regular_file() || !isWanted(entry.path()))
                continue;
            std::ifstream stream(entry.path(), std::ios::binary);
            files.push_back(parse(entry.path().lexically_relative(root).generic_string(),
                                  {std::istreambuf_iterator<char>(stream), {}}));
        }
    }
    return files;
}

} // namespace vnscope::tests::architecture
