/* ce_benchmark.c - a deferred used as it should be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_benchmark.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/ce_stage.h"

enum {
    COUNT = 100 /* a round */
};

/* Summed over the rounds. */
struct sums {
    long completed; /* deferreds */
    long fired;     /* gets that waited */
    long ready;     /* gets that need not wait */
};

struct shape {
    struct sums each; /* what a round adds */
    int (*round)(const struct rt_ce_variant *variant, struct sums *sums);
};

/* ---- Rounds ---- */

static void complete(struct rt_ce_deferred *deferred, struct sums *sums)
{
    struct rt_ce_applied applied = {0};
    sums->completed += rt_ce_deferred_complete(deferred, 1, &applied);
    sums->fired += applied.fired;
}

OL_NOINLINE static int get_before(
    const struct rt_ce_variant *variant, struct sums *sums)
{
    struct rt_ce_wait waits[COUNT] = {0};
    struct rt_ce_deferred *const deferred = rt_ce_deferred_create(variant);
    int err = deferred ? 0 : -ENOMEM;
    for (int i = 0; i < COUNT && !err; i++)
        err = rt_ce_park(deferred, NULL, &waits[i]);
    if (deferred) complete(deferred, sums);
    for (int i = 0; i < COUNT; i++)
        rt_ce_wait_drop(&waits[i]);
    rt_ce_deferred_unref(deferred);
    return err;
}

/* Returns 0, or -ENOMEM. */
static int get_ready(struct rt_ce_deferred *deferred, struct sums *sums)
{
    struct rt_ce_wait wait;
    struct rt_ce_callback *const callback =
        rt_ce_callback_create((struct rt_ce_callback_fn){.env = NULL});
    if (!callback) return -ENOMEM;
    sums->ready += rt_ce_deferred_get(deferred, callback, &wait) == RT_CE_READY;
    rt_ce_callback_unref(callback);
    return 0;
}

OL_NOINLINE static int get_after(
    const struct rt_ce_variant *variant, struct sums *sums)
{
    struct rt_ce_deferred *const deferred = rt_ce_deferred_create(variant);
    if (!deferred) return -ENOMEM;
    complete(deferred, sums);
    int err = 0;
    for (int i = 0; i < COUNT && !err; i++)
        err = get_ready(deferred, sums);
    rt_ce_deferred_unref(deferred);
    return err;
}

OL_NOINLINE static int complete_alone(
    const struct rt_ce_variant *variant, struct sums *sums)
{
    for (int i = 0; i < COUNT; i++) {
        struct rt_ce_deferred *const deferred = rt_ce_deferred_create(variant);
        if (!deferred) return -ENOMEM;
        complete(deferred, sums);
        rt_ce_deferred_unref(deferred);
    }
    return 0;
}

static const struct shape before = {{1, COUNT, 0}, get_before};
static const struct shape after = {{1, 0, COUNT}, get_after};
static const struct shape alone = {{COUNT, 0, 0}, complete_alone};

/* ---- All rounds ---- */

static void add_rows(const struct sums *sums, struct rt_truth *out)
{
    rt_truth_add(out, "completed", sums->completed);
    rt_truth_add(out, "fired", sums->fired);
    rt_truth_add(out, "ready", sums->ready);
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    const struct sums sums = {
        .completed = shape->each.completed * config->rounds,
        .fired = shape->each.fired * config->rounds,
        .ready = shape->each.ready * config->rounds,
    };
    add_rows(&sums, out);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    (void)config;
    return "none";
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    struct sums sums = {0};
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = shape->round(rt_ce_variant_find(config->variant), &sums);
        rt_stack_scrub();
        ol_mark("round");
    }
    add_rows(&sums, out);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_ce_get_before = {
    .name = "cats-deferred/get-before",
    .summary = "gets that wait until it completes",
    .round = "100 get a deferred, then it completes, then it goes",
    .variants = rt_ce_variants,
    .rounds = 64,
    .shape = &before,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_get_after = {
    .name = "cats-deferred/get-after",
    .summary = "gets that need not wait",
    .round = "a deferred completes, then 100 get it, then it goes",
    .variants = rt_ce_variants,
    .rounds = 64,
    .shape = &after,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_complete_alone = {
    .name = "cats-deferred/complete-alone",
    .summary = "deferreds that complete for nobody",
    .round = "100 deferreds complete, and each goes",
    .variants = rt_ce_variants,
    .rounds = 64,
    .shape = &alone,
    .finding = finding,
    .expect = expect,
    .run = run,
};
