/* SPDX-License-Identifier: MIT OR GPL-2.0-only */
/* What the probes of this folder share. */
#ifndef VNSCOPE_DEVICE_H
#define VNSCOPE_DEVICE_H

#include <linux/netdevice.h>
#include <net/net_namespace.h>

/* The name where there is no device, as in the kernel's own trace events. */
#define VNSCOPE_NO_DEVICE "null"

/* The layout of all events here, as described in README.md; modinfo shows it. */
#define VNSCOPE_PROBES_VERSION "1"

/* Inode number of a device's network namespace, as /proc/PID/ns/net shows it. */
static inline unsigned int vnscope_net_ns(const struct net_device *dev)
{
	return dev_net(dev)->ns.inum;
}

#endif /* VNSCOPE_DEVICE_H */
