// SPDX-License-Identifier: Apache-2.0
#include "views/markup/markup_writer.hpp"

#include "views/markup/printable.hpp"

namespace vnscope::views::markup {
namespace {

void writeEscaped(std::ostream& out, std::string_view text)
{
    const std::string clean = printable(text);
    std::size_t written = 0;
    const auto replace = [&](std::size_t at, std::string_view with) {
        out << std::string_view(clean).substr(written, at - written) << with;
        written = at + 1;
    };
    for (std::size_t at = 0; at < clean.size(); ++at) {
        switch (clean[at]) {
        case '&': replace(at, "&amp;"); break;
        case '<': replace(at, "&lt;"); break;
        case '>': replace(at, "&gt;"); break;
        case '"': replace(at, "&quot;"); break;
        case '\'': replace(at, "&#39;"); break;
        default: break;
        }
    }
    out << std::string_view(clean).substr(written);
}

} // namespace

MarkupWriter::Element::~Element()
{
    m_writer.m_out << "</" << m_name.text() << '>';
}

MarkupWriter::Element MarkupWriter::element(Literal name, const std::vector<Attribute>& attributes)
{
    open(name, attributes);
    m_out << '>';
    return {*this, name};
}

void MarkupWriter::leaf(Literal name, const std::vector<Attribute>& attributes)
{
    open(name, attributes);
    m_out << "/>";
}

void MarkupWriter::textElement(Literal name, std::string_view content, const std::vector<Attribute>& attributes)
{
    const Element scope = element(name, attributes);
    text(content);
}

void MarkupWriter::text(std::string_view content)
{
    writeEscaped(m_out, content);
}

void MarkupWriter::fixed(Literal content)
{
    m_out << content.text();
}

void MarkupWriter::open(Literal name, const std::vector<Attribute>& attributes)
{
    m_out << '<' << name.text();
    for (const Attribute& attribute : attributes) {
        m_out << ' ' << attribute.name.text() << "=\"";
        writeEscaped(m_out, attribute.value);
        m_out << '"';
    }
}

} // namespace vnscope::views::markup
