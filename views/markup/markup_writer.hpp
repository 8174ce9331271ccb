// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace vnscope::views::markup {

/// Text that stands in our own source: only the compiler can make one, so nothing from a trace can ever become markup.
class Literal final {
public:
    consteval Literal(const char* text) : m_text(text) {}
    consteval Literal(std::string_view text) : m_text(text) {}
    [[nodiscard]] constexpr std::string_view text() const { return m_text; }

private:
    std::string_view m_text;
};

struct Attribute {
    Literal name;
    std::string value;
};

/// Writes HTML and inline SVG. Names of elements and attributes are literals of our source; everything else passes
/// through text() or an attribute value, both of which always escape and always make printable.
class MarkupWriter final {
public:
    /// `out` must outlive the writer.
    explicit MarkupWriter(std::ostream& out) : m_out(out) {}
    MarkupWriter(const MarkupWriter&) = delete;
    MarkupWriter& operator=(const MarkupWriter&) = delete;

    /// Closes its element when it goes out of scope.
    class [[nodiscard]] Element final {
    public:
        Element(const Element&) = delete;
        Element& operator=(const Element&) = delete;
        ~Element();

    private:
        friend class MarkupWriter;
        Element(MarkupWriter& writer, Literal name) : m_writer(writer), m_name(name) {}
        MarkupWriter& m_writer;
        Literal m_name;
    };

    Element element(Literal name, const std::vector<Attribute>& attributes = {});
    /// An element with nothing inside.
    void leaf(Literal name, const std::vector<Attribute>& attributes = {});
    /// An element with text inside.
    void textElement(Literal name, std::string_view text, const std::vector<Attribute>& attributes = {});
    void text(std::string_view text);
    /// Our own words as they are: the document type, the style sheet.
    void fixed(Literal text);

private:
    void open(Literal name, const std::vector<Attribute>& attributes);

    std::ostream& m_out;
};

} // namespace vnscope::views::markup
