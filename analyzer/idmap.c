/* idmap.c - see idmap.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/idmap.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/room.h"

void ol_idmap_deinit(struct ol_idmap *map)
{
    free(map->run);
    free(map->value);
    *map = (struct ol_idmap){0};
}

static bool continues(const struct ol_idmap *map, uint32_t id)
{
    if (map->run_count == 0) return false;
    const struct ol_idmap_run *last = &map->run[map->run_count - 1];
    return id - last->id == map->value_count - last->first;
}

int ol_idmap_add(struct ol_idmap *map, uint32_t id, uint32_t value)
{
    uint32_t *values = ol_room_make(
        map->value, &map->value_room, map->value_count, sizeof *values);
    if (!values) return -ENOMEM;
    map->value = values;
    if (!continues(map, id)) {
        struct ol_idmap_run *runs = ol_room_make(
            map->run, &map->run_room, map->run_count, sizeof *runs);
        if (!runs) return -ENOMEM;
        map->run = runs;
        runs[map->run_count++] = (struct ol_idmap_run){id, map->value_count};
    }
    values[map->value_count++] = value;
    return 0;
}

bool ol_idmap_find(const struct ol_idmap *map, uint64_t id, uint32_t *out)
{
    size_t low = 0;
    size_t high = map->run_count;
    while (low < high) { /* the last run that begins at or before the id */
        const size_t middle = low + (high - low) / 2;
        if (map->run[middle].id <= id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == 0) return false;
    const struct ol_idmap_run *run = &map->run[low - 1];
    const size_t end =
        low < map->run_count ? map->run[low].first : map->value_count;
    if (id - run->id >= end - run->first) return false;
    *out = map->value[run->first + (size_t)(id - run->id)];
    return true;
}
