// SPDX-License-Identifier: Apache-2.0
#include "importer/worker.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#include <fmt/format.h>

extern char** environ; // NOLINT(readability-redundant-declaration): POSIX says that programs declare it.

namespace vnscope::importer {

namespace fs = std::filesystem;

namespace {

constexpr int kPollMs = 100;
constexpr std::size_t kMaxLineBytes = std::size_t{1} << 20U;
constexpr std::size_t kMaxMessages = std::size_t{1} << 20U;
/// Descriptors are moved up here first, so that putting them at their final numbers overwrites none of them.
constexpr int kFirstSpareFd = 16;

base::Error systemError(std::string_view what)
{
    return {base::ErrorCode::Internal, fmt::format("Cannot {}: {}.", what, std::strerror(errno)), {}};
}

base::FileDescriptor movedUp(int descriptor)
{
    const int moved = ::fcntl(descriptor, F_DUPFD_CLOEXEC, kFirstSpareFd);
    ::close(descriptor);
    return base::FileDescriptor(moved);
}

bool writeAll(int descriptor, std::string_view text)
{
    while (!text.empty()) {
        const ssize_t count = ::write(descriptor, text.data(), text.size());
        if (count <= 0)
            return false;
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

/// posix_spawn's two argument objects.
class SpawnSetup final {
public:
    SpawnSetup()
    {
        ::posix_spawn_file_actions_init(&m_actions);
        ::posix_spawnattr_init(&m_attributes);
    }
    SpawnSetup(const SpawnSetup&) = delete;
    SpawnSetup& operator=(const SpawnSetup&) = delete;
    ~SpawnSetup()
    {
        ::posix_spawn_file_actions_destroy(&m_actions);
        ::posix_spawnattr_destroy(&m_attributes);
    }

    void place(const base::FileDescriptor& from, int to)
    {
        ::posix_spawn_file_actions_adddup2(&m_actions, from.get(), to);
    }
    void silence(int descriptor)
    {
        ::posix_spawn_file_actions_addopen(&m_actions, descriptor, "/dev/null", O_WRONLY, 0);
    }
    /// The caller's threads may block or handle signals; the process starts with none of that.
    void resetSignals()
    {
        sigset_t none;
        sigset_t all;
        ::sigemptyset(&none);
        ::sigfillset(&all);
        ::posix_spawnattr_setsigmask(&m_attributes, &none);
        ::posix_spawnattr_setsigdefault(&m_attributes, &all);
        ::posix_spawnattr_setflags(&m_attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    [[nodiscard]] int spawn(pid_t& pid, const fs::path& program)
    {
        std::string name = program.native();
        std::array<char*, 2> arguments{name.data(), nullptr};
        return ::posix_spawn(&pid, program.c_str(), &m_actions, &m_attributes, arguments.data(), environ);
    }

private:
    posix_spawn_file_actions_t m_actions{};
    posix_spawnattr_t m_attributes{};
};

bool isProgram(const fs::path& path)
{
    std::error_code error;
    return fs::is_regular_file(path, error) && ::access(path.c_str(), X_OK) == 0;
}

} // namespace

base::Result<fs::path> findReaderProgram()
{
    if (const char* named = std::getenv("VNSCOPE_CTF_READER"); named != nullptr && *named != '\0') {
        if (isProgram(named))
            return fs::path(named);
        return base::fail(base::ErrorCode::Internal,
                          fmt::format("VNSCOPE_CTF_READER names {}, which is not a program.", named));
    }
    std::error_code error;
    const fs::path here = fs::read_symlink("/proc/self/exe", error).parent_path();
    for (const char* place :
         {"../libexec/vnscope/vnscope-ctf-reader", "vnscope-ctf-reader", "../bin/vnscope-ctf-reader"})
        if (isProgram(here / place))
            return here / place;
    return base::fail(
        base::ErrorCode::Internal,
        "The program vnscope-ctf-reader was not found: reinstall vnscope, or name it in VNSCOPE_CTF_READER.");
}

base::Result<std::unique_ptr<Worker>> Worker::start(const fs::path& program, const wire::ReaderRequest& request,
                                                    AddressSpace& addresses, std::chrono::milliseconds hangLimit)
{
    std::unique_ptr<Worker> worker(new Worker(addresses, hangLimit));
    if (auto made = worker->makeRing(request.ring); !made)
        return tl::unexpected(std::move(made.error()));
    if (auto spawned = worker->spawn(program, request); !spawned)
        return tl::unexpected(std::move(spawned.error()));
    return worker;
}

Worker::~Worker()
{
    if (m_pid > 0)
        kill();
    if (m_isMapped)
        m_addresses->unmap(m_ringOffset);
}

base::Result<void> Worker::makeRing(const wire::RingShape& shape)
{
    const std::size_t bytes = wire::ringBytes(shape);
    m_memory = movedUp(::memfd_create("vnscope-ring", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    m_ready = movedUp(::eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE | EFD_NONBLOCK));
    m_free = movedUp(::eventfd(shape.slots, EFD_CLOEXEC | EFD_SEMAPHORE));
    if (!m_memory.isValid() || !m_ready.isValid() || !m_free.isValid() ||
        ::ftruncate(m_memory.get(), static_cast<off_t>(bytes)) != 0)
        return tl::unexpected(systemError("make the memory shared with a reader process"));
    // A reader that went mad must not be able to shrink the memory under our feet.
    ::fcntl(m_memory.get(), F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
    const auto offset = m_addresses->map(m_memory.get(), bytes);
    if (!offset)
        return tl::unexpected(offset.error());
    m_ringOffset = *offset;
    m_isMapped = true;
    m_ring = wire::RingView(m_addresses->base() + m_ringOffset, shape);
    return {};
}

base::Result<void> Worker::spawn(const fs::path& program, const wire::ReaderRequest& request)
{
    const base::FileDescriptor requestFile = movedUp(::memfd_create("vnscope-request", MFD_CLOEXEC));
    std::array<int, 2> lifeline{-1, -1};
    std::array<int, 2> pipe{-1, -1};
    if (!requestFile.isValid() || !writeAll(requestFile.get(), wire::encode(request)) ||
        ::pipe2(lifeline.data(), O_CLOEXEC) != 0)
        return tl::unexpected(systemError("prepare a reader process"));
    const base::FileDescriptor lifelineRead = movedUp(lifeline[0]);
    m_lifeline = movedUp(lifeline[1]);
    if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
        return tl::unexpected(systemError("prepare a reader process"));
    m_pipe = movedUp(pipe[0]);
    const base::FileDescriptor pipeWrite = movedUp(pipe[1]);
    ::fcntl(m_pipe.get(), F_SETFL, O_NONBLOCK);

    SpawnSetup setup;
    setup.place(lifelineRead, wire::kLifelineFd);
    setup.place(pipeWrite, wire::kMessagesFd);
    setup.silence(STDERR_FILENO);
    setup.place(m_memory, wire::kRingFd);
    setup.place(m_ready, wire::kReadyFd);
    setup.place(m_free, wire::kFreeFd);
    setup.place(requestFile, wire::kRequestFd);
    setup.resetSignals();
    if (const int error = setup.spawn(m_pid, program); error != 0) {
        m_pid = -1;
        return base::fail(base::ErrorCode::Internal,
                          fmt::format("Cannot start {}: {}.", program.native(), std::strerror(error)));
    }
    return {};
}

base::Result<Worker::State> Worker::wait(const StopRequested& stop)
{
    while (true) {
        if (takeReadySlot())
            return State::SlotReady;
        if (m_pid < 0)
            return State::Ended;
        if (stop && stop())
            return base::fail(base::ErrorCode::Cancelled, "Reading the trace was stopped.");
        std::array<pollfd, 2> waiting{{{m_ready.get(), POLLIN, 0}, {m_pipe.get(), POLLIN, 0}}};
        const int ready = ::poll(waiting.data(), waiting.size(), kPollMs);
        if (ready == 0)
            endIfHung();
        if (ready > 0 && waiting[1].revents != 0)
            readMessages();
    }
}

bool Worker::takeReadySlot()
{
    std::uint64_t one = 0;
    if (::read(m_ready.get(), &one, sizeof one) != static_cast<ssize_t>(sizeof one))
        return false;
    m_slot = m_nextSlot;
    m_nextSlot = (m_nextSlot + 1) % m_ring.shape().slots;
    m_processorTimeAtHeartbeat = {};
    return true;
}

void Worker::releaseSlot()
{
    const std::uint64_t one = 1;
    // The counter cannot overflow: it never exceeds the number of slots.
    [[maybe_unused]] const ssize_t written = ::write(m_free.get(), &one, sizeof one);
}

bool Worker::waitForMessages(std::size_t count)
{
    while (m_messages.size() < count && m_pid > 0) {
        pollfd waiting{m_pipe.get(), POLLIN, 0};
        if (::poll(&waiting, 1, kPollMs) > 0)
            readMessages();
        else
            endIfHung();
    }
    return m_messages.size() >= count;
}

/// Takes what the pipe holds now; true at its end, which is the end of the process.
bool Worker::drainPipe()
{
    std::array<char, 16384> buffer{};
    while (true) {
        const ssize_t count = ::read(m_pipe.get(), buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && errno == EAGAIN)
            return false;
        if (count <= 0 || m_partialLine.size() > kMaxLineBytes || m_messages.size() > kMaxMessages)
            return true;
        m_partialLine.append(buffer.data(), static_cast<std::size_t>(count));
        takeLines();
    }
}

void Worker::takeLines()
{
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = m_partialLine.find('\n', begin)) != std::string::npos; begin = end + 1)
        if (auto message = wire::decodeMessage(std::string_view(m_partialLine).substr(begin, end - begin)))
            m_messages.push_back(std::move(*message));
    m_partialLine.erase(0, begin);
}

void Worker::readMessages()
{
    if (!drainPipe())
        return;
    // A process that closes its pipe has ended, or no longer does what it should.
    constexpr int kGraceMs = 2000;
    for (int waited = 0; waited < kGraceMs && m_pid > 0; ++waited) {
        if (::waitpid(m_pid, &m_exitStatus, WNOHANG) == m_pid)
            m_pid = -1;
        else
            ::usleep(1000);
    }
    kill();
}

void Worker::kill()
{
    if (m_pid <= 0)
        return;
    ::kill(m_pid, SIGKILL);
    while (::waitpid(m_pid, &m_exitStatus, 0) < 0 && errno == EINTR) {
    }
    m_pid = -1;
    m_exitStatus = SIGKILL;
    drainPipe();
}

bool Worker::hasSucceeded() const
{
    return m_pid < 0 && m_exitStatus == 0 && !m_messages.empty() &&
           std::holds_alternative<wire::DoneMessage>(m_messages.back());
}

wire::ReaderPhase Worker::phase() const
{
    const std::uint32_t phase = m_ring.header().phase.load(std::memory_order_acquire);
    return static_cast<wire::ReaderPhase>(std::min(phase, static_cast<std::uint32_t>(wire::ReaderPhase::Finished)));
}

std::uint32_t Worker::subject() const
{
    return m_ring.header().subject.load(std::memory_order_relaxed);
}

std::chrono::nanoseconds Worker::processorTime() const
{
    clockid_t clock{};
    timespec time{};
    if (::clock_getcpuclockid(m_pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0)
        return {};
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

/// Processor time counts, not time on the wall: a reader that waits for a slow disk is not hung.
void Worker::endIfHung()
{
    if (m_pid <= 0)
        return;
    const std::uint64_t heartbeat = m_ring.header().heartbeat.load(std::memory_order_relaxed);
    const auto used = processorTime();
    if (heartbeat != m_lastHeartbeat || m_processorTimeAtHeartbeat.count() == 0) {
        m_lastHeartbeat = heartbeat;
        m_processorTimeAtHeartbeat = used;
    } else if (used - m_processorTimeAtHeartbeat > m_hangLimit) {
        kill();
    }
}

} // namespace vnscope::importer
