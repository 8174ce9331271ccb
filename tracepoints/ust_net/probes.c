/* SPDX-License-Identifier: MIT */
/* The probes of all four providers; a program links this once. */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE

#include "tracepoints/ust_net/irq.h"
#include "tracepoints/ust_net/napi.h"
#include "tracepoints/ust_net/net.h"
#include "tracepoints/ust_net/skb.h"
