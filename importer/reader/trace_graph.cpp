// SPDX-License-Identifier: Apache-2.0
#include "importer/reader/trace_graph.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

namespace vnscope::importer::reader {

namespace {

constexpr std::size_t kMaxEnvironmentEntries = 64;
constexpr std::size_t kMaxEnvironmentBytes = 256;

// babeltrace2 pulls data through a sink component's consuming method. Ours is a formality: it exists so that
// babeltrace2 configures the graph and hands out message iterators, which the reader then advances in the order it
// needs.

struct SinkSetup {
    std::uint64_t ports;
    std::vector<MessageIteratorPtr>* iterators;
};

bt_component_class_initialize_method_status initializeSink(bt_self_component_sink* self,
                                                           bt_self_component_sink_configuration* /*unused*/,
                                                           const bt_value* /*unused*/, void* data)
{
    const auto* const setup = static_cast<const SinkSetup*>(data);
    for (std::uint64_t i = 0; i < setup->ports; ++i)
        if (bt_self_component_sink_add_input_port(self, fmt::format("in{}", i).c_str(), nullptr, nullptr) !=
            BT_SELF_COMPONENT_ADD_PORT_STATUS_OK)
            return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_ERROR;
    bt_self_component_set_data(bt_self_component_sink_as_self_component(self), data);
    return BT_COMPONENT_CLASS_INITIALIZE_METHOD_STATUS_OK;
}

bt_component_class_sink_graph_is_configured_method_status takeIterators(bt_self_component_sink* self)
{
    const auto* const setup =
        static_cast<const SinkSetup*>(bt_self_component_get_data(bt_self_component_sink_as_self_component(self)));
    for (std::uint64_t i = 0; i < setup->ports; ++i) {
        bt_message_iterator* iterator = nullptr;
        if (bt_message_iterator_create_from_sink_component(
                self, bt_self_component_sink_borrow_input_port_by_index(self, i), &iterator) !=
            BT_MESSAGE_ITERATOR_CREATE_FROM_SINK_COMPONENT_STATUS_OK)
            return BT_COMPONENT_CLASS_SINK_GRAPH_IS_CONFIGURED_METHOD_STATUS_ERROR;
        setup->iterators->emplace_back(iterator);
    }
    return BT_COMPONENT_CLASS_SINK_GRAPH_IS_CONFIGURED_METHOD_STATUS_OK;
}

bt_component_class_sink_consume_method_status consumeNothing(bt_self_component_sink* /*unused*/)
{
    return BT_COMPONENT_CLASS_SINK_CONSUME_METHOD_STATUS_OK;
}

SinkClassPtr makeSinkClass()
{
    bt_component_class_sink* const sinkClass = bt_component_class_sink_create("vnscope", consumeNothing);
    if (sinkClass == nullptr)
        return nullptr;
    bt_component_class_sink_set_initialize_method(sinkClass, initializeSink);
    bt_component_class_sink_set_graph_is_configured_method(sinkClass, takeIterators);
    return SinkClassPtr(sinkClass);
}

ValuePtr sourceParameters(const std::string& directory)
{
    ValuePtr parameters(bt_value_map_create());
    bt_value* inputs = nullptr;
    if (!parameters ||
        bt_value_map_insert_empty_array_entry(parameters.get(), "inputs", &inputs) !=
            BT_VALUE_MAP_INSERT_ENTRY_STATUS_OK ||
        bt_value_array_append_string_element(inputs, directory.c_str()) != BT_VALUE_ARRAY_APPEND_ELEMENT_STATUS_OK)
        return nullptr;
    return parameters;
}

const bt_component_source* addSource(bt_graph* graph, const bt_plugin* ctfPlugin, const std::string& directory)
{
    const bt_component_class_source* const sourceClass =
        bt_plugin_borrow_source_component_class_by_name_const(ctfPlugin, "fs");
    const ValuePtr parameters = sourceParameters(directory);
    const bt_component_source* source = nullptr;
    if (sourceClass == nullptr || !parameters ||
        bt_graph_add_source_component(graph, sourceClass, "source", parameters.get(), BT_LOGGING_LEVEL_NONE, &source) !=
            BT_GRAPH_ADD_COMPONENT_STATUS_OK)
        return nullptr;
    return source;
}

bool connect(bt_graph* graph, const bt_component_source* source, const bt_component_sink* sink)
{
    const std::uint64_t ports = bt_component_source_get_output_port_count(source);
    for (std::uint64_t i = 0; i < ports; ++i)
        if (bt_graph_connect_ports(graph, bt_component_source_borrow_output_port_by_index_const(source, i),
                                   bt_component_sink_borrow_input_port_by_index_const(sink, i),
                                   nullptr) != BT_GRAPH_CONNECT_PORTS_STATUS_OK)
            return false;
    return true;
}

std::string bounded(const char* text)
{
    return std::string(std::string_view(text).substr(0, kMaxEnvironmentBytes));
}

std::map<std::string, std::string> environmentOf(const bt_trace* trace)
{
    std::map<std::string, std::string> environment;
    const std::uint64_t entries =
        std::min<std::uint64_t>(bt_trace_get_environment_entry_count(trace), kMaxEnvironmentEntries);
    for (std::uint64_t i = 0; i < entries; ++i) {
        const char* name = nullptr;
        const bt_value* value = nullptr;
        bt_trace_borrow_environment_entry_by_index_const(trace, i, &name, &value);
        if (bt_value_is_string(value) == BT_TRUE)
            environment[bounded(name)] = bounded(bt_value_string_get(value));
        else if (bt_value_is_signed_integer(value) == BT_TRUE)
            environment[bounded(name)] = std::to_string(bt_value_integer_signed_get(value));
    }
    return environment;
}

wire::TraceMessage describe(const bt_stream* stream, std::uint32_t trace)
{
    wire::TraceMessage message{trace, environmentOf(bt_stream_borrow_trace_const(stream)), {}, false};
    const bt_clock_class* const clock =
        bt_stream_class_borrow_default_clock_class_const(bt_stream_borrow_class_const(stream));
    message.isClockEpoch = bt_clock_class_origin_is_unix_epoch(clock) == BT_TRUE;
    if (const bt_uuid uuid = bt_clock_class_get_uuid(clock); uuid != nullptr)
        for (std::size_t i = 0; i < 16; ++i)
            message.clockUuid += fmt::format("{:02x}", uuid[i]);
    return message;
}

/// The request's stream whose file babeltrace2 named the stream after.
std::optional<std::size_t> pieceOf(const bt_stream* stream, const wire::GroupRequest& group)
{
    const char* const name = bt_stream_get_name(stream);
    if (name == nullptr)
        return std::nullopt;
    const std::string file = std::filesystem::path(name).filename().native();
    const auto piece = std::ranges::find(group.pieces, file, &wire::PieceRequest::file);
    if (piece == group.pieces.end())
        return std::nullopt;
    return static_cast<std::size_t>(piece - group.pieces.begin());
}

} // namespace

std::unique_ptr<TraceGraph> TraceGraph::open(const bt_plugin* ctfPlugin, const wire::GroupRequest& group)
{
    std::unique_ptr<TraceGraph> opened(new TraceGraph());
    opened->m_graph.reset(bt_graph_create(0));
    const SinkClassPtr sinkClass = makeSinkClass();
    if (!opened->m_graph || !sinkClass)
        return nullptr;
    bt_graph* const graph = opened->m_graph.get();
    const bt_component_source* const source = addSource(graph, ctfPlugin, group.directory);
    if (source == nullptr) {
        dropThreadError();
        return nullptr;
    }
    SinkSetup setup{bt_component_source_get_output_port_count(source), &opened->m_iterators};
    if (setup.ports == 0)
        return opened;
    const bt_component_sink* sink = nullptr;
    const bool isReady = bt_graph_add_sink_component_with_initialize_method_data(
                             graph, sinkClass.get(), "sink", nullptr, &setup, BT_LOGGING_LEVEL_NONE, &sink) ==
                             BT_GRAPH_ADD_COMPONENT_STATUS_OK &&
                         connect(graph, source, sink) && bt_graph_run_once(graph) == BT_GRAPH_RUN_ONCE_STATUS_OK;
    if (!isReady) {
        dropThreadError();
        return nullptr;
    }
    return opened;
}

std::optional<std::vector<std::unique_ptr<StreamCursor>>> TraceGraph::cursors(const wire::GroupRequest& group,
                                                                              std::uint32_t firstPiece,
                                                                              const StreamCursor::Shared& shared,
                                                                              MessagePipe& messages)
{
    std::vector<std::unique_ptr<StreamCursor>> cursors;
    for (MessageIteratorPtr& iterator : m_iterators) {
        auto cursor = std::make_unique<StreamCursor>(std::move(iterator), shared);
        const bt_stream* const stream = cursor->open();
        if (stream == nullptr) {
            if (cursor->isEmpty())
                continue;
            return std::nullopt;
        }
        const auto piece = pieceOf(stream, group);
        const bool hasClock =
            bt_stream_class_borrow_default_clock_class_const(bt_stream_borrow_class_const(stream)) != nullptr;
        if (!piece || !hasClock)
            return std::nullopt;
        if (cursors.empty())
            messages.send(describe(stream, group.trace));
        cursor->assign(group, group.pieces[*piece], firstPiece + static_cast<std::uint32_t>(*piece), stream);
        cursors.push_back(std::move(cursor));
    }
    m_iterators.clear();
    return cursors;
}

} // namespace vnscope::importer::reader
