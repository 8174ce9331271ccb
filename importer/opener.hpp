// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "importer/address_space.hpp"
#include "importer/temporary_directory.hpp"
#include "importer/trace_finder.hpp"
#include "importer/worker.hpp"
#include "storage/base/ids.hpp"

namespace vnscope::importer {

/// A file or folder that is removed with the last thing that uses it.
class ScratchPath final {
public:
    explicit ScratchPath(std::filesystem::path path) : m_path(std::move(path)) {}
    ScratchPath(const ScratchPath&) = delete;
    ScratchPath& operator=(const ScratchPath&) = delete;
    ~ScratchPath();

    [[nodiscard]] const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

/// What a reader is asked to read of one stream: all of its file, or a copy of some of its packets.
struct Piece {
    base::StreamId stream;
    bool useIndex = false;
    std::shared_ptr<const ScratchPath> copy; ///< Set: only these packets of the stream, in a file of their own.
    std::size_t firstPacket = 0;             ///< Of the copy, counted in the stream.
    std::size_t packets = 0;                 ///< Of the copy.
    std::uint64_t skipEvents = 0;            ///< Delivered already.
    bool isContinuation = false;
};

/// What was given up of a stream.
struct StreamLoss {
    std::size_t packets = 0; ///< Damaged packets left out.
    std::uint64_t bytes = 0;
    bool isRestLost = false; ///< From some place on nothing could be read.
};

/// A reader at work, and what it was asked for.
struct Launch {
    std::unique_ptr<ScratchPath> directory;
    std::vector<Piece> pieces;            ///< In the order of the request.
    std::vector<std::size_t> groupBegins; ///< First piece of each group.
    std::unique_ptr<Worker> worker;
};

/// What is the same for all readers of a session.
struct ReaderSettings {
    std::filesystem::path program;
    base::TimeRange window = base::TimeRange::all();
    std::vector<base::Nanoseconds> clockCorrections; ///< By trace.
    std::chrono::milliseconds hangLimit{30'000};
    wire::RingShape ring;
    Worker::StopRequested stop;
};

/// Starts readers, and finds out what of a damaged trace can be read.
///
/// babeltrace2 opens a folder whole or not at all. So what it refuses is split in halves until the guilty stream is
/// alone; that one is tried without its index and at last packet by packet, each attempt in a process of its own.
class Opener final {
public:
    struct Stream {
        base::TraceId trace;
        FoundStream found;
    };

    Opener(std::vector<FoundTrace> traces, std::vector<Stream> streams, ReaderSettings settings,
           TemporaryDirectory directory, AddressSpace& addresses);

    [[nodiscard]] const std::vector<FoundTrace>& traces() const { return m_traces; }
    [[nodiscard]] const std::vector<Stream>& streams() const { return m_streams; }
    [[nodiscard]] const ReaderSettings& settings() const { return m_settings; }
    [[nodiscard]] const StreamLoss& lossOf(base::StreamId stream) const { return m_losses[stream.value]; }
    /// false once a trace's metadata alone is enough to make babeltrace2 fail.
    [[nodiscard]] bool isMetadataReadable(base::TraceId trace) const
    {
        return m_metadataState[trace.value] != Known::Bad;
    }

    [[nodiscard]] base::Result<Launch> launch(std::vector<Piece> pieces) { return launch(std::move(pieces), false); }

    /// Pieces of one trace that cannot be opened together: gives those that can be read, in whatever form.
    [[nodiscard]] base::Result<std::vector<Piece>> salvage(std::vector<Piece> refused);
    /// A piece that nobody has tried yet and that looks suspicious.
    [[nodiscard]] base::Result<std::vector<Piece>> tryAlone(Piece piece);
    /// A piece that broke off after `progress`: gives what is to be read next. `isCrash`: the process died, so that the
    /// place of the damage is only known roughly.
    [[nodiscard]] base::Result<std::vector<Piece>> continueAfter(Piece piece, const wire::StreamProgress& progress,
                                                                 bool isCrash);

private:
    enum class Known : std::uint8_t { Unknown, Good, Bad };

    [[nodiscard]] base::Result<Launch> launch(std::vector<Piece> pieces, bool isCheck);
    [[nodiscard]] base::Result<void> fillDirectory(Launch& launch, wire::ReaderRequest& request);
    [[nodiscard]] base::Result<bool> canOpen(std::vector<Piece> pieces);
    [[nodiscard]] base::Result<bool> isMetadataGood(base::TraceId trace);
    [[nodiscard]] base::Result<bool> succeeds(wire::ReaderRequest request);
    [[nodiscard]] base::Result<void> split(std::vector<Piece> refused, std::vector<Piece>& readable);
    [[nodiscard]] base::Result<void> salvageStream(Piece piece, std::vector<Piece>& readable);
    /// A run of packets of one stream, about to be tried.
    struct PacketRun {
        std::size_t first;
        std::size_t end;
        std::uint64_t skipEvents; ///< In the first packet.
        bool isKnownBad;
        bool isTailCut; ///< The last packet was tried apart already: the usual damage is a cut file.
    };
    [[nodiscard]] base::Result<void> salvagePackets(base::StreamId stream, PacketRun run, std::vector<Piece>& readable);
    [[nodiscard]] base::Result<Piece> copyPackets(base::StreamId stream, const PacketRun& run);
    const std::vector<PacketBounds>& packetsOf(base::StreamId stream);
    [[nodiscard]] bool isOfAnotherTrace(base::StreamId stream) const;
    void loseRest(base::StreamId stream);
    void losePacket(base::StreamId stream, std::size_t packet);
    [[nodiscard]] std::filesystem::path fileOf(base::StreamId stream) const;

    std::vector<FoundTrace> m_traces;
    std::vector<Stream> m_streams;
    ReaderSettings m_settings;
    TemporaryDirectory m_directory;
    AddressSpace* m_addresses;
    std::vector<StreamLoss> m_losses;
    std::vector<std::optional<std::vector<PacketBounds>>> m_packets; ///< By stream, found when first needed.
    std::vector<Known> m_metadataState;
    std::size_t m_attemptsLeft;
    std::size_t m_directories = 0;
};

} // namespace vnscope::importer
