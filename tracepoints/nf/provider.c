/* SPDX-License-Identifier: MIT */
/* The probes of the provider; a program links this once. */
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#define LTTNG_UST_TRACEPOINT_DEFINE

#include "tracepoints/nf/provider.h"

#include <stddef.h>

/* As the fields of the events are: no gaps. */
_Static_assert(offsetof(struct vnscope_nf_batch, element) == 0, "the first field");
_Static_assert(offsetof(struct vnscope_nf_batch, queue) == 4, "behind element");
_Static_assert(offsetof(struct vnscope_nf_batch, count) == 8, "behind queue");
_Static_assert(offsetof(struct vnscope_nf_batch, first) == 10, "behind count");
_Static_assert(offsetof(struct vnscope_nf_batch, ids) == 12, "behind first");
_Static_assert(offsetof(struct vnscope_nf_batch, ids) + sizeof(uint16_t) == VNSCOPE_NF_BATCH_HEAD_BYTES, "the last one");
