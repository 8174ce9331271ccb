/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* LTTng probes of queueing disciplines. */
#include <linux/module.h>
#include <linux/version.h>
#include <lttng/tracer.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
#error "vnscope's probes are for Linux 5.15 and later"
#endif

/* The kernel's own header first: events/qdisc.h does not compile if this kernel's prototypes differ from ours. */
#include <trace/events/qdisc.h>
#include <wrapper/tracepoint.h>

#include "device.h"

#define LTTNG_PACKAGE_BUILD
#define CREATE_TRACE_POINTS
#define TRACE_INCLUDE_PATH events
#include "events/qdisc.h"

MODULE_LICENSE("Dual MIT/GPL");
MODULE_AUTHOR("The vnscope authors");
MODULE_DESCRIPTION("LTTng probes: queueing disciplines");
MODULE_VERSION(VNSCOPE_PROBES_VERSION);
