/* zio_keyed_free.c - a crowd on a keyed pool, on many threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_keyed_free.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_client.h"
#include "reference-runtime/run/zio_keyed_rig.h"
#include "reference-runtime/run/zio_rig.h"

enum {
    ITEMS_MOST = 3, /* of a key */
    CLIENTS = 4,    /* a thread and round */
    VISITS = 4      /* of each */
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long visits = config->threads * CLIENTS * VISITS * config->rounds;
    rt_truth_add(out, "visits", visits);
    rt_truth_add(out, "visits_minus_got", 0);
    rt_truth_add(out, "pools", RT_ZIO_KEYS);
    rt_truth_add(out, "pending", 0);
    /* One finalizer is the pool's; the others are of items that are gone. */
    rt_truth_add(out, "finalizers_minus_pools_and_made", 0);
    rt_truth_add(out, "live_minus_owned", 0);
    rt_truth_add(out, "live_after_stop", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_variant(config)->scopes_keyed_items
               ? "none"
               : "any; as many as the crowd invalidates";
}

/* ---- What is ---- */

/* Sums over all keys. */
struct sums {
    long made;
    long live; /* resources */
    long open; /* scopes of items */
};

static struct sums sum_up(struct rt_zio_keyed_rig *rig)
{
    struct sums sums = {0};
    for (uint64_t key = 0; key < RT_ZIO_KEYS; key++) {
        struct rt_zio_pool *const pool =
            rt_zio_keyed_pool_find(rig->keyed, key);
        sums.made += atomic_load(&rig->makers[key].calls);
        sums.live += rt_zio_maker_live(&rig->makers[key]);
        if (!pool) continue;
        const struct rt_zio_counts counts = rt_zio_pool_counts(pool);
        sums.open += (long)(counts.created - counts.finalized);
        rt_zio_pool_unref(pool);
    }
    return sums;
}

static void state_truth(struct rt_zio_keyed_rig *rig,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const bool scopes_items = rt_zio_rig_variant(config)->scopes_keyed_items;
    const struct sums sums = sum_up(rig);
    const struct rt_zio_keyed_counts counts =
        rt_zio_keyed_pool_counts(rig->keyed);
    const long finalizers = (long)rt_scope_size(rig->scene.owner);
    const long kept = scopes_items ? 0 : sums.made;
    rt_truth_add(out, "pools", (long)counts.pools);
    rt_truth_add(out, "pending", (long)counts.pending);
    rt_truth_add(out, "finalizers_minus_pools_and_made",
        finalizers - (long)counts.pools - kept);
    rt_truth_add(out, "live_minus_owned",
        sums.live - (scopes_items ? sums.open : sums.made));
}

static int run_rounds(
    struct rt_zio_crowd *crowd, const struct rt_workload_config *config)
{
    const long clients = config->threads * CLIENTS;
    for (long round = 0; round < config->rounds; round++) {
        const int err =
            rt_zio_crowd_run(crowd, (uint64_t)(round * clients), clients);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
    }
    return 0;
}

static int run_rig(struct rt_zio_keyed_rig *rig,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_zio_crowd crowd = rt_zio_crowd_of_keyed(rig, VISITS);
    crowd.invalidates = 5;
    rig->range = (struct rt_zio_range){1, ITEMS_MOST};
    for (size_t key = 0; key < RT_ZIO_KEYS; key++)
        rig->makers[key].takes_a_turn = true;
    const int err = run_rounds(&crowd, config);
    if (err) return err;

    const long visits = config->threads * CLIENTS * VISITS * config->rounds;
    rt_truth_add(out, "visits", visits);
    rt_truth_add(out, "visits_minus_got", visits - atomic_load(&crowd.got));
    state_truth(rig, config, out);
    const int stuck = rt_zio_scene_stop(&rig->scene);
    rt_truth_add(out, "live_after_stop", sum_up(rig).live);
    return stuck;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_zio_keyed_rig rig;
    int err =
        rt_zio_keyed_rig_init(&rig, config->variant, (unsigned)config->threads);
    if (err) return err;
    err = run_rig(&rig, config, out);
    const int busy = rt_zio_keyed_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_zio_keyed_free = {
    .name = "zio-keyed/free",
    .summary = "a crowd that asks for items of six keys",
    .round = "4 clients a thread make 4 visits each",
    .variants = (const char *const[]){"2.1.14", "2.1.8", "pr9163", "main-9164",
        "2.1.9", "2.1.13", "ideal", NULL},
    .rounds = 64,
    .threads = 8,
    .finding = finding,
    .expect = expect,
    .run = run,
};
