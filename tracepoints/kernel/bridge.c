/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* LTTng probes of the bridge's forwarding database. */
#include <linux/module.h>
#include <linux/version.h>
#include <lttng/tracer.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
#error "vnscope's probes are for Linux 5.15 and later"
#endif

/* The kernel's own header first: events/bridge.h does not compile if this kernel's prototypes differ from ours. */
#include "trace/events/bridge.h"
#include <wrapper/tracepoint.h>

#include "device.h"

/* The bridge that a device is, or is a port of; NULL otherwise. */
static inline const struct net_device *vnscope_bridge_of(const struct net_device *dev)
{
	const struct net_bridge_port *port;

	if (netif_is_bridge_master(dev))
		return dev;
	if (!netif_is_bridge_port(dev))
		return NULL;
	port = rcu_dereference_raw(dev->rx_handler_data);
	return port ? port->br->dev : NULL;
}

#define LTTNG_PACKAGE_BUILD
#define CREATE_TRACE_POINTS
#define TRACE_INCLUDE_PATH events
#include "events/bridge.h"

MODULE_LICENSE("Dual MIT/GPL");
MODULE_AUTHOR("The vnscope authors");
MODULE_DESCRIPTION("LTTng probes: bridge forwarding database");
MODULE_VERSION(VNSCOPE_PROBES_VERSION);
