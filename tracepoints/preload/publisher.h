/* SPDX-License-Identifier: MIT */
/* Tells the counters periodically, and single calls if asked to, through LTTng where that is installed. */
#ifndef VNSCOPE_PRELOAD_PUBLISHER_H
#define VNSCOPE_PRELOAD_PUBLISHER_H

#include <stdint.h>

/* Reads the environment, loads the probes, follows forks. Once. */
void vnscope_publisher_prepare(void);

/* Begins to publish unless that was done in this process. Cheap when it was. */
void vnscope_publisher_start(void);

/* Whether the calling thread is the publisher's own: what it reads and writes is not counted. */
int vnscope_is_publishing(void);

/* Whether single calls are wanted by the environment and by a session. */
int vnscope_wants_calls(void);
void vnscope_tell_call(int fd, uint8_t direction, int64_t result, uint64_t duration_ns, uint8_t is_blocking,
                       const char *peer);

#endif /* VNSCOPE_PRELOAD_PUBLISHER_H */
