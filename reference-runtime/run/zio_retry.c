/* zio_retry.c - gets that fail, again and again in one scope.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_retry.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"

enum {
    TRIES = 6
};

/* What there is when the last try has ended, or waits for ever. */
struct retried {
    long calls; /* of the creator */
    long waiting;
    long size;
    long free;
};

/* ---- What should be ---- */

/* The first failure keeps the only slot until the scope is closed. */
static bool hangs(const struct rt_workload_config *config)
{
    return !rt_zio_rig_variant(config)->releases_failed_early;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const bool hung = hangs(config);
    rt_truth_add(out, "hung", hung ? config->rounds : 0);
    rt_truth_add(out, "calls", config->rounds * (hung ? 1 : TRIES));
    rt_truth_add(out, "waiting", hung ? 1 : 0);
    rt_truth_add(out, "size", hung ? 1 : 0);
    rt_truth_add(out, "free", hung ? -1 : 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(config,
        hangs(config) ? "none; a get waits for ever, but only one" : "none");
}

/* ---- What is ---- */

static int try_all(struct rt_zio_rig *rig, struct rt_scope *scope)
{
    int err = -EIO;
    for (int i = 0; i < TRIES && err == -EIO; i++)
        err = rt_zio_rig_get(rig, scope, NULL);
    return err == -EIO ? 0 : err;
}

static int run_pool(struct rt_zio_rig *rig, struct retried *out, long *hung)
{
    struct rt_scope *const scope = rt_scope_create();
    int err = rt_zio_rig_open(rig);
    if (!scope || err) return err ? err : -ENOMEM;
    err = try_all(rig, scope);
    if (err == -EINPROGRESS) {
        err = 0;
        ++*hung;
    }
    const struct rt_zio_counts counts = rt_zio_pool_counts(rig->pool);
    out->calls += atomic_load(&rig->maker.calls);
    out->waiting = (long)counts.waiting;
    out->size = counts.size;
    out->free = counts.free;
    const int stuck = rt_zio_scene_close(&rig->scene, scope, 0);
    return err ? err : stuck;
}

OL_NOINLINE static int run_round(const struct rt_workload_config *config,
    struct retried *retried, long *hung)
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant, .max = 1, .fate = RT_ZIO_FAILS};
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    rig.maker.acquires_nothing = true;
    err = run_pool(&rig, retried, hung);
    const int busy = rt_zio_rig_deinit(&rig);
    return err ? err : busy;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct retried retried = {0};
    long hung = 0;
    for (long round = 0; round < config->rounds; round++) {
        const int err = run_round(config, &retried, &hung);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "hung", hung);
    rt_truth_add(out, "calls", retried.calls);
    rt_truth_add(out, "waiting", retried.waiting);
    rt_truth_add(out, "size", retried.size);
    rt_truth_add(out, "free", retried.free);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return 0;
}

const struct rt_workload rt_workload_zio_retry = {
    .name = "zio-pool/retry",
    .summary = "a failed get keeps its slot: the next one hangs (zio/zio#6844)",
    .round = "6 gets that fail in one scope, from a pool of 0 to 1",
    .variants = (const char *const[]){"rc6", "2.0", "2.1.8", "pr9163",
        "main-9164", "2.1.9", "2.1.13", "2.1.14", "ideal", NULL},
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
