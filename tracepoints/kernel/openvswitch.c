/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* LTTng probes of Open vSwitch's kernel datapath. */
#include <linux/module.h>
#include <linux/version.h>
#include <lttng/tracer.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(5, 15, 0)
#error "vnscope's probes are for Linux 5.15 and later"
#endif

/* The kernel's own header first: events/ovs.h does not compile if this kernel's prototypes differ from ours. */
#include "openvswitch_trace.h"
#include <wrapper/tracepoint.h>

#include "device.h"

static inline unsigned int vnscope_datapath_net_ns(const struct datapath *dp)
{
	return ovs_dp_get_net(dp)->ns.inum;
}

/*
 * The datapath's name is that of its local port. The kernel's ovs_dp_name() is not exported; this walks the same list,
 * under the RCU lock that every caller of these trace events holds.
 */
static inline const char *vnscope_datapath_name(const struct datapath *dp)
{
	const struct vport *vport;
	const struct hlist_head *ports = &dp->ports[OVSP_LOCAL & (DP_VPORT_HASH_BUCKETS - 1)];

	hlist_for_each_entry_rcu_notrace(vport, ports, dp_hash_node)
		if (vport->port_no == OVSP_LOCAL && vport->dev)
			return vport->dev->name;
	return VNSCOPE_NO_DEVICE;
}

/* The first 32 bits of an action's argument: output's port, recirc's id; 0 if it has fewer. */
static inline u32 vnscope_action_argument(const struct nlattr *action)
{
	return nla_len(action) >= (int)sizeof(u32) ? nla_get_u32(action) : 0;
}

#define LTTNG_PACKAGE_BUILD
#define CREATE_TRACE_POINTS
/* The kernel's header left its own file's name and place here. */
#undef TRACE_INCLUDE_FILE
#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH events
#include "events/ovs.h"

MODULE_LICENSE("Dual MIT/GPL");
MODULE_AUTHOR("The vnscope authors");
MODULE_DESCRIPTION("LTTng probes: Open vSwitch kernel datapath");
MODULE_VERSION(VNSCOPE_PROBES_VERSION);
