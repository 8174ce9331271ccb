// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::linux_syscalls {

namespace {

using enum FieldKind;

// perf tells them with each event, lttng-modules as contexts of the channel.
#define VNSCOPE_CALLER(Struct)                                                                                         \
    FieldSpec{"perf_tid|$context/tid|$context/vtid|common_pid", Integer, VNSCOPE_MEMBER(Struct, caller.tid),           \
              kRequired},                                                                                              \
        FieldSpec{"perf_pid|$context/pid|$context/vpid", Integer, VNSCOPE_MEMBER(Struct, caller.pid)}, FieldSpec       \
    {                                                                                                                  \
        "$context/procname", String, VNSCOPE_MEMBER(Struct, caller.name)                                               \
    }

constexpr std::array kCall{
    VNSCOPE_CALLER(SocketCall),
    FieldSpec{"fd", Integer, VNSCOPE_MEMBER(SocketCall, fd), kRequired},
    FieldSpec{"flags", Integer, VNSCOPE_MEMBER(SocketCall, flags)},
    FieldSpec{"count|size|len", Integer, VNSCOPE_MEMBER(SocketCall, asked)},
};

constexpr std::array kTransfer{
    VNSCOPE_CALLER(SocketTransfer),
    FieldSpec{"in_fd|fd_in", Integer, VNSCOPE_MEMBER(SocketTransfer, inFd), kRequired},
    FieldSpec{"out_fd|fd_out", Integer, VNSCOPE_MEMBER(SocketTransfer, outFd), kRequired},
    FieldSpec{"count|len", Integer, VNSCOPE_MEMBER(SocketTransfer, asked)},
};

constexpr std::array kDescriptor{
    VNSCOPE_CALLER(SocketCall),
    FieldSpec{"fd", Integer, VNSCOPE_MEMBER(SocketCall, fd), kRequired},
    FieldSpec{"flags", Integer, VNSCOPE_MEMBER(SocketCall, flags)},
};

constexpr std::array kWait{VNSCOPE_CALLER(SocketWait)};

constexpr std::array kConnect{
    VNSCOPE_CALLER(SocketConnect),
    FieldSpec{"fd", Integer, VNSCOPE_MEMBER(SocketConnect, fd), kRequired},
    FieldSpec{"family", Integer, VNSCOPE_MEMBER(SocketConnect, peer.family)},
    FieldSpec{"dport", Integer, VNSCOPE_MEMBER(SocketConnect, peer.port)},
    FieldSpec{"v4addr", Bytes, VNSCOPE_MEMBER(SocketConnect, peer.address)},
    FieldSpec{"v6addr", Words, VNSCOPE_MEMBER(SocketConnect, peer.address)},
};

constexpr std::array kAccepted{
    VNSCOPE_CALLER(SocketAccepted),
    FieldSpec{"ret", Integer, VNSCOPE_MEMBER(SocketAccepted, result), kRequired},
    FieldSpec{"family", Integer, VNSCOPE_MEMBER(SocketAccepted, peer.family)},
    FieldSpec{"sport", Integer, VNSCOPE_MEMBER(SocketAccepted, peer.port)},
    FieldSpec{"v4addr", Bytes, VNSCOPE_MEMBER(SocketAccepted, peer.address)},
    FieldSpec{"v6addr", Words, VNSCOPE_MEMBER(SocketAccepted, peer.address)},
};

constexpr std::array kExit{
    VNSCOPE_CALLER(SystemCallExit),
    FieldSpec{"ret", Integer, VNSCOPE_MEMBER(SystemCallExit, result), kRequired},
};

constexpr std::array kState{
    FieldSpec{"perf_tid|$context/tid|$context/vtid|common_pid", Integer, VNSCOPE_MEMBER(SocketState, tid)},
    FieldSpec{"skaddr", Integer, VNSCOPE_MEMBER(SocketState, sk), kRequired},
    FieldSpec{"oldstate", Integer, VNSCOPE_MEMBER(SocketState, before), kRequired},
    FieldSpec{"newstate", Integer, VNSCOPE_MEMBER(SocketState, after), kRequired},
    FieldSpec{"sport", Integer, VNSCOPE_MEMBER(SocketState, localPort), kRequired},
    FieldSpec{"dport", Integer, VNSCOPE_MEMBER(SocketState, remotePort), kRequired},
    FieldSpec{"family", Integer, VNSCOPE_MEMBER(SocketState, family)},
    FieldSpec{"saddr_v6", Bytes, VNSCOPE_MEMBER(SocketState, local)},
    FieldSpec{"daddr_v6", Bytes, VNSCOPE_MEMBER(SocketState, remote)},
    FieldSpec{"saddr", String, VNSCOPE_MEMBER(SocketState, localText)},
    FieldSpec{"daddr", String, VNSCOPE_MEMBER(SocketState, remoteText)},
    FieldSpec{"saddr_v6", String, VNSCOPE_MEMBER(SocketState, localText6)},
    FieldSpec{"daddr_v6", String, VNSCOPE_MEMBER(SocketState, remoteText6)},
};

constexpr std::array kUse{
    VNSCOPE_CALLER(SocketUse),
    FieldSpec{"sk", Integer, VNSCOPE_MEMBER(SocketUse, sk), kRequired},
};

#undef VNSCOPE_CALLER

constexpr std::array kName{
    FieldSpec{"tid|pid", Integer, VNSCOPE_MEMBER(TaskName, tid), kRequired},
    FieldSpec{"newcomm|filename|name", String, VNSCOPE_MEMBER(TaskName, name), kRequired},
};

constexpr std::array kFork{
    FieldSpec{"parent_tid|parent_pid", Integer, VNSCOPE_MEMBER(TaskFork, parentTid), kRequired},
    FieldSpec{"child_tid|child_pid", Integer, VNSCOPE_MEMBER(TaskFork, childTid), kRequired},
    FieldSpec{"child_comm", String, VNSCOPE_MEMBER(TaskFork, childName)},
};

constexpr std::array kTaskExit{FieldSpec{"tid|pid", Integer, VNSCOPE_MEMBER(TaskExit, tid), kRequired}};

// Of each system call, LTTng's spelling and perf's. recvmmsg and sendmmsg return no bytes: they are left out.
#define VNSCOPE_ENTRY(call) "syscall_entry_" call, "syscalls:sys_enter_" call
#define VNSCOPE_EXIT(call) "syscall_exit_" call, "syscalls:sys_exit_" call

constexpr std::array<std::string_view, 8> kReadNames{VNSCOPE_ENTRY("read"), VNSCOPE_ENTRY("readv"),
                                                     VNSCOPE_ENTRY("recvfrom"), VNSCOPE_ENTRY("recvmsg")};
constexpr std::array<std::string_view, 8> kWriteNames{VNSCOPE_ENTRY("write"), VNSCOPE_ENTRY("writev"),
                                                      VNSCOPE_ENTRY("sendto"), VNSCOPE_ENTRY("sendmsg")};
constexpr std::array<std::string_view, 6> kTransferNames{VNSCOPE_ENTRY("sendfile64"), VNSCOPE_ENTRY("sendfile"),
                                                         VNSCOPE_ENTRY("splice")};
constexpr std::array<std::string_view, 14> kWaitNames{
    VNSCOPE_ENTRY("epoll_wait"), VNSCOPE_ENTRY("epoll_pwait"), VNSCOPE_ENTRY("epoll_pwait2"), VNSCOPE_ENTRY("poll"),
    VNSCOPE_ENTRY("ppoll"),      VNSCOPE_ENTRY("select"),      VNSCOPE_ENTRY("pselect6")};
constexpr std::array<std::string_view, 2> kConnectNames{VNSCOPE_ENTRY("connect")};
constexpr std::array<std::string_view, 4> kAcceptNames{VNSCOPE_ENTRY("accept"), VNSCOPE_ENTRY("accept4")};
constexpr std::array<std::string_view, 4> kAcceptedNames{VNSCOPE_EXIT("accept"), VNSCOPE_EXIT("accept4")};
constexpr std::array<std::string_view, 2> kCloseNames{VNSCOPE_ENTRY("close")};
constexpr std::array<std::string_view, 38> kExitNames{
    VNSCOPE_EXIT("read"),        VNSCOPE_EXIT("readv"),        VNSCOPE_EXIT("recvfrom"), VNSCOPE_EXIT("recvmsg"),
    VNSCOPE_EXIT("write"),       VNSCOPE_EXIT("writev"),       VNSCOPE_EXIT("sendto"),   VNSCOPE_EXIT("sendmsg"),
    VNSCOPE_EXIT("sendfile64"),  VNSCOPE_EXIT("sendfile"),     VNSCOPE_EXIT("splice"),   VNSCOPE_EXIT("epoll_wait"),
    VNSCOPE_EXIT("epoll_pwait"), VNSCOPE_EXIT("epoll_pwait2"), VNSCOPE_EXIT("poll"),     VNSCOPE_EXIT("ppoll"),
    VNSCOPE_EXIT("select"),      VNSCOPE_EXIT("pselect6"),     VNSCOPE_EXIT("connect")};

#undef VNSCOPE_ENTRY
#undef VNSCOPE_EXIT

constexpr std::array<std::string_view, 2> kStateNames{"inet_sock_set_state", "sock:inet_sock_set_state"};
constexpr std::array<std::string_view, 2> kUseNames{"sock:sock_send_length", "sock:sock_recv_length"};
constexpr std::array<std::string_view, 4> kNameNames{"lttng_statedump_process_state", "sched_process_exec",
                                                     "sched:sched_process_exec", "task:task_rename"};
constexpr std::array<std::string_view, 2> kForkNames{"sched_process_fork", "sched:sched_process_fork"};
constexpr std::array<std::string_view, 2> kTaskExitNames{"sched_process_exit", "sched:sched_process_exit"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"syscall_read", EventType::SocketRead, kReadNames, kCall, defaultBytes<SocketCall>(),
               "a thread begins to read a descriptor"},
        Schema{"syscall_write", EventType::SocketWrite, kWriteNames, kCall, defaultBytes<SocketCall>(),
               "a thread begins to write a descriptor"},
        Schema{"syscall_transfer", EventType::SocketTransfer, kTransferNames, kTransfer, defaultBytes<SocketTransfer>(),
               "a thread begins to move data between descriptors"},
        Schema{"syscall_wait", EventType::SocketWait, kWaitNames, kWait, defaultBytes<SocketWait>(),
               "a thread begins to wait for descriptors"},
        Schema{"syscall_connect", EventType::SocketConnect, kConnectNames, kConnect, defaultBytes<SocketConnect>(),
               "a thread connects a socket"},
        Schema{"syscall_accept", EventType::SocketAccept, kAcceptNames, kDescriptor, defaultBytes<SocketCall>(),
               "a thread begins to take a connection"},
        Schema{"syscall_accept_exit", EventType::SocketAccepted, kAcceptedNames, kAccepted,
               defaultBytes<SocketAccepted>(), "a thread took a connection"},
        Schema{"syscall_close", EventType::DescriptorClose, kCloseNames, kDescriptor, defaultBytes<SocketCall>(),
               "a thread closes a descriptor"},
        Schema{"syscall_exit", EventType::SystemCallExit, kExitNames, kExit, defaultBytes<SystemCallExit>(),
               "a system call returns"},
        Schema{"inet_sock_set_state", EventType::SocketState, kStateNames, kState, defaultBytes<SocketState>(),
               "a TCP connection changes its state"},
        Schema{"sock_use", EventType::SocketUse, kUseNames, kUse, defaultBytes<SocketUse>(),
               "the socket that a system call works on"},
        Schema{"task_name", EventType::TaskName, kNameNames, kName, defaultBytes<TaskName>(), "a thread has a name"},
        Schema{"task_fork", EventType::TaskFork, kForkNames, kFork, defaultBytes<TaskFork>(),
               "a thread or process begins"},
        Schema{"task_exit", EventType::TaskExit, kTaskExitNames, kTaskExit, defaultBytes<TaskExit>(), "a thread ends"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::linux_syscalls
