/* test_rt_zio_key_map.c - the keys of a keyed pool, few and many.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_key_map.h"

#include "tests/support/check.h"

enum {
    KEYS = 1000
};

/* Keys that are close together, and keys that differ above only. */
static uint64_t key_of(uint64_t i)
{
    return i % 2 ? i : i << 40;
}

static void count(struct rt_zio_promise *promise, void *env)
{
    (void)promise;
    ++*(long *)env;
}

static void count_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    (void)from, (void)field, (void)to, (void)strong;
    ++*(long *)env;
}

static void fill(struct rt_zio_key_map *map, const struct rt_object *owner)
{
    rt_zio_key_map_init(map, owner);
    for (uint64_t i = 0; i < KEYS; i++) {
        OL_CHECK(!rt_zio_key_map_find(map, key_of(i)));
        struct rt_zio_promise *const promise = rt_zio_promise_create(key_of(i));
        OL_CHECK_EQ(rt_zio_key_map_add(map, promise), 0);
        rt_zio_promise_unref(promise);
    }
}

OL_CASE(every_key_is_found_however_many_there_are)
{
    struct rt_zio_promise *const owner = rt_zio_promise_create(0);
    struct rt_zio_key_map map;
    fill(&map, &owner->object);
    OL_CHECK_EQ(map.count, KEYS);
    for (uint64_t i = 0; i < KEYS; i++) {
        const struct rt_zio_promise *const promise =
            rt_zio_key_map_find(&map, key_of(i));
        OL_CHECK(promise);
        OL_CHECK_EQ(promise->key, key_of(i));
    }
    long promises = 0;
    rt_zio_key_map_each(&map, count, &promises);
    OL_CHECK_EQ(promises, KEYS);
    rt_zio_key_map_deinit(&map);
    rt_zio_promise_unref(owner);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(what_is_taken_out_is_gone_and_the_others_stay)
{
    struct rt_zio_promise *const owner = rt_zio_promise_create(0);
    struct rt_zio_key_map map;
    fill(&map, &owner->object);
    for (uint64_t i = 0; i < KEYS; i += 3) {
        struct rt_zio_promise *const promise =
            rt_zio_key_map_find(&map, key_of(i));
        rt_zio_key_map_remove(&map, promise);
        rt_zio_promise_unref(promise);
    }
    for (uint64_t i = 0; i < KEYS; i++)
        OL_CHECK_EQ(rt_zio_key_map_find(&map, key_of(i)) != NULL, i % 3 != 0);
    OL_CHECK_EQ(rt_object_live(RT_PROMISE), 1 + KEYS - (KEYS + 2) / 3);
    rt_zio_key_map_deinit(&map);
    rt_zio_promise_unref(owner);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* Each promise is pointed at once: by its chain or by the one before. */
OL_CASE(the_edges_reach_every_promise_once)
{
    struct rt_zio_promise *const owner = rt_zio_promise_create(0);
    struct rt_zio_key_map map;
    fill(&map, &owner->object);
    long edges = 0;
    rt_zio_key_map_each_edge(&map, count_edge, &edges);
    for (uint64_t i = 0; i < KEYS; i++)
        rt_object_each_edge(
            &rt_zio_key_map_find(&map, key_of(i))->object, count_edge, &edges);
    OL_CHECK_EQ(edges, KEYS);
    rt_zio_key_map_deinit(&map);
    rt_zio_promise_unref(owner);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(every_key_is_found_however_many_there_are)
OL_CASES_ENTRY(what_is_taken_out_is_gone_and_the_others_stay)
OL_CASES_ENTRY(the_edges_reach_every_promise_once)
OL_CASES_END
