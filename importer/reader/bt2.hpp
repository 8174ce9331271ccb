// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <babeltrace2/babeltrace.h>

#include <memory>

/// Ownership of babeltrace2's reference-counted objects.
namespace vnscope::importer::reader {

template <auto PutReference> struct PutBy {
    template <typename Object> void operator()(Object* object) const { PutReference(object); }
};

using GraphPtr = std::unique_ptr<bt_graph, PutBy<bt_graph_put_ref>>;
using PluginPtr = std::unique_ptr<const bt_plugin, PutBy<bt_plugin_put_ref>>;
using ValuePtr = std::unique_ptr<bt_value, PutBy<bt_value_put_ref>>;
using SinkClassPtr = std::unique_ptr<const bt_component_class_sink, PutBy<bt_component_class_sink_put_ref>>;
using MessageIteratorPtr = std::unique_ptr<bt_message_iterator, PutBy<bt_message_iterator_put_ref>>;
using EventClassPtr = std::unique_ptr<const bt_event_class, PutBy<bt_event_class_put_ref>>;

/// babeltrace2 keeps the causes of a failure for the thread; they must be taken before the next call. Its chain of
/// causes is not for users, so it goes no further.
inline void dropThreadError()
{
    if (const bt_error* error = bt_current_thread_take_error(); error != nullptr)
        bt_error_release(error);
}

} // namespace vnscope::importer::reader
