/* SPDX-License-Identifier: MIT */
#include "tracepoints/dpdk_nf/settings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A piece of a text that stays where it is. */
struct text {
    const char *start;
    size_t bytes;
};

static int equals(struct text text, const char *other)
{
    return strlen(other) == text.bytes && memcmp(text.start, other, text.bytes) == 0;
}

/* Takes the next of a list that commas divide; 0 at its end. */
static int next_of(const char **list, struct text *item)
{
    if (*list == NULL || **list == '\0')
        return 0;
    item->start = *list;
    item->bytes = strcspn(*list, ",");
    *list += item->bytes;
    *list += **list == ',';
    return 1;
}

static int names_port(struct text text, uint16_t port, const char *device)
{
    char number[8];
    snprintf(number, sizeof number, "%u", (unsigned)port);
    return equals(text, number) || equals(text, device);
}

/* The part of `text` before the first `mark`, which goes with it; `text` becomes what follows. */
static int split(struct text *text, char mark, struct text *before)
{
    const char *const at = memchr(text->start, mark, text->bytes);
    if (at == NULL)
        return 0;
    *before = (struct text){text->start, (size_t)(at - text->start)};
    *text = (struct text){at + 1, text->bytes - before->bytes - 1};
    return 1;
}

/* One entry "PORT/rx=LINK" or "PORT/tx=LINK". */
static int read_link(struct text entry, uint16_t port, const char *device, struct vnscope_dpdk_environment *result)
{
    struct text which;
    struct text direction;
    if (!split(&entry, '/', &which) || !split(&entry, '=', &direction))
        return 0;
    const int is_rx = equals(direction, "rx");
    if ((!is_rx && !equals(direction, "tx")) || entry.bytes == 0 || entry.bytes >= VNSCOPE_DPDK_LINK_BYTES)
        return 0;
    if (!names_port(which, port, device))
        return 1;
    char *const link = is_rx ? result->rx_link : result->tx_link;
    memcpy(link, entry.start, entry.bytes);
    link[entry.bytes] = '\0';
    *(is_rx ? &result->settings.rx_link : &result->settings.tx_link) = link;
    return 1;
}

static int read_ids(const char *text, enum vnscope_dpdk_ids *ids)
{
    static const char *const names[] = {"ipv4", "hash", "mbuf", "none"};
    for (unsigned i = 0; i < sizeof names / sizeof *names; ++i) {
        if (strcmp(text, names[i]) == 0) {
            *ids = (enum vnscope_dpdk_ids)i;
            return 1;
        }
    }
    return 0;
}

/* An empty variable is as good as none. */
static const char *variable(const char *name)
{
    const char *const value = getenv(name);
    return value != NULL && *value != '\0' ? value : NULL;
}

const char *vnscope_dpdk_read_environment(uint16_t port, const char *device, struct vnscope_dpdk_environment *result)
{
    struct text item;
    memset(result, 0, sizeof *result);
    result->settings.element = variable("VNSCOPE_DPDK_NAME");
    result->settings.kind = variable("VNSCOPE_DPDK_KIND");
    const char *const ids = variable("VNSCOPE_DPDK_IDS");
    if (ids != NULL && !read_ids(ids, &result->settings.ids))
        return "VNSCOPE_DPDK_IDS is none of ipv4, hash, mbuf, none";
    for (const char *list = variable("VNSCOPE_DPDK_EDGE"); next_of(&list, &item);)
        result->settings.is_edge |= names_port(item, port, device);
    for (const char *list = variable("VNSCOPE_DPDK_LINKS"); next_of(&list, &item);)
        if (!read_link(item, port, device, result))
            return "VNSCOPE_DPDK_LINKS is no list of PORT/rx=NAME and PORT/tx=NAME";
    return NULL;
}
