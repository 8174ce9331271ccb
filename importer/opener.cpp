// SPDX-License-Identifier: Apache-2.0
#include "importer/opener.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>
#include <numeric>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "storage/base/file_descriptor.hpp"

namespace vnscope::importer {

namespace fs = std::filesystem;
using base::ErrorCode;

namespace {

/// Each attempt starts a process (some 30 ms). Hostile input must not be able to ask for any number of them.
constexpr std::size_t kBaseAttempts = 400;
constexpr std::size_t kChunkBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxIndexBytes = std::size_t{128} << 20U;

/// Rings of attempts are small: nothing but the first events is ever put into them.
wire::RingShape checkShape(std::uint32_t streams)
{
    return {.slots = 4,
            .eventsPerSlot = 64,
            .arenaBytes = 64 * 1024,
            .progressEntries = streams,
            .classEntries = 64,
            .nameBytes = 64 * 1024};
}

base::Error ioError(std::string_view what, const fs::path& path)
{
    return {ErrorCode::Io, fmt::format("Cannot {} {}: {}.", what, path.native(), std::strerror(errno)), {}};
}

/// Copies `bounds` of `source` to a new file.
base::Result<void> copyRange(const fs::path& source, const fs::path& target, PacketBounds bounds)
{
    const base::FileDescriptor in(::open(source.c_str(), O_RDONLY | O_CLOEXEC));
    const base::FileDescriptor out(::open(target.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!in.isValid())
        return tl::unexpected(ioError("read", source));
    if (!out.isValid())
        return tl::unexpected(ioError("write", target));
    auto offset = static_cast<off64_t>(bounds.offset);
    while (bounds.size > 0) {
        const ssize_t copied = ::copy_file_range(in.get(), &offset, out.get(), nullptr, bounds.size, 0);
        if (copied < 0 && (errno == EXDEV || errno == EINVAL || errno == ENOSYS))
            break;
        if (copied < 0)
            return tl::unexpected(ioError("write", target));
        if (copied == 0)
            return {};
        bounds.size -= static_cast<std::uint64_t>(copied);
    }
    // Some file systems cannot copy inside the kernel.
    std::vector<std::byte> chunk(std::min<std::uint64_t>(kChunkBytes, bounds.size));
    while (bounds.size > 0) {
        const ssize_t count =
            ::pread(in.get(), chunk.data(), std::min<std::uint64_t>(chunk.size(), bounds.size), offset);
        if (count <= 0)
            return {};
        if (::write(out.get(), chunk.data(), static_cast<std::size_t>(count)) != count)
            return tl::unexpected(ioError("write", target));
        offset += count;
        bounds.size -= static_cast<std::uint64_t>(count);
    }
    return {};
}

std::vector<std::uint64_t> scanFile(const fs::path& file, const PacketSignature& signature)
{
    PacketScanner scanner(signature);
    const base::FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    std::vector<std::byte> chunk(kChunkBytes);
    for (ssize_t count = 0; (count = ::read(descriptor.get(), chunk.data(), chunk.size())) > 0;)
        scanner.feed(std::span(chunk).first(static_cast<std::size_t>(count)));
    return scanner.starts();
}

/// The same signature without the UUID: what is left when header bytes that differ were taken for one.
PacketSignature magicOf(const PacketSignature& signature)
{
    return PacketSignature(signature.bytes(), false);
}

} // namespace

ScratchPath::~ScratchPath()
{
    std::error_code ignored;
    fs::remove_all(m_path, ignored);
}

Opener::Opener(std::vector<FoundTrace> traces, std::vector<Stream> streams, ReaderSettings settings,
               TemporaryDirectory directory, AddressSpace& addresses)
    : m_traces(std::move(traces)),
      m_streams(std::move(streams)),
      m_settings(std::move(settings)),
      m_directory(std::move(directory)),
      m_addresses(&addresses),
      m_losses(m_streams.size()),
      m_packets(m_streams.size()),
      m_metadataState(m_traces.size(), Known::Unknown),
      m_attemptsLeft(kBaseAttempts + 4 * m_streams.size())
{
}

fs::path Opener::fileOf(base::StreamId stream) const
{
    const Stream& known = m_streams[stream.value];
    return m_traces[known.trace.value].directory / known.found.name;
}

/// Makes the folders that the reader opens: one per trace, of symbolic links. Files that babeltrace2 would join to one
/// stream (parts of a rotated stream file) get folders of their own, so that one file is one stream everywhere.
base::Result<void> Opener::fillDirectory(Launch& launch, wire::ReaderRequest& request)
{
    const fs::path root = m_directory.path() / fmt::format("{}", m_directories++);
    launch.directory = std::make_unique<ScratchPath>(root);

    std::map<std::pair<std::uint32_t, std::size_t>, std::vector<Piece>> groups; // By trace and layer.
    std::map<std::pair<std::uint32_t, std::string>, std::size_t> layers;        // Next layer by trace and stream.
    for (Piece& piece : launch.pieces) {
        const Stream& stream = m_streams[piece.stream.value];
        const std::string& key = stream.found.instance.empty() ? stream.found.name : stream.found.instance;
        const std::size_t layer = layers[{stream.trace.value, key}]++;
        groups[{stream.trace.value, layer}].push_back(std::move(piece));
    }

    launch.pieces.clear();
    std::error_code error;
    for (auto& [key, pieces] : groups) {
        const auto& [trace, layer] = key;
        const fs::path folder = root / fmt::format("{}.{}", trace, layer);
        fs::create_directories(folder, error);
        fs::create_symlink(m_traces[trace].directory / "metadata", folder / "metadata", error);
        wire::GroupRequest group{trace, folder.native(), m_settings.clockCorrections[trace], {}};
        launch.groupBegins.push_back(launch.pieces.size());
        for (Piece& piece : pieces) {
            const FoundStream& found = m_streams[piece.stream.value].found;
            fs::create_symlink(piece.copy ? piece.copy->path() : fileOf(piece.stream), folder / found.name, error);
            const std::string index = found.name + ".idx";
            if (piece.useIndex) {
                fs::create_directory(folder / "index", error);
                fs::create_symlink(m_traces[trace].directory / "index" / index, folder / "index" / index, error);
            }
            group.pieces.push_back(
                {piece.stream.value, found.name, found.cpu, piece.skipEvents, found.bytes, piece.isContinuation});
            launch.pieces.push_back(std::move(piece));
        }
        request.groups.push_back(std::move(group));
    }
    if (error)
        return base::fail(ErrorCode::Io, fmt::format("Cannot write to {}: {}.", root.native(), error.message()));
    return {};
}

base::Result<Launch> Opener::launch(std::vector<Piece> pieces, bool isCheck)
{
    Launch launch;
    launch.pieces = std::move(pieces);
    wire::ReaderRequest request{wire::protocolVersion(), m_settings.window, isCheck, m_settings.ring, {}};
    const auto streams = static_cast<std::uint32_t>(launch.pieces.size());
    if (isCheck)
        request.ring = checkShape(streams);
    request.ring.progressEntries = streams;
    if (auto filled = fillDirectory(launch, request); !filled)
        return tl::unexpected(std::move(filled.error()));
    auto worker = Worker::start(m_settings.program, request, *m_addresses, m_settings.hangLimit);
    if (!worker)
        return tl::unexpected(std::move(worker.error()));
    launch.worker = std::move(*worker);
    return launch;
}

/// Lets a check run to its end and says whether nothing was wrong.
base::Result<bool> checkResult(Worker& worker, const Worker::StopRequested& stop)
{
    while (true) {
        auto state = worker.wait(stop);
        if (!state)
            return tl::unexpected(std::move(state.error()));
        if (*state == Worker::State::Ended)
            break;
        worker.releaseSlot();
    }
    for (const wire::ReaderMessage& message : worker.messages()) {
        if (const auto* unable = std::get_if<wire::UnableMessage>(&message))
            return base::fail(ErrorCode::Internal, unable->reason);
        if (std::holds_alternative<wire::GroupFailure>(message))
            return false;
    }
    return worker.hasSucceeded();
}

base::Result<bool> Opener::canOpen(std::vector<Piece> pieces)
{
    if (m_attemptsLeft == 0)
        return false;
    --m_attemptsLeft;
    auto check = launch(std::move(pieces), true);
    if (!check)
        return tl::unexpected(std::move(check.error()));
    return checkResult(*check->worker, m_settings.stop);
}

/// Without any stream only the metadata can be at fault.
base::Result<bool> Opener::isMetadataGood(base::TraceId trace)
{
    Known& known = m_metadataState[trace.value];
    if (known == Known::Unknown) {
        const ScratchPath folder(m_directory.path() / fmt::format("{}", m_directories++));
        std::error_code error;
        fs::create_directories(folder.path(), error);
        fs::create_symlink(m_traces[trace.value].directory / "metadata", folder.path() / "metadata", error);
        wire::ReaderRequest request{wire::protocolVersion(), m_settings.window, true, checkShape(0), {}};
        request.groups.push_back({trace.value, folder.path().native(), 0, {}});
        auto worker = Worker::start(m_settings.program, request, *m_addresses, m_settings.hangLimit);
        if (!worker)
            return tl::unexpected(std::move(worker.error()));
        auto isGood = checkResult(**worker, m_settings.stop);
        if (!isGood)
            return isGood;
        known = *isGood ? Known::Good : Known::Bad;
    }
    return known == Known::Good;
}

base::Result<std::vector<Piece>> Opener::salvage(std::vector<Piece> refused)
{
    std::vector<Piece> readable;
    if (refused.empty())
        return readable;
    auto isGood = isMetadataGood(m_streams[refused.front().stream.value].trace);
    if (!isGood)
        return tl::unexpected(std::move(isGood.error()));
    if (!*isGood) {
        for (const Piece& piece : refused)
            loseRest(piece.stream);
        return readable;
    }
    if (auto done = split(std::move(refused), readable); !done)
        return tl::unexpected(std::move(done.error()));
    return readable;
}

base::Result<void> Opener::split(std::vector<Piece> refused, std::vector<Piece>& readable)
{
    if (refused.size() == 1)
        return salvageStream(std::move(refused.front()), readable);
    const auto middle = refused.begin() + static_cast<std::ptrdiff_t>(refused.size() / 2);
    for (std::vector<Piece> half : {std::vector(refused.begin(), middle), std::vector(middle, refused.end())}) {
        auto opens = canOpen(half);
        if (!opens)
            return tl::unexpected(std::move(opens.error()));
        if (*opens)
            std::ranges::move(half, std::back_inserter(readable));
        else if (auto done = split(std::move(half), readable); !done)
            return done;
    }
    return {};
}

base::Result<std::vector<Piece>> Opener::tryAlone(Piece piece)
{
    if (isOfAnotherTrace(piece.stream)) {
        loseRest(piece.stream);
        return std::vector<Piece>();
    }
    auto opens = canOpen({piece});
    if (!opens)
        return tl::unexpected(std::move(opens.error()));
    if (*opens)
        return std::vector{std::move(piece)};
    return salvage({std::move(piece)});
}

/// The first packet is of another trace. It may be the only one: its UUID may be damaged.
bool Opener::isOfAnotherTrace(base::StreamId stream) const
{
    const Stream& known = m_streams[stream.value];
    return known.found.isStranger && scanFile(fileOf(stream), m_traces[known.trace.value].signature).empty();
}

base::Result<void> Opener::salvageStream(Piece piece, std::vector<Piece>& readable)
{
    const base::StreamId stream = piece.stream;
    if (piece.copy)
        return salvagePackets(
            stream, {piece.firstPacket, piece.firstPacket + piece.packets, piece.skipEvents, true, false}, readable);
    if (std::exchange(piece.useIndex, false)) {
        auto opens = canOpen({piece});
        if (!opens)
            return tl::unexpected(std::move(opens.error()));
        if (*opens) {
            readable.push_back(std::move(piece));
            return {};
        }
    }
    const std::vector<PacketBounds>& packets = packetsOf(stream);
    if (packets.empty() || piece.skipEvents > 0) {
        loseRest(stream);
        return {};
    }
    // The packets are the whole file, which was refused, only if nothing lies before the first one.
    if (packets.front().offset > 0)
        m_losses[stream.value].packets = 1;
    m_losses[stream.value].bytes = packets.front().offset;
    return salvagePackets(stream, {0, packets.size(), 0, packets.front().offset == 0, false}, readable);
}

base::Result<void> Opener::salvagePackets(base::StreamId stream, PacketRun run, std::vector<Piece>& readable)
{
    if (run.first >= run.end)
        return {};
    if (!run.isKnownBad) {
        auto piece = copyPackets(stream, run);
        if (!piece)
            return tl::unexpected(std::move(piece.error()));
        auto opens = canOpen({*piece});
        if (!opens)
            return tl::unexpected(std::move(opens.error()));
        if (*opens) {
            readable.push_back(std::move(*piece));
            return {};
        }
    }
    if (m_attemptsLeft == 0) {
        loseRest(stream);
        return {};
    }
    if (run.end - run.first == 1) {
        losePacket(stream, run.first);
        return {};
    }
    const std::size_t cut = run.isTailCut ? std::midpoint(run.first, run.end) : run.end - 1;
    auto before = salvagePackets(stream, {run.first, cut, run.skipEvents, false, true}, readable);
    return before ? salvagePackets(stream, {cut, run.end, 0, false, true}, readable) : before;
}

base::Result<Piece> Opener::copyPackets(base::StreamId stream, const PacketRun& run)
{
    const std::vector<PacketBounds>& packets = packetsOf(stream);
    const std::uint64_t begin = packets[run.first].offset;
    const std::uint64_t end = packets[run.end - 1].offset + packets[run.end - 1].size;
    Piece piece{stream, false, nullptr, run.first, run.end - run.first, run.skipEvents, run.first > 0};
    piece.copy = std::make_shared<const ScratchPath>(m_directory.path() / fmt::format("copy-{}", m_directories++));
    if (auto copied = copyRange(fileOf(stream), piece.copy->path(), {begin, end - begin}); !copied)
        return tl::unexpected(std::move(copied.error()));
    return piece;
}

base::Result<std::vector<Piece>> Opener::continueAfter(Piece piece, const wire::StreamProgress& progress, bool isCrash)
{
    std::vector<Piece> readable;
    if (std::exchange(piece.useIndex, false)) {
        // The index may have led babeltrace2 astray.
        piece.skipEvents = progress.decoded;
        auto opens = canOpen({piece});
        if (!opens)
            return tl::unexpected(std::move(opens.error()));
        if (*opens)
            return std::vector{std::move(piece)};
    }
    const std::vector<PacketBounds>& packets = packetsOf(piece.stream);
    const std::size_t end = piece.copy ? piece.firstPacket + piece.packets : packets.size();
    const bool isInPacket = progress.packetsBegun > progress.packetsEnded;
    const std::size_t damaged = piece.firstPacket + progress.packetsBegun - (isInPacket ? 1 : 0);
    if (damaged >= end) {
        loseRest(piece.stream);
        return readable;
    }
    const std::uint64_t skip = isInPacket ? progress.decodedInPacket : 0;
    const bool isCornered =
        piece.copy && (end - piece.firstPacket == 1 || (!isInPacket && damaged == piece.firstPacket));
    base::Result<void> done;
    if (!isInPacket && !isCornered) {
        // Either the next packet's header is damaged, or the size that leads from the last packet to it.
        done = salvagePackets(piece.stream, {damaged, end, 0, false, false}, readable);
    } else if (!isCrash || isCornered) {
        losePacket(piece.stream, damaged);
        done = salvagePackets(piece.stream, {damaged + 1, end, 0, false, false}, readable);
    } else {
        // The process died somewhere in the packet or just after it: the packet goes on alone.
        done = salvagePackets(piece.stream, {damaged, damaged + 1, skip, false, true}, readable);
        if (done)
            done = salvagePackets(piece.stream, {damaged + 1, end, 0, false, false}, readable);
    }
    if (!done)
        return tl::unexpected(std::move(done.error()));
    return readable;
}

const std::vector<PacketBounds>& Opener::packetsOf(base::StreamId stream)
{
    auto& packets = m_packets[stream.value];
    if (!packets) {
        const FoundStream& found = m_streams[stream.value].found;
        const FoundTrace& trace = m_traces[m_streams[stream.value].trace.value];
        const fs::path file = fileOf(stream);
        std::vector<std::uint64_t> starts = scanFile(file, trace.signature);
        if (starts.size() < 2)
            starts = scanFile(file, magicOf(trace.signature));
        std::optional<std::vector<PacketBounds>> index;
        if (found.hasIndex)
            index =
                parseIndex(readStart(trace.directory / "index" / (found.name + ".idx"), kMaxIndexBytes), found.bytes);
        packets = combineBounds(starts, index, found.bytes);
    }
    return *packets;
}

void Opener::loseRest(base::StreamId stream)
{
    m_losses[stream.value].isRestLost = true;
}

void Opener::losePacket(base::StreamId stream, std::size_t packet)
{
    StreamLoss& loss = m_losses[stream.value];
    ++loss.packets;
    loss.bytes += packetsOf(stream)[packet].size;
}

} // namespace vnscope::importer
