/* test_rt_object.c - counts, weak references and the census.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/object.h"

#include <pthread.h>

#include "reference-runtime/core/context.h"
#include "reference-runtime/core/payload.h"
#include "tests/support/check.h"

OL_CASE(census_counts_live_peak_total_and_bytes)
{
    const struct rt_object_census before = rt_object_census(RT_PAYLOAD);
    struct rt_payload *const first = rt_payload_create(100);
    struct rt_payload *const second = rt_payload_create(100);
    OL_CHECK(first && second);
    rt_payload_unref(first);

    const struct rt_object_census after = rt_object_census(RT_PAYLOAD);
    OL_CHECK_EQ(after.live, before.live + 1);
    OL_CHECK_EQ(after.total, before.total + 2);
    OL_CHECK(after.peak >= before.live + 2);
    OL_CHECK_EQ(
        after.live_bytes - before.live_bytes, sizeof(struct rt_payload) + 100);
    rt_payload_unref(second);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), before.live);
}

static int drops;

static void count_drop(struct rt_object *object)
{
    (void)object;
    drops++;
}

static const struct rt_object_type probe_type = {
    .kind = RT_TASK,
    .drop = count_drop,
};

OL_CASE(fields_drop_with_the_last_strong_block_goes_with_the_last_weak)
{
    drops = 0;
    struct rt_object *const object =
        rt_object_create(&probe_type, sizeof *object);
    OL_CHECK(object);
    struct rt_object *const weak = rt_object_ref_weak(object);
    struct rt_object *const upgraded = rt_object_upgrade(weak);
    OL_CHECK(upgraded == object);
    rt_object_unref(object);
    OL_CHECK_EQ(drops, 0);
    rt_object_unref(upgraded);
    OL_CHECK_EQ(drops, 1);
    OL_CHECK_EQ(rt_object_live(RT_TASK), 1);

    OL_CHECK(rt_object_upgrade(weak) == NULL);
    rt_object_unref_weak(weak);
    OL_CHECK_EQ(rt_object_live(RT_TASK), 0);
}

enum {
    THREADS = 8,
    TURNS = 20000
};

static void *take_and_give_back(void *arg)
{
    for (int turn = 0; turn < TURNS; turn++) {
        struct rt_object *const again = rt_object_upgrade(arg);
        if (again) rt_object_unref(again);
        rt_object_ref(arg);
        rt_object_unref(arg);
    }
    return NULL;
}

OL_CASE(counts_hold_when_many_threads_count)
{
    drops = 0;
    struct rt_object *const object =
        rt_object_create(&probe_type, sizeof *object);
    OL_CHECK(object);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        OL_CHECK_EQ(
            pthread_create(&threads[i], NULL, take_and_give_back, object), 0);
    }
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    OL_CHECK_EQ(drops, 0);
    rt_object_unref(object);
    OL_CHECK_EQ(drops, 1);
    OL_CHECK_EQ(rt_object_live(RT_TASK), 0);
}

struct edges {
    int children;
    int others;
};

static void count_edge(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    struct edges *const edges = env;
    (void)from, (void)to;
    if (strong && strcmp(field, "children") == 0) {
        edges->children++;
    } else {
        edges->others++;
    }
}

OL_CASE(an_object_names_what_it_points_at)
{
    struct rt_context *const parent = rt_context_create(NULL);
    struct rt_context *const first = rt_context_create(parent);
    struct rt_context *const second = rt_context_create(parent);
    OL_CHECK(parent && first && second);

    struct edges edges = {0};
    rt_object_each_edge(rt_context_object(parent), count_edge, &edges);
    OL_CHECK_EQ(edges.children, 2);
    OL_CHECK_EQ(edges.others, 0);

    edges = (struct edges){0};
    rt_object_each_edge(rt_context_object(first), count_edge, &edges);
    OL_CHECK_EQ(edges.others, 1);

    rt_context_unref(first);
    rt_context_unref(second);
    rt_context_cancel(parent, -1);
    rt_context_unref(parent);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(census_counts_live_peak_total_and_bytes)
OL_CASES_ENTRY(fields_drop_with_the_last_strong_block_goes_with_the_last_weak)
OL_CASES_ENTRY(counts_hold_when_many_threads_count)
OL_CASES_ENTRY(an_object_names_what_it_points_at)
OL_CASES_END
