/* SPDX-License-Identifier: MIT */
#ifndef VNSCOPE_PRELOAD_MEMORY_H
#define VNSCOPE_PRELOAD_MEMORY_H

#include <stddef.h>
#include <sys/mman.h>

/* Zeroed pages that cost memory only where they are touched; null: there is none. Safe where malloc() is not. */
static inline void *vnscope_reserve(size_t bytes)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

#endif /* VNSCOPE_PRELOAD_MEMORY_H */
