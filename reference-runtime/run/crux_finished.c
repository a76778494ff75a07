/* crux_finished.c - tasks that are done, and what becomes of their slots.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_finished.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_executor.h"

enum {
    JUDGED = 10 /* rounds that outlive wants to see */
};

/* ---- What should be ---- */

static bool frees(const struct rt_workload_config *config)
{
    return rt_crux_variant_find(config->variant)->frees_slots;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    rt_truth_add(out, "slots", frees(config) ? 1 : config->rounds);
    rt_truth_add(out, "futures", 0);
    rt_truth_add(out, "wakers", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    if (config->rounds < JUDGED) return "unjudged; too few rounds";
    return frees(config) ? "none" : "slot STEADY 1.00";
}

/* ---- What is ---- */

OL_NOINLINE static int run_round(
    struct rt_crux_executor *executor, const struct rt_crux_spawner *spawner)
{
    struct rt_future *const future = rt_future_ready(0, 0);
    if (!future) return -ENOMEM;
    const int err = rt_crux_spawner_spawn(spawner, future);
    rt_crux_executor_run(executor);
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_crux_executor *executor = NULL;
    struct rt_crux_spawner spawner = {0};
    int err = rt_crux_executor_create(
        rt_crux_variant_find(config->variant), &executor, &spawner);
    if (err) return err;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(executor, &spawner);
        rt_stack_scrub();
        ol_mark("round");
    }
    rt_truth_add(out, "slots", (long)rt_crux_executor_counts(executor).slots);
    rt_truth_add(out, "futures", rt_object_live(RT_FUTURE));
    rt_truth_add(out, "wakers", rt_object_live(RT_WAKER));
    rt_crux_executor_destroy(executor);
    rt_crux_spawner_drop(&spawner);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_slots = {
    .name = "crux/slots",
    .summary = "tasks come and are done, one at a time (redbadger/crux#269)",
    .round = "a task that is ready at its first poll",
    .variants = (const char *const[]){"pr269-slab", "0.9.1", NULL},
    .rounds = 64,
    .sizes = (const long[]){1, 1000, 1000000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
