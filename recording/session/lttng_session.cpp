// SPDX-License-Identifier: Apache-2.0
#include "recording/session/lttng_session.hpp"

#include <lttng/lttng.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <span>
#include <system_error>
#include <utility>

#include <fmt/format.h>

namespace vnscope::recording::session {
namespace {

using base::ErrorCode;
using base::fail;
using base::Result;

constexpr std::uint64_t kSubBuffers = 8;
constexpr const char* kChannelName = "vnscope";
/// What waits in a half full buffer is written after so long, so that little is lost when the daemon dies.
constexpr unsigned kFlushIntervalUs = 1'000'000;

template <auto function> struct Release {
    template <typename Object> void operator()(Object* object) const { function(object); }
};
using Handle = std::unique_ptr<lttng_handle, Release<lttng_destroy_handle>>;
using Channel = std::unique_ptr<lttng_channel, Release<lttng_channel_destroy>>;
using Event = std::unique_ptr<lttng_event, Release<lttng_event_destroy>>;
using Descriptor = std::unique_ptr<lttng_session_descriptor, Release<lttng_session_descriptor_destroy>>;
using Schedule = std::unique_ptr<lttng_rotation_schedule, Release<lttng_rotation_schedule_destroy>>;
using Health = std::unique_ptr<lttng_health, Release<lttng_health_destroy>>;

/// liblttng-ctl's functions return a negative lttng_error_code, or what they were asked for.
Result<void> check(int code, const std::string& what)
{
    if (code >= 0)
        return {};
    return fail(ErrorCode::Io, fmt::format("LTTng cannot {}: {}", what, lttng_strerror(code)));
}

lttng_domain domainOf(bool isKernel)
{
    lttng_domain domain{};
    domain.type = isKernel ? LTTNG_DOMAIN_KERNEL : LTTNG_DOMAIN_UST;
    domain.buf_type = isKernel ? LTTNG_BUFFER_GLOBAL : LTTNG_BUFFER_PER_UID;
    return domain;
}

Handle handleOf(const std::string& session, bool isKernel)
{
    lttng_domain domain = domainOf(isKernel);
    return Handle(lttng_create_handle(session.c_str(), &domain));
}

bool answers(lttng_health* created)
{
    const Health health(created);
    return health && lttng_health_query(health.get()) == 0 && lttng_health_state(health.get()) == 0;
}

} // namespace

LttngSession::LttngSession(std::string name, const Options& options)
    : m_name(std::move(name)), m_mode(options.mode), m_bufferBytes(options.bufferBytes)
{
}

LttngSession::LttngSession(LttngSession&& other) noexcept
    : m_name(std::exchange(other.m_name, {})),
      m_mode(other.m_mode),
      m_bufferBytes(other.m_bufferBytes),
      m_domains(std::move(other.m_domains))
{
}

LttngSession::~LttngSession()
{
    if (!m_name.empty())
        destroy(m_name);
}

Result<LttngSession> LttngSession::create(const std::string& name, const std::filesystem::path& folder,
                                          const Options& options)
{
    const Descriptor descriptor(options.mode == Mode::Snapshot
                                    ? lttng_session_descriptor_snapshot_local_create(name.c_str(), folder.c_str())
                                    : lttng_session_descriptor_local_create(name.c_str(), folder.c_str()));
    if (!descriptor)
        return fail(ErrorCode::Io, fmt::format("LTTng does not take \"{}\" as a folder", folder.string()));
    const lttng_error_code code = lttng_create_session_ext(descriptor.get());
    if (code != LTTNG_OK)
        return fail(ErrorCode::Io, fmt::format("LTTng cannot make a session: {}", lttng_strerror(-code)));
    LttngSession session(name, options);
    if (options.mode == Mode::Rotation) {
        if (Result<void> scheduled = session.rotate(options.rotation); !scheduled)
            return tl::unexpected(std::move(scheduled).error());
    }
    return session;
}

Result<void> LttngSession::rotate(const Rotation& rotation) const
{
    const Schedule schedule(rotation.bytes != 0 ? lttng_rotation_schedule_size_threshold_create()
                                                : lttng_rotation_schedule_periodic_create());
    if (rotation.bytes != 0)
        lttng_rotation_schedule_size_threshold_set_threshold(schedule.get(), rotation.bytes);
    else
        lttng_rotation_schedule_periodic_set_period(schedule.get(),
                                                    static_cast<std::uint64_t>(rotation.every / base::kNsPerUs));
    if (lttng_session_add_rotation_schedule(m_name.c_str(), schedule.get()) != LTTNG_ROTATION_STATUS_OK)
        return fail(ErrorCode::Io, "LTTng refuses to rotate the session");
    return {};
}

Result<void> LttngSession::addChannel(Domain domain) const
{
    lttng_domain lttngDomain = domainOf(domain == Domain::Kernel);
    const Handle handle = handleOf(m_name, domain == Domain::Kernel);
    const Channel channel(lttng_channel_create(&lttngDomain));
    if (!handle || !channel)
        return fail(ErrorCode::Io, "LTTng cannot make a channel");
    std::string(kChannelName).copy(channel->name, sizeof channel->name - 1);
    channel->attr.overwrite = m_mode == Mode::Snapshot ? 1 : 0;
    channel->attr.subbuf_size = m_bufferBytes / kSubBuffers;
    channel->attr.num_subbuf = kSubBuffers;
    // A snapshot's ring is not flushed: a flush would fill it with nearly empty packets.
    channel->attr.switch_timer_interval = m_mode == Mode::Snapshot ? 0 : kFlushIntervalUs;
    return check(lttng_enable_channel(handle.get(), channel.get()), "make a channel");
}

Result<void> LttngSession::enable(Domain domain, const std::string& name, bool isSyscall) const
{
    const Handle handle = handleOf(m_name, domain == Domain::Kernel);
    const Event event(lttng_event_create());
    if (!handle || !event)
        return fail(ErrorCode::Io, "LTTng cannot enable an event");
    name.copy(event->name, sizeof event->name - 1);
    event->type = isSyscall ? LTTNG_EVENT_SYSCALL : LTTNG_EVENT_TRACEPOINT;
    event->loglevel_type = LTTNG_EVENT_LOGLEVEL_ALL;
    event->loglevel = -1;
    return check(lttng_enable_event_with_exclusions(handle.get(), event.get(), kChannelName, nullptr, 0, nullptr),
                 fmt::format("enable {}", name));
}

/// Who makes a system call is no field of it.
Result<void> LttngSession::addCallers() const
{
    const Handle handle = handleOf(m_name, true);
    for (const lttng_event_context_type type :
         {LTTNG_EVENT_CONTEXT_TID, LTTNG_EVENT_CONTEXT_PID, LTTNG_EVENT_CONTEXT_PROCNAME}) {
        lttng_event_context context{};
        context.ctx = type;
        const int code = handle ? lttng_add_context(handle.get(), &context, nullptr, kChannelName) : -LTTNG_ERR_NOMEM;
        if (Result<void> added = check(code, "add threads and their names to events"); !added)
            return added;
    }
    return {};
}

Result<void> LttngSession::recordUser(const std::vector<std::string>& events)
{
    if (Result<void> added = addChannel(Domain::User); !added)
        return added;
    m_domains.push_back(Domain::User);
    for (const std::string& event : events) {
        if (Result<void> enabled = enable(Domain::User, event, false); !enabled)
            return enabled;
    }
    return {};
}

Result<void> LttngSession::recordKernel(const std::vector<std::string>& events,
                                        const std::vector<std::string>& syscalls)
{
    // Asked for a kernel channel, a daemon without modules may also close the connection.
    if (std::error_code ignored; !std::filesystem::exists("/proc/modules", ignored))
        return fail(ErrorCode::Unsupported, "this kernel takes no modules, so none of LTTng's");
    if (Result<void> added = addChannel(Domain::Kernel); !added)
        return added;
    m_domains.push_back(Domain::Kernel);
    // Stock LTTng has no bridge, Open vSwitch and qdisc events: one that it lacks costs nothing but itself.
    std::size_t enabled = 0;
    for (const std::string& event : events)
        enabled += enable(Domain::Kernel, event, false) ? 1U : 0U;
    for (const std::string& event : syscalls)
        enabled += enable(Domain::Kernel, event, true) ? 1U : 0U;
    if (enabled == 0)
        return fail(ErrorCode::Unsupported, "LTTng's kernel tracer has none of the events");
    if (!syscalls.empty())
        return addCallers();
    return {};
}

Result<void> LttngSession::start()
{
    return check(lttng_start_tracing(m_name.c_str()), "start the session");
}

Result<void> LttngSession::stop()
{
    return check(lttng_stop_tracing(m_name.c_str()), "stop the session");
}

Result<void> LttngSession::takeSnapshot()
{
    if (Result<void> written = check(lttng_snapshot_record(m_name.c_str(), nullptr, 0), "write a snapshot"); !written)
        return written;
    // The next one begins where this one ends, as perf's do: nothing is told twice.
    if (lttng_clear_session(m_name.c_str(), nullptr) != LTTNG_OK)
        return fail(ErrorCode::Io, "LTTng cannot clear its rings after a snapshot");
    return {};
}

LttngLosses LttngSession::losses() const
{
    LttngLosses losses;
    for (const Domain domain : m_domains) {
        const Handle handle = handleOf(m_name, domain == Domain::Kernel);
        lttng_channel* listed = nullptr;
        const int count = handle ? lttng_list_channels(handle.get(), &listed) : 0;
        const std::unique_ptr<lttng_channel, Release<std::free>> channels(listed);
        for (lttng_channel& channel : std::span(listed, static_cast<std::size_t>(std::max(count, 0)))) {
            std::uint64_t number = 0;
            if (lttng_channel_get_discarded_event_count(&channel, &number) == 0)
                losses.discardedEvents += number;
            if (lttng_channel_get_lost_packet_count(&channel, &number) == 0)
                losses.lostPackets += number;
        }
    }
    return losses;
}

bool LttngSession::isHealthy() const
{
    if (lttng_session_daemon_alive() != 1)
        return false;
    return std::all_of(m_domains.begin(), m_domains.end(), [](Domain domain) {
        return answers(lttng_health_create_consumerd(domain == Domain::Kernel ? LTTNG_HEALTH_CONSUMERD_KERNEL
                                                                              : LTTNG_HEALTH_CONSUMERD_UST_64));
    });
}

void LttngSession::destroy(const std::string& name)
{
    if (lttng_session_daemon_alive() != 1)
        return;
    (void)lttng_stop_tracing(name.c_str());
    (void)lttng_destroy_session(name.c_str());
}

} // namespace vnscope::recording::session
