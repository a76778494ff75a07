/* zio_ghosts.c - gets that are interrupted while they wait for an item.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_ghosts.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/zio_rig.h"

enum {
    ITEMS = 10
};

/* ---- What should be ---- */

static bool is_haunted(const struct rt_workload_config *config)
{
    return !rt_zio_rig_variant(config)->cancels_takers;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long ghosts = is_haunted(config) ? config->rounds : 0;
    rt_truth_add(out, "parked", ghosts);
    rt_truth_add(out, "ghosts", ghosts);
    rt_zio_rig_expect_state(out, ITEMS, -ghosts, 0);
    rt_truth_add(out, "parked_after_return", 0);
    rt_truth_add(out, "size_after_return", ITEMS);
    rt_truth_add(out, "free_after_return", 1);
    rt_truth_add(out, "queued_after_return", 1);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return rt_zio_rig_finding(config,
        is_haunted(config)
            ? "task STEADY 1.00, future STEADY 1.00, taker STEADY 1.00, "
              "lease STEADY 1.00, scope STEADY 1.00; until an item is returned"
            : "none");
}

/* ---- What is ---- */

static int run_rounds(struct rt_zio_rig *rig, long rounds, struct rt_truth *out)
{
    for (long round = 0; round < rounds; round++) {
        const int err = rt_zio_rig_interrupt(rig);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
    }
    const struct rt_zio_counts counts = rt_zio_pool_counts(rig->pool);
    rt_truth_add(out, "parked", (long)counts.waiting);
    rt_truth_add(out, "ghosts", (long)counts.ghosts);
    rt_zio_rig_state(rig, out);
    return 0;
}

/* Each ghost gets the item, finds its scope closed, and returns it. */
static int return_one(
    struct rt_zio_rig *rig, struct rt_scope *scope, struct rt_truth *out)
{
    const int stuck = rt_zio_scene_close(&rig->scene, scope, 0);
    const struct rt_zio_counts counts = rt_zio_pool_counts(rig->pool);
    rt_truth_add(out, "parked_after_return", (long)counts.waiting);
    rt_truth_add(out, "size_after_return", counts.size);
    rt_truth_add(out, "free_after_return", counts.free);
    rt_truth_add(out, "queued_after_return", (long)counts.queued);
    return stuck;
}

/* One scope has one item, the other all the rest. */
static int run_rig(struct rt_zio_rig *rig, long rounds, struct rt_truth *out)
{
    struct rt_scope *const one = rt_scope_create();
    struct rt_scope *const rest = rt_scope_create();
    if (!one || !rest) return -ENOMEM;
    int err = rt_zio_rig_open(rig);
    for (int i = 0; i < ITEMS && !err; i++)
        err = rt_zio_rig_get(rig, i == 0 ? one : rest, NULL);
    if (!err) err = run_rounds(rig, rounds, out);

    const int stuck = return_one(rig, one, out);
    const int stuck_rest = rt_zio_scene_close(&rig->scene, rest, 0);
    if (err || stuck) return err ? err : stuck;
    return stuck_rest;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_zio_rig_options options = {
        .variant = config->variant, .min = ITEMS, .max = ITEMS};
    struct rt_zio_rig rig;
    int err = rt_zio_rig_init(&rig, &options);
    if (err) return err;
    err = run_rig(&rig, config->rounds, out);
    const int busy = rt_zio_rig_deinit(&rig);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_zio_ghosts = {
    .name = "zio-pool/ghosts",
    .summary = "who is interrupted goes on waiting for an item",
    .round = "one get, interrupted while all 10 items are leased",
    .variants = (const char *const[]){"2.1.14", "rc6", "2.0", "2.1.8", "pr9163",
        "main-9164", "2.1.9", "2.1.13", "ideal", NULL},
    .rounds = 64,
    .sizes = (const long[]){50, 10000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
