/* ce_complete.c - deferreds that complete, and what stays with them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_complete.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/ce_keeper.h"
#include "reference-runtime/run/ce_stage.h"

enum {
    WAITERS = 100,
    FAILS = 40, /* which of them in the order of calls; from 1 */
    NOBODY = -1
};

struct shape {
    long pinned; /* whose handle is kept; 0 is the oldest */
    long fails;  /* whose callback fails, in the order of calls; 0: nobody's */
};

static const struct shape plain = {.pinned = NOBODY};
static const struct shape newest = {.pinned = WAITERS - 1};
static const struct shape oldest = {.pinned = 0};
static const struct shape throwing = {.pinned = NOBODY, .fails = FAILS};

/* ---- What should be ---- */

struct remains {
    long nodes;
    long callbacks;
};

/* What one deferred keeps, and the handle. */
static struct remains remains_of(
    const struct rt_ce_variant *variant, const struct shape *shape)
{
    const long handles = shape->pinned != NOBODY;
    if (variant->is_map || variant->tears_down)
        return (struct remains){.nodes = handles};
    if (!variant->clears_on_complete || shape->fails)
        return (struct remains){WAITERS, WAITERS};
    return (struct remains){shape->pinned + 1, shape->pinned + 1};
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct shape *const shape = config->shape;
    const struct remains remains =
        remains_of(rt_ce_variant_find(config->variant), shape);
    const long rounds = config->rounds;
    const long fired = shape->fails ? shape->fails : WAITERS;
    rt_truth_add(out, "fired", fired * rounds);
    rt_truth_add(out, "never_fired", (WAITERS - fired) * rounds);
    rt_truth_add(out, "deferreds", rounds);
    rt_truth_add(out, "nodes", remains.nodes * rounds);
    rt_truth_add(out, "callbacks", remains.callbacks * rounds);
    rt_truth_add(out, "left_over", 0);
}

/* Deferreds and handles are kept on purpose, the rest is not. */
static const char *finding(const struct rt_workload_config *config)
{
    const struct shape *const shape = config->shape;
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    const struct remains remains = remains_of(variant, shape);
    if (remains.nodes == WAITERS && shape->pinned == NOBODY)
        return "stack-node STEADY 100.00, callback STEADY 100.00, "
               "owner-bounded deferred 1.00";
    if (remains.nodes == WAITERS)
        return "stack-node STEADY 99.00, callback STEADY 100.00, "
               "owner-bounded stack-node 1.00, owner-bounded deferred 1.00";
    if (remains.callbacks)
        return "callback STEADY 1.00, owner-bounded stack-node 1.00, "
               "owner-bounded deferred 1.00";
    if (!remains.nodes) return "owner-bounded deferred 1.00";
    return variant->is_map
               ? "owner-bounded map-entry 1.00, owner-bounded deferred 1.00"
               : "owner-bounded stack-node 1.00, owner-bounded deferred 1.00";
}

/* ---- What is ---- */

struct completing {
    const struct rt_ce_variant *variant;
    const struct shape *shape;
    struct rt_ce_keeper *keeper;
    long fired;
};

static int fail(intptr_t value, void *env)
{
    (void)value, (void)env;
    return -EIO;
}

/* A stack calls the newest first, a map the oldest. */
static bool fails(const struct completing *completing, long waiter)
{
    const long turn =
        completing->variant->is_map ? waiter + 1 : WAITERS - waiter;
    return turn == completing->shape->fails;
}

static int park_all(const struct completing *completing,
    struct rt_ce_deferred *deferred, struct rt_ce_wait *waits)
{
    for (long i = 0; i < WAITERS; i++) {
        const int err =
            rt_ce_park(deferred, fails(completing, i) ? fail : NULL, &waits[i]);
        if (err) return err;
    }
    return 0;
}

OL_NOINLINE static int run_round(struct completing *completing)
{
    struct rt_ce_wait waits[WAITERS] = {0};
    struct rt_ce_deferred *const deferred =
        rt_ce_deferred_create(completing->variant);
    if (!deferred) return -ENOMEM;

    rt_ce_keeper_add(completing->keeper, deferred);
    const int err = park_all(completing, deferred, waits);
    struct rt_ce_applied applied = {0};
    rt_ce_deferred_complete(deferred, 1, &applied);
    completing->fired += applied.fired;
    for (long i = 0; i < WAITERS; i++) {
        if (i == completing->shape->pinned) {
            rt_ce_keeper_add_wait(completing->keeper, &waits[i]);
        } else {
            rt_ce_wait_drop(&waits[i]);
        }
    }
    return err;
}

static void state(
    const struct completing *completing, long rounds, struct rt_truth *out)
{
    rt_truth_add(out, "fired", completing->fired);
    rt_truth_add(out, "never_fired", WAITERS * rounds - completing->fired);
    rt_truth_add(out, "deferreds", rt_object_live(RT_DEFERRED));
    rt_truth_add(out, "nodes", rt_ce_live_nodes());
    rt_truth_add(out, "callbacks", rt_object_live(RT_CALLBACK));
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct completing completing = {
        .variant = rt_ce_variant_find(config->variant),
        .shape = config->shape,
        .keeper = rt_ce_keeper_create(config->rounds),
    };
    if (!completing.keeper) return -ENOMEM;

    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&completing);
        rt_stack_scrub();
        ol_mark("round");
    }
    state(&completing, config->rounds, out);
    rt_ce_keeper_unref(completing.keeper);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_ce_complete = {
    .name = "cats-deferred/complete",
    .summary = "what stays with a deferred that is complete",
    .round = "100 get a deferred; it completes and is kept",
    .variants = rt_ce_variants,
    .rounds = 64,
    .shape = &plain,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_pinned_handle = {
    .name = "cats-deferred/pinned-handle",
    .summary = "a handle keeps all below it (typelevel/cats-effect#3973)",
    .round =
        "100 get a deferred; it completes and is kept, as the newest handle",
    .variants = rt_ce_variants,
    .rounds = 64,
    .shape = &newest,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_pinned_oldest = {
    .name = "cats-deferred/pinned-oldest",
    .summary = "a handle with nothing below it",
    .round =
        "100 get a deferred; it completes and is kept, as the oldest handle",
    .variants = rt_ce_variants,
    .rounds = 64,
    .shape = &oldest,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_ce_throwing = {
    .name = "cats-deferred/throwing",
    .summary = "a callback fails, and the stack stays",
    .round = "100 get a deferred; the 40th call fails; it is kept",
    .variants = rt_ce_variants,
    .rounds = 64,
    .shape = &throwing,
    .finding = finding,
    .expect = expect,
    .run = run,
};
