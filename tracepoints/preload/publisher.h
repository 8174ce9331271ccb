/* SPDX-License-Identifier: MIT */
/* Tells the counters periodically, and single calls if a session asks for them, through LTTng where that is installed. */
#ifndef VNSCOPE_PRELOAD_PUBLISHER_H
#define VNSCOPE_PRELOAD_PUBLISHER_H

#include <stdint.h>

/* Called once, before the first other call. 0: no memory. */
int vnscope_publisher_create(void);
/* Reads the environment, loads the probes, follows forks. Once. */
void vnscope_publisher_load(void);

/* Begins to publish unless that was done in this process (vnscope_process.is_started). Errno is left as it was. */
void vnscope_publisher_start(void) __attribute__((cold));
/* Publishes once more if this process publishes; also for signal handlers. */
void vnscope_publish_last(void);
/* In a fork's child. */
void vnscope_publisher_begin_anew(void);

/* `duration` in ticks. */
void vnscope_tell_call(int fd, uint8_t direction, int64_t result, uint64_t duration, uint8_t is_blocking,
                       const char *peer);

/* A program that closes what it has not opened leaves the tracer its own: then -1 and EBADF, as LTTng's own library
   liblttng-ust-fd does. `close` is called for the others. */
int vnscope_close_but_tracers(int fd, int (*close)(int));
/* 0: there is no tracer, and nothing was closed. */
int vnscope_closefrom_but_tracers(int first, int (*close)(int));

#endif /* VNSCOPE_PRELOAD_PUBLISHER_H */
