// SPDX-License-Identifier: Apache-2.0
#include "importer/wire/protocol.hpp"

#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracepoints/schema.hpp"

namespace vnscope::importer::wire {

using nlohmann::json;

// JSON's own hooks: the members of each struct by name. They throw on a wrong type; decode…() below catches.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(RingShape, slots, eventsPerSlot, arenaBytes, progressEntries, classEntries,
                                   nameBytes)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(PieceRequest, stream, file, cpu, skipEvents, bytes, isContinuation)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GroupRequest, trace, directory, clockCorrection, pieces)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(TraceMessage, trace, environment, clockUuid, isClockEpoch)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(ClassMessage, trace, name, schema, missingFields)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(GroupFailure, group)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(StreamFailure, piece)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(UnableMessage, reason)

namespace {

/// Names come from untrusted traces and need not be UTF-8.
std::string dump(const json& value)
{
    return value.dump(-1, ' ', false, json::error_handler_t::replace);
}

template <typename Message> json toJson(const Message& message)
{
    if constexpr (std::is_empty_v<Message>)
        return json::object();
    else
        return message;
}

template <typename Message> ReaderMessage fromJson(const json& value)
{
    if constexpr (std::is_empty_v<Message>)
        return Message{};
    else
        return value.get<Message>();
}

template <std::size_t... Kinds>
std::optional<ReaderMessage> messageOfKind(std::size_t kind, const json& body, std::index_sequence<Kinds...>)
{
    std::optional<ReaderMessage> message;
    ((kind == Kinds ? void(message = fromJson<std::variant_alternative_t<Kinds, ReaderMessage>>(body)) : void()), ...);
    return message;
}

} // namespace

std::string protocolVersion()
{
    std::size_t shape = tracepoints::kEventTypeCount;
    for (const tracepoints::Schema& schema : tracepoints::schemas())
        shape = shape * 31 + schema.defaults.size() + schema.fields.size();
    return fmt::format("1/{:x}/{}/{}", shape, sizeof(StreamProgress), sizeof(tracepoints::EventRecord));
}

std::string encode(const ReaderRequest& request)
{
    return dump({{"version", request.version},
                 {"begin", request.window.begin.ns},
                 {"end", request.window.end.ns},
                 {"isCheck", request.isCheck},
                 {"ring", request.ring},
                 {"groups", request.groups}});
}

std::optional<ReaderRequest> decodeRequest(std::string_view text)
{
    try {
        const json value = json::parse(text);
        ReaderRequest request;
        value.at("version").get_to(request.version);
        value.at("begin").get_to(request.window.begin.ns);
        value.at("end").get_to(request.window.end.ns);
        value.at("isCheck").get_to(request.isCheck);
        value.at("ring").get_to(request.ring);
        value.at("groups").get_to(request.groups);
        return isSane(request.ring) ? std::optional(std::move(request)) : std::nullopt;
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

std::string encode(const ReaderMessage& message)
{
    const json body = std::visit([](const auto& kind) { return toJson(kind); }, message);
    return dump({{"kind", message.index()}, {"body", body}}) + '\n';
}

std::optional<ReaderMessage> decodeMessage(std::string_view line)
{
    try {
        const json value = json::parse(line);
        const auto kind = value.at("kind").get<std::size_t>();
        return messageOfKind(kind, value.at("body"), std::make_index_sequence<std::variant_size_v<ReaderMessage>>());
    } catch (const json::exception&) {
        return std::nullopt;
    }
}

} // namespace vnscope::importer::wire
