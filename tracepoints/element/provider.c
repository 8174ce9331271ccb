/* SPDX-License-Identifier: MIT */
/* The probes of the provider; a program links this once. */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE

#include "tracepoints/element/provider.h"
