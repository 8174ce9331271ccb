// SPDX-License-Identifier: MIT
#include <array>

#include "tracepoints/catalog.hpp"
#include "tracepoints/schema_builder.hpp"

namespace vnscope::tracepoints::qemu {

namespace {

using enum FieldKind;

constexpr std::array kAlloc{
    FieldSpec{"elem", Integer, VNSCOPE_MEMBER(VirtqueueElement, element), kRequired},
    FieldSpec{"sz", Integer, VNSCOPE_MEMBER(VirtqueueElement, bytes)},
    FieldSpec{"in_num", Integer, VNSCOPE_MEMBER(VirtqueueElement, in)},
    FieldSpec{"out_num", Integer, VNSCOPE_MEMBER(VirtqueueElement, out)},
};

constexpr std::array kPop{
    FieldSpec{"vq", Integer, VNSCOPE_MEMBER(VirtqueueElement, vq), kRequired},
    FieldSpec{"elem", Integer, VNSCOPE_MEMBER(VirtqueueElement, element), kRequired},
    FieldSpec{"in_num", Integer, VNSCOPE_MEMBER(VirtqueueElement, in)},
    FieldSpec{"out_num", Integer, VNSCOPE_MEMBER(VirtqueueElement, out)},
};

constexpr std::array kFill{
    FieldSpec{"vq", Integer, VNSCOPE_MEMBER(VirtqueueFill, vq), kRequired},
    FieldSpec{"elem", Integer, VNSCOPE_MEMBER(VirtqueueFill, element), kRequired},
    FieldSpec{"len", Integer, VNSCOPE_MEMBER(VirtqueueFill, length)},
    FieldSpec{"idx", Integer, VNSCOPE_MEMBER(VirtqueueFill, index)},
};

constexpr std::array kFlush{
    FieldSpec{"vq", Integer, VNSCOPE_MEMBER(VirtqueueFlush, vq), kRequired},
    FieldSpec{"count", Integer, VNSCOPE_MEMBER(VirtqueueFlush, count), kRequired},
};

constexpr std::array kQueueNotify{
    FieldSpec{"vdev", Integer, VNSCOPE_MEMBER(VirtioNotify, device), kRequired},
    FieldSpec{"n", Integer, VNSCOPE_MEMBER(VirtioNotify, queue)},
    FieldSpec{"vq", Integer, VNSCOPE_MEMBER(VirtioNotify, vq), kRequired},
};

constexpr std::array kNotify{
    FieldSpec{"vdev", Integer, VNSCOPE_MEMBER(VirtioNotify, device), kRequired},
    FieldSpec{"vq", Integer, VNSCOPE_MEMBER(VirtioNotify, vq), kRequired},
};

constexpr std::array kStatus{
    FieldSpec{"vdev", Integer, VNSCOPE_MEMBER(VirtioStatus, device), kRequired},
    FieldSpec{"val", Integer, VNSCOPE_MEMBER(VirtioStatus, status), kRequired},
};

constexpr std::array<std::string_view, 1> kAllocNames{"qemu:virtqueue_alloc_element"};
constexpr std::array<std::string_view, 1> kPopNames{"qemu:virtqueue_pop"};
constexpr std::array<std::string_view, 1> kFillNames{"qemu:virtqueue_fill"};
constexpr std::array<std::string_view, 1> kFlushNames{"qemu:virtqueue_flush"};
constexpr std::array<std::string_view, 1> kQueueNotifyNames{"qemu:virtio_queue_notify"};
constexpr std::array<std::string_view, 1> kNotifyNames{"qemu:virtio_notify"};
constexpr std::array<std::string_view, 1> kIrqfdNames{"qemu:virtio_notify_irqfd"};
constexpr std::array<std::string_view, 1> kStatusNames{"qemu:virtio_set_status"};

} // namespace

std::span<const Schema> schemas()
{
    static const std::array kSchemas{
        Schema{"qemu:virtqueue_alloc_element", EventType::VirtqueueAlloc, kAllocNames, kAlloc,
               defaultBytes<VirtqueueElement>(), "QEMU made room for an element of a virtqueue"},
        Schema{"qemu:virtqueue_pop", EventType::VirtqueuePop, kPopNames, kPop, defaultBytes<VirtqueueElement>(),
               "QEMU took a request from a guest's virtqueue"},
        Schema{"qemu:virtqueue_fill", EventType::VirtqueueFill, kFillNames, kFill, defaultBytes<VirtqueueFill>(),
               "QEMU wrote the answer to a request"},
        Schema{"qemu:virtqueue_flush", EventType::VirtqueueFlush, kFlushNames, kFlush, defaultBytes<VirtqueueFlush>(),
               "QEMU made answers visible to the guest"},
        Schema{"qemu:virtio_queue_notify", EventType::VirtioQueueNotify, kQueueNotifyNames, kQueueNotify,
               defaultBytes<VirtioNotify>(), "a guest told QEMU to look at a virtqueue"},
        Schema{"qemu:virtio_notify", EventType::VirtioNotify, kNotifyNames, kNotify, defaultBytes<VirtioNotify>(),
               "QEMU told a guest to look at a virtqueue"},
        Schema{"qemu:virtio_notify_irqfd", EventType::VirtioNotifyIrqfd, kIrqfdNames, kNotify,
               defaultBytes<VirtioNotify>(), "QEMU told a guest to look at a virtqueue, by an irqfd"},
        Schema{"qemu:virtio_set_status", EventType::VirtioSetStatus, kStatusNames, kStatus,
               defaultBytes<VirtioStatus>(), "a guest's driver changed the status of a virtio device"},
    };
    return kSchemas;
}

} // namespace vnscope::tracepoints::qemu
