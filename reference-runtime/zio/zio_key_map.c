/* zio_key_map.c - which keys have a pool, or the promise of one.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_key_map.h"

#include <errno.h>
#include <stdlib.h>

enum {
    FEWEST_CHAINS = 8 /* a power of two */
};

/* Fibonacci hashing: keys may be close together, or far apart. */
static struct rt_zio_promise **chain_of(
    struct rt_zio_promise **chains, size_t chain_count, uint64_t key)
{
    const uint64_t mixed = key * UINT64_C(0x9e3779b97f4a7c15);
    return &chains[(size_t)(mixed >> 32) & (chain_count - 1)];
}

static void push(struct rt_zio_promise **chains, size_t chain_count,
    struct rt_zio_promise *promise)
{
    struct rt_zio_promise **const chain =
        chain_of(chains, chain_count, promise->key);
    promise->next = *chain;
    *chain = promise;
}

/* Makes room for one more: at most one promise a chain on average. */
static int reserve(struct rt_zio_key_map *map)
{
    if (map->count < map->chain_count) return 0;

    const size_t count =
        map->chain_count ? 2 * map->chain_count : FEWEST_CHAINS;
    struct rt_zio_promise **const chains =
        calloc(count, sizeof(struct rt_zio_promise *));
    if (!chains) return -ENOMEM;
    ol_adopt(map->owner, chains);

    for (size_t i = 0; i < map->chain_count; i++) {
        struct rt_zio_promise *next = NULL;
        for (struct rt_zio_promise *promise = map->chains[i]; promise;
             promise = next) {
            next = promise->next;
            push(chains, count, promise);
        }
    }
    free(map->chains);
    map->chains = chains;
    map->chain_count = count;
    return 0;
}

void rt_zio_key_map_init(
    struct rt_zio_key_map *map, const struct rt_object *owner)
{
    *map = (struct rt_zio_key_map){.owner = owner};
}

void rt_zio_key_map_deinit(struct rt_zio_key_map *map)
{
    for (size_t i = 0; i < map->chain_count; i++) {
        struct rt_zio_promise *next = NULL;
        for (struct rt_zio_promise *promise = map->chains[i]; promise;
             promise = next) {
            next = promise->next;
            rt_zio_promise_unref(promise);
        }
    }
    free(map->chains);
    *map = (struct rt_zio_key_map){.owner = map->owner};
}

struct rt_zio_promise *rt_zio_key_map_find(
    const struct rt_zio_key_map *map, uint64_t key)
{
    if (map->chain_count == 0) return NULL;

    struct rt_zio_promise *promise =
        *chain_of(map->chains, map->chain_count, key);
    while (promise && promise->key != key)
        promise = promise->next;
    return promise;
}

int rt_zio_key_map_add(
    struct rt_zio_key_map *map, struct rt_zio_promise *promise)
{
    if (reserve(map) != 0) return -ENOMEM;

    push(map->chains, map->chain_count, rt_zio_promise_ref(promise));
    map->count++;
    return 0;
}

void rt_zio_key_map_remove(
    struct rt_zio_key_map *map, const struct rt_zio_promise *promise)
{
    struct rt_zio_promise **link =
        chain_of(map->chains, map->chain_count, promise->key);
    while (*link != promise)
        link = &(*link)->next;
    struct rt_zio_promise *const found = *link;
    *link = found->next;
    found->next = NULL;
    map->count--;
}

void rt_zio_key_map_each(const struct rt_zio_key_map *map,
    void (*visit)(struct rt_zio_promise *promise, void *env), void *env)
{
    for (size_t i = 0; i < map->chain_count; i++) {
        struct rt_zio_promise *promise = map->chains[i];
        for (; promise; promise = promise->next)
            visit(promise, env);
    }
}

void rt_zio_key_map_each_edge(
    const struct rt_zio_key_map *map, rt_object_edge_fn visit, void *env)
{
    for (size_t i = 0; i < map->chain_count; i++) {
        if (map->chains[i])
            visit(map->owner, "map", &map->chains[i]->object, true, env);
    }
}
