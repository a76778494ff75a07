/* ce_join.c - joins that give up, on a fiber that runs on and on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_join.h"

#include <assert.h>
#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/cats-effect/ce_fiber.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/ce_stage.h"

/* ---- What should be ---- */

static bool packs(const struct rt_workload_config *config)
{
    return rt_ce_join_variant_find(config->variant)->packs;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long garbage = packs(config) ? 0 : config->rounds;
    rt_truth_add(out, "clear_counter", 0);
    rt_truth_add(out, "linked", garbage);
    rt_truth_add(out, "garbage", garbage);
    rt_truth_add(out, "nodes", garbage);
    rt_truth_add(out, "callbacks", 0);
    rt_truth_add(out, "fired", 0);
    rt_truth_add(out, "nodes_after_end", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return packs(config) ? "none" : "stack-node STEADY 1.00";
}

/* ---- What is ---- */

OL_NOINLINE static int join_and_give_up(struct rt_ce_fiber *fiber)
{
    struct rt_ce_callback *const callback =
        rt_ce_callback_create((struct rt_ce_callback_fn){.env = NULL});
    if (!callback) return -ENOMEM;

    struct rt_ce_wait wait;
    const int joined = rt_ce_fiber_join(fiber, callback, &wait);
    rt_ce_callback_unref(callback);
    if (joined < 0) return joined;
    assert(joined == RT_CE_PARKED);
    rt_ce_wait_cancel(&wait);
    return 0;
}

static void state_and_end(struct rt_ce_fiber *fiber, struct rt_truth *out)
{
    const struct rt_ce_event_counts counts = rt_ce_fiber_counts(fiber);
    rt_truth_add(out, "clear_counter", counts.clear_counter);
    rt_truth_add(out, "linked", counts.stack.linked);
    rt_truth_add(out, "garbage", counts.stack.linked_cleared);
    rt_truth_add(out, "nodes", rt_ce_live_nodes());
    rt_truth_add(out, "callbacks", rt_object_live(RT_CALLBACK));

    struct rt_ce_applied applied = {0};
    rt_ce_fiber_done(fiber, 1, &applied);
    rt_truth_add(out, "fired", applied.fired);
    rt_truth_add(out, "nodes_after_end", rt_ce_live_nodes());
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_ce_fiber *const fiber =
        rt_ce_fiber_create(rt_ce_variant_find("ce-3.5.4"),
            rt_ce_join_variant_find(config->variant));
    if (!fiber) return -ENOMEM;

    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = join_and_give_up(fiber);
        rt_stack_scrub();
        ol_mark("round");
    }
    state_and_end(fiber, out);
    rt_ce_fiber_unref(fiber);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_ce_join_churn = {
    .name = "cats-join/churn",
    .summary = "joins that are cancelled (typelevel/fs2-kafka#1318)",
    .round = "one join, cancelled, of a fiber that runs on",
    .variants = (const char *const[]){"unpacked", "packed", NULL},
    .rounds = 100,
    .sizes = (const long[]){1000, 10000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
