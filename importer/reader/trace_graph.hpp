// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "importer/reader/bt2.hpp"
#include "importer/reader/stream_cursor.hpp"
#include "importer/wire/protocol.hpp"

namespace vnscope::importer::reader {

/// babeltrace2's graph for one group of streams: its CTF source and a sink of ours that merely takes one message
/// iterator per stream. There is no muxer in between, because its cost per event grows with the number of streams.
class TraceGraph final {
public:
    /// nullptr when babeltrace2 cannot open the group as a whole.
    [[nodiscard]] static std::unique_ptr<TraceGraph> open(const bt_plugin* ctfPlugin, const wire::GroupRequest& group);

    /// One cursor per stream that has data, each standing before its first message. nullopt when a stream broke before
    /// it could say which one it is.
    [[nodiscard]] std::optional<std::vector<std::unique_ptr<StreamCursor>>> cursors(const wire::GroupRequest& group,
                                                                                    std::uint32_t firstPiece,
                                                                                    const StreamCursor::Shared& shared,
                                                                                    MessagePipe& messages);

private:
    TraceGraph() = default;

    GraphPtr m_graph;
    std::vector<MessageIteratorPtr> m_iterators;
};

} // namespace vnscope::importer::reader
