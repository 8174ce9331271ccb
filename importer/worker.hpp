// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "importer/address_space.hpp"
#include "importer/wire/protocol.hpp"
#include "importer/wire/ring.hpp"
#include "storage/base/file_descriptor.hpp"
#include "storage/base/result.hpp"

namespace vnscope::importer {

/// One reader process, seen from the importing side. The process ends with this object at the latest.
class Worker final {
public:
    enum class State { SlotReady, Ended };
    using StopRequested = std::function<bool()>;

    /// Starts `program`. `hangLimit`: processor time without progress after which the process is ended.
    [[nodiscard]] static base::Result<std::unique_ptr<Worker>> start(const std::filesystem::path& program,
                                                                     const wire::ReaderRequest& request,
                                                                     AddressSpace& addresses,
                                                                     std::chrono::milliseconds hangLimit);
    Worker(const Worker&) = delete;
    Worker& operator=(const Worker&) = delete;
    ~Worker();

    /// Waits for the next slot or the end of the process, collecting messages meanwhile. Slots that were ready before
    /// the process ended still come. Fails only when `stop` says so.
    [[nodiscard]] base::Result<State> wait(const StopRequested& stop);
    /// The slot that wait() announced.
    [[nodiscard]] std::uint32_t slot() const { return m_slot; }
    /// Gives the oldest slot back to the process.
    void releaseSlot();

    /// All messages so far, in order.
    [[nodiscard]] const std::vector<wire::ReaderMessage>& messages() const { return m_messages; }
    /// Waits until `count` messages are there; false when the process ended before.
    [[nodiscard]] bool waitForMessages(std::size_t count);

    [[nodiscard]] const wire::RingView& ring() const { return m_ring; }
    [[nodiscard]] std::uint32_t ringOffset() const { return m_ringOffset; }
    /// After the end: it said that it was done, and meant it.
    [[nodiscard]] bool hasSucceeded() const;
    [[nodiscard]] wire::ReaderPhase phase() const;
    [[nodiscard]] std::uint32_t subject() const;
    void kill();

private:
    Worker(AddressSpace& addresses, std::chrono::milliseconds hangLimit)
        : m_addresses(&addresses), m_hangLimit(hangLimit)
    {
    }
    [[nodiscard]] base::Result<void> makeRing(const wire::RingShape& shape);
    [[nodiscard]] base::Result<void> spawn(const std::filesystem::path& program, const wire::ReaderRequest& request);
    void readMessages();
    bool drainPipe();
    void takeLines();
    void endIfHung();
    [[nodiscard]] bool takeReadySlot();
    [[nodiscard]] std::chrono::nanoseconds processorTime() const;

    AddressSpace* m_addresses;
    std::chrono::milliseconds m_hangLimit;
    pid_t m_pid = -1;
    int m_exitStatus = -1;
    base::FileDescriptor m_lifeline;
    base::FileDescriptor m_pipe;
    base::FileDescriptor m_memory;
    base::FileDescriptor m_ready;
    base::FileDescriptor m_free;
    wire::RingView m_ring;
    std::uint32_t m_ringOffset = 0;
    bool m_isMapped = false;
    std::uint32_t m_slot = 0;
    std::uint32_t m_nextSlot = 0;
    std::string m_partialLine;
    std::vector<wire::ReaderMessage> m_messages;
    std::uint64_t m_lastHeartbeat = 0;
    std::chrono::nanoseconds m_processorTimeAtHeartbeat{0};
};

/// Where the reader program is: $VNSCOPE_CTF_READER, else beside the running program or in its libexec directory.
[[nodiscard]] base::Result<std::filesystem::path> findReaderProgram();

} // namespace vnscope::importer
