/* zio_invalidate.c - items that are invalidated and never come back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_invalidate.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/payload.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"
#include "reference-runtime/zio/zio_check.h"

/* ---- What should be ---- */

static bool is_leaky(const struct rt_workload_config *config)
{
    return !rt_zio_rig_variant(config)->tracks_valid_items;
}

/* The set holds what is invalid, or what is valid: the one item there is. */
static void expect_made(
    const struct rt_workload_config *config, long made, struct rt_truth *out)
{
    const bool leaks = is_leaky(config);
    rt_truth_add(out, "made", made);
    rt_truth_add(out, "remembered_invalid", leaks ? config->rounds : 0);
    rt_truth_add(out, "remembered_valid", leaks ? 0 : 1);
    rt_truth_add(out, "items", leaks ? config->rounds + 1 : 1);
    /* Two are more than the one item there is. */
    const bool shows = leaks && config->rounds > 1;
    rt_truth_add(out, "broken", shows ? (long)RT_ZIO_P(7) : 0);
    rt_zio_rig_expect_state(out, 1, 1, 1);
    rt_truth_add(out, "left_over", 0);
}

static void expect_foreign(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    expect_made(config, 1, out);
}

static void expect_double(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    expect_made(config, config->rounds + 1, out);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(
        config, is_leaky(config) ? "set-entry STEADY 1.00, payload STEADY 1.00"
                                 : "none");
}

/* ---- What is ---- */

typedef int (*round_fn)(struct rt_zio_rig *rig);

/* Invalidates what is no item of the pool. */
OL_NOINLINE static int run_foreign(struct rt_zio_rig *rig)
{
    struct rt_payload *const payload = rt_payload_create(64);
    if (!payload) return -ENOMEM;
    const int err = rt_zio_pool_invalidate(rig->pool, &payload->object);
    rt_payload_unref(payload);
    return err;
}

/* Invalidates the item, gives it back, and says so again. */
OL_NOINLINE static int run_double(struct rt_zio_rig *rig)
{
    struct rt_scope *const scope = rt_scope_create();
    struct rt_object *item = NULL;
    if (!scope) return -ENOMEM;
    int err = rt_zio_rig_get(rig, scope, &item);
    if (!err) {
        rt_object_ref(item);
        err = rt_zio_pool_invalidate(rig->pool, item);
    }
    const int stuck = rt_zio_scene_close(&rig->scene, scope, 0);
    if (!err) err = stuck;
    if (!err) err = rt_zio_pool_invalidate(rig->pool, item);
    rt_object_unref(item);
    return err;
}

static int run_rounds(struct rt_zio_rig *rig, round_fn run_round, long rounds,
    bool leaks, struct rt_truth *out)
{
    unsigned broken = 0;
    for (long round = 0; round < rounds; round++) {
        const int err = run_round(rig);
        if (err) return err;
        broken |= rt_zio_check(rig->pool, true);
        rt_stack_scrub();
        ol_mark("round");
    }
    const long remembered = (long)rt_zio_pool_counts(rig->pool).remembered;
    rt_truth_add(out, "made", atomic_load(&rig->maker.calls));
    rt_truth_add(out, "remembered_invalid", leaks ? remembered : 0);
    rt_truth_add(out, "remembered_valid", leaks ? 0 : remembered);
    rt_truth_add(out, "items", rt_object_live(RT_PAYLOAD));
    rt_truth_add(out, "broken", (long)broken);
    rt_zio_rig_state(rig, out);
    return 0;
}

static int run_with(const struct rt_workload_config *config, round_fn run_round,
    struct rt_truth *out)
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant, .min = 1, .max = 1};
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    err = rt_zio_rig_open(&rig);
    if (!err)
        err =
            run_rounds(&rig, run_round, config->rounds, is_leaky(config), out);
    const int busy = rt_zio_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

static int run_all_foreign(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    return run_with(config, run_foreign, out);
}

static int run_all_double(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    return run_with(config, run_double, out);
}

static const char *const variants[] = {"2.1.9", "rc6", "2.0", "2.1.8", "pr9163",
    "main-9164", "2.1.13", "2.1.14", "ideal", NULL};

const struct rt_workload rt_workload_zio_foreign_invalidate = {
    .name = "zio-pool/foreign-invalidate",
    .summary = "the set of invalid items only grows (zio/zio#9306)",
    .round = "something is invalidated that the pool never had",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 100000, 0},
    .finding = finding,
    .expect = expect_foreign,
    .run = run_all_foreign,
};

const struct rt_workload rt_workload_zio_double_invalidate = {
    .name = "zio-pool/double-invalidate",
    .summary = "an item that is gone is remembered (zio/zio#9306)",
    .round = "an item is invalidated, closed, and invalidated again",
    .variants = variants,
    .rounds = 64,
    .sizes = (const long[]){100, 10000, 0},
    .finding = finding,
    .expect = expect_double,
    .run = run_all_double,
};
