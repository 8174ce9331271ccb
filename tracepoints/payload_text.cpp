// SPDX-License-Identifier: MIT
#include "tracepoints/payload_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>

#include <arpa/inet.h>

#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints {

namespace {

// Members that are bytes are addresses of packets, told apart by their length.
constexpr std::size_t kMacBytes = 6;
constexpr std::size_t kIpv4Bytes = 4;
constexpr std::size_t kIpv6Bytes = 16;

/// Addresses of the kernel have these bits; no count or time comes near.
constexpr std::uint64_t kKernelAddress = 0xff00'0000'0000'0000;

void appendNumber(std::string& out, auto number, int base = 10)
{
    std::array<char, 24> text{};
    const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), number, base);
    out.append(text.data(), end);
}

void appendInteger(std::string& out, const FieldSpec& spec, const std::byte* payload)
{
    const std::int64_t number = integerOf(spec, payload);
    if (spec.isSigned) {
        appendNumber(out, number);
        return;
    }
    const auto bits = static_cast<std::uint64_t>(number);
    const bool isAddress = (bits & kKernelAddress) == kKernelAddress;
    out += isAddress ? "0x" : "";
    appendNumber(out, bits, isAddress ? 16 : 10);
}

/// A NumberList of `size` bytes as "1,2,3", with "…" for what the list had no room for.
void appendList(std::string& out, const std::byte* place, std::size_t size)
{
    std::uint64_t count = 0;
    std::memcpy(&count, place, sizeof count);
    const std::uint64_t room = size / sizeof count - 1;
    for (std::uint64_t i = 0; i < std::min(count, room); ++i) {
        std::uint64_t number = 0;
        std::memcpy(&number, place + (i + 1) * sizeof number, sizeof number);
        out += i > 0 ? "," : "";
        appendNumber(out, number);
    }
    out += count > room ? ",…" : "";
}

void appendHex(std::string& out, const std::byte* place, std::size_t size, std::string_view separator)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    for (std::size_t i = 0; i < size; ++i) {
        const auto byte = std::to_integer<unsigned>(place[i]);
        out += i > 0 ? separator : "";
        out += kDigits[byte >> 4U];
        out += kDigits[byte & 15U];
    }
}

/// Members with room for IPv6 keep IPv4 in their first four bytes.
void appendBytes(std::string& out, const std::byte* place, std::size_t size)
{
    const bool isIp = size == kIpv4Bytes || size == kIpv6Bytes;
    if (!isIp) {
        appendHex(out, place, size, size == kMacBytes ? ":" : "");
        return;
    }
    const bool isIpv4 =
        std::all_of(place + kIpv4Bytes, place + size, [](std::byte byte) { return byte == std::byte{}; });
    if (isIpv4) { // inet_ntop() goes through printf, which an event of two addresses feels.
        for (std::size_t i = 0; i < kIpv4Bytes; ++i) {
            out += i > 0 ? "." : "";
            appendNumber(out, std::to_integer<unsigned>(place[i]));
        }
        return;
    }
    std::array<char, INET6_ADDRSTRLEN> text{};
    ::inet_ntop(AF_INET6, place, text.data(), text.size());
    out += text.data();
}

void appendText(std::string& out, std::string_view text)
{
    if (!text.empty() && text.find_first_of(" \"\\") == std::string_view::npos) {
        out += text;
        return;
    }
    out += '"';
    for (const char character : text) {
        if (character == '"' || character == '\\')
            out += '\\';
        out += character;
    }
    out += '"';
}

/// The first of several spellings.
std::string_view pathOf(const FieldSpec& spec)
{
    return spec.paths.substr(0, spec.paths.find('|'));
}

/// Its elements from the last: "a/b/c|d" is c, b, a.
std::vector<std::string_view> elementsOf(const FieldSpec& spec)
{
    std::string_view path = pathOf(spec);
    std::vector<std::string_view> elements;
    while (!path.empty()) {
        const std::size_t slash = path.rfind('/');
        elements.push_back(path.substr(slash == std::string_view::npos ? 0 : slash + 1));
        path = path.substr(0, slash == std::string_view::npos ? 0 : slash);
    }
    return elements;
}

/// Several paths may lead to one member. A path that names the value goes before one that only implies it, and one that
/// fills the member before one that fills a part of it.
bool describesBetter(const FieldSpec& spec, const FieldSpec& other)
{
    const bool isImplied = spec.kind == FieldKind::Constant;
    if (isImplied != (other.kind == FieldKind::Constant))
        return !isImplied;
    return spec.size > other.size;
}

/// The innermost of the structs and options that `spec` lies in and whose presence the payload tells.
const FieldSpec* parentOf(const FieldSpec& spec, std::span<const FieldSpec> fields)
{
    const FieldSpec* innermost = nullptr;
    for (const FieldSpec& outer : fields) {
        const std::string_view path = pathOf(outer);
        const bool isAround = outer.kind == FieldKind::Constant && pathOf(spec).starts_with(std::string(path) + '/');
        if (isAround && (innermost == nullptr || path.size() > pathOf(*innermost).size()))
            innermost = &outer;
    }
    return innermost;
}

std::vector<PayloadText::Member> membersOf(std::span<const FieldSpec> fields)
{
    std::map<std::uint16_t, FieldSpec> byOffset;
    for (const FieldSpec& spec : fields) {
        const auto [at, isNew] = byOffset.emplace(spec.offset, spec);
        if (!isNew && describesBetter(spec, at->second))
            at->second = spec;
    }
    std::vector<PayloadText::Member> members;
    for (const auto& [offset, spec] : byOffset) {
        const std::vector<std::string_view> elements = elementsOf(spec);
        std::string name(elements.front());
        const auto isTaken = [&](const PayloadText::Member& member) { return member.name == name; };
        if (elements.size() > 1 && std::ranges::any_of(members, isTaken))
            name = std::string(elements[1]) + '/' + name;
        if (std::ranges::any_of(members, isTaken))
            name += "#2";
        members.push_back({std::move(name), spec, {}});
        for (const FieldSpec& path : fields) {
            const FieldSpec* const parent = path.offset == offset ? parentOf(path, fields) : nullptr;
            if (parent != nullptr)
                members.back().parents.push_back(*parent);
        }
    }
    return members;
}

/// The in-band mark comes from no event class, so no schema describes it.
std::span<const FieldSpec> lostFields()
{
    using enum FieldKind;
    static constexpr std::array kFields{
        FieldSpec{"since", Integer, VNSCOPE_MEMBER(EventsLost, beginNs), kRequired},
        FieldSpec{"events", Integer, VNSCOPE_MEMBER(EventsLost, events)},
        FieldSpec{"packets", Integer, VNSCOPE_MEMBER(EventsLost, packets)},
    };
    return kFields;
}

} // namespace

std::int64_t integerOf(const FieldSpec& spec, const std::byte* payload)
{
    std::uint64_t bits = 0;
    std::memcpy(&bits, payload + spec.offset, std::min<std::size_t>(spec.size, sizeof bits));
    const unsigned unused = 64U - 8U * std::min<unsigned>(spec.size, sizeof bits);
    if (spec.isSigned && unused < 64U)
        return static_cast<std::int64_t>(bits << unused) >> unused;
    return static_cast<std::int64_t>(bits);
}

PayloadText::PayloadText()
{
    for (const Schema& schema : schemas())
        m_kinds[static_cast<std::size_t>(schema.type)] = {schema.name, schema.defaults.data(),
                                                          membersOf(schema.fields)};
    m_kinds[static_cast<std::size_t>(EventType::EventsLost)] = {"events_lost", defaultBytes<EventsLost>().data(),
                                                                membersOf(lostFields())};
}

std::string_view PayloadText::name(EventType type) const
{
    return kind(type).name;
}

const std::vector<PayloadText::Member>& PayloadText::members(EventType type) const
{
    return kind(type).members;
}

const PayloadText::Member* PayloadText::member(EventType type, std::string_view name) const
{
    const std::vector<Member>& all = kind(type).members;
    const auto found = std::ranges::find(all, name, &Member::name);
    return found == all.end() ? nullptr : &*found;
}

void PayloadText::appendValue(std::string& out, const Member& member, const std::byte* payload,
                              const StringTable& strings)
{
    const FieldSpec& spec = member.spec;
    const std::byte* const place = payload + spec.offset;
    switch (spec.kind) {
    case FieldKind::Integer:
    case FieldKind::Constant: appendInteger(out, spec, payload); break;
    case FieldKind::String: {
        base::StringId id;
        std::memcpy(&id, place, sizeof id);
        appendText(out, strings.text(id));
        break;
    }
    case FieldKind::Numbers: appendList(out, place, spec.size); break;
    case FieldKind::Bytes:
    case FieldKind::Words: appendBytes(out, place, spec.size); break;
    }
}

bool PayloadText::isTold(EventType type, const Member& member, const std::byte* payload) const
{
    const FieldSpec& spec = member.spec;
    const auto isThere = [payload](const FieldSpec& parent) { return integerOf(parent, payload) == parent.constant; };
    return spec.isRequired || std::memcmp(payload + spec.offset, kind(type).defaults + spec.offset, spec.size) != 0 ||
           std::ranges::any_of(member.parents, isThere);
}

void PayloadText::append(std::string& out, EventType type, const std::byte* payload, const StringTable& strings,
                         std::array<const Member*, 2> leftOut) const
{
    for (const Member& member : kind(type).members) {
        if (std::ranges::find(leftOut, &member) != leftOut.end() || !isTold(type, member, payload))
            continue;
        if (!out.empty())
            out += ' ';
        out += member.name;
        out += '=';
        appendValue(out, member, payload, strings);
    }
}

} // namespace vnscope::tracepoints
