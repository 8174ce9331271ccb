/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* LTTng probes of the bridge's forwarding database. */
#include <linux/module.h>
#include <linux/version.h>
#include <lttng/tracer.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
#error "vnscope's probes are for Linux 5.15 and later"
#endif

/* The kernel's own header first: events/br.h and fdb.h do not compile if this kernel's prototypes differ from ours. */
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

/* Of the three events that know their bridge. An entry without a port is the bridge's own. */
#define VNSCOPE_BRIDGE_FIELDS(bridge, port) \
	ctf_integer(unsigned int, net_ns, vnscope_net_ns((bridge)->dev)) \
	ctf_string(br_dev, (bridge)->dev->name) \
	ctf_string(dev, (port) ? (port)->dev->name : VNSCOPE_NO_DEVICE) \
	ctf_integer(int, br_ifindex, (bridge)->dev->ifindex) \
	ctf_integer(int, ifindex, (port) ? (port)->dev->ifindex : 0)

/* Two providers, so that each event is named for its own; this module registers both. */
#define TP_MODULE_NOAUTOLOAD
#define LTTNG_PACKAGE_BUILD
#define CREATE_TRACE_POINTS
#define TRACE_INCLUDE_PATH events
#include "events/br.h"
#include "events/fdb.h"

static int __init vnscope_bridge_init(void)
{
	int error = __lttng_events_init__br();

	if (error)
		return error;
	error = __lttng_events_init__fdb();
	if (error)
		__lttng_events_exit__br();
	return error;
}

static void __exit vnscope_bridge_exit(void)
{
	__lttng_events_exit__fdb();
	__lttng_events_exit__br();
}

module_init(vnscope_bridge_init);
module_exit(vnscope_bridge_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_AUTHOR("The vnscope authors");
MODULE_DESCRIPTION("LTTng probes: bridge forwarding database");
MODULE_VERSION(VNSCOPE_PROBES_VERSION);
