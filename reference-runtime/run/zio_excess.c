/* zio_excess.c - which idle items beyond the least are closed in time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_excess.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"

enum {
    LEAST = 10,
    MOST = 15,
    LEASED = 5 /* of these, while the others are idle */
};

#define TTL_NS UINT64_C(60000000000)

/* The pool once its items have been idle for long. */
struct sizes {
    long size;
    long free;
};

/* ---- What should be ---- */

static bool is_right(const struct rt_workload_config *config)
{
    return rt_zio_rig_variant(config)->counts_excess_right;
}

/* Upstream takes min(free - least, size) for min(size - least, free). */
static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long idle = MOST - LEASED;
    const long closed = is_right(config) ? MOST - LEAST : 0;
    rt_truth_add(out, "size_leased", MOST - closed);
    rt_truth_add(out, "free_leased", idle - closed);
    rt_truth_add(out, "size_idle", LEAST);
    rt_truth_add(out, "free_idle", LEAST);
    rt_truth_add(out, "unlike", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(config,
        is_right(config) ? "none"
                         : "none; five idle items too many, but no more");
}

/* ---- What is ---- */

/* Leases an item each to the scopes, in order. */
static int lease(
    struct rt_zio_rig *rig, struct rt_scope *leased, struct rt_scope *returned)
{
    int err = rt_zio_rig_open(rig);
    for (int i = 0; i < MOST && !err; i++)
        err = rt_zio_rig_get(rig, i < LEASED ? leased : returned, NULL);
    return err;
}

/* Returns what is leased to the scope and lets time pass. */
static int idle(
    struct rt_zio_rig *rig, struct rt_scope *scope, struct sizes *out)
{
    const int stuck = rt_zio_scene_close(&rig->scene, scope, 0);
    rt_scheduler_run_for(rig->scene.scheduler, 3 * TTL_NS);
    const struct rt_zio_counts counts = rt_zio_pool_counts(rig->pool);
    *out = (struct sizes){counts.size, counts.free};
    return stuck;
}

OL_NOINLINE static int run_round(
    const struct rt_workload_config *config, struct sizes sizes[2])
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant,
        .min = LEAST,
        .max = MOST,
        .ttl_ns = TTL_NS,
    };
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    struct rt_scope *const leased = rt_scope_create();
    struct rt_scope *const returned = rt_scope_create();
    err = leased && returned ? lease(&rig, leased, returned) : -ENOMEM;
    if (!err) err = idle(&rig, returned, &sizes[0]);
    if (!err) err = idle(&rig, leased, &sizes[1]);
    const int busy = rt_zio_rig_deinit(&rig);
    return err ? err : busy;
}

static bool is_like(const struct sizes *one, const struct sizes *other)
{
    return one->size == other->size && one->free == other->free;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct sizes first[2] = {{0}};
    long unlike = 0;
    for (long round = 0; round < config->rounds; round++) {
        struct sizes sizes[2];
        const int err = run_round(config, round ? sizes : first);
        if (err) return err;
        if (round)
            unlike += !is_like(&sizes[0], &first[0]) ||
                      !is_like(&sizes[1], &first[1]);
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "size_leased", first[0].size);
    rt_truth_add(out, "free_leased", first[0].free);
    rt_truth_add(out, "size_idle", first[1].size);
    rt_truth_add(out, "free_idle", first[1].free);
    rt_truth_add(out, "unlike", unlike);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return 0;
}

const struct rt_workload rt_workload_zio_excess = {
    .name = "zio-pool/excess",
    .summary = "idle items are kept while others are leased",
    .round = "a pool of 10 to 15: 5 leased and 10 idle, then 15 idle",
    .variants = (const char *const[]){"2.1.14", "rc6", "2.0", "2.1.8", "pr9163",
        "main-9164", "2.1.9", "2.1.13", "ideal", NULL},
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
