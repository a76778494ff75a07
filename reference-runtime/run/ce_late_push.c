/* ce_late_push.c - gets that look too early and wait too late.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_late_push.h"

#include <errno.h>
#include <string.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/coroutine.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/core/step.h"
#include "reference-runtime/run/ce_keeper.h"
#include "reference-runtime/run/ce_model.h"
#include "reference-runtime/run/ce_stage.h"

enum {
    LATE = 8
};

/* Summed over the rounds. */
struct sums {
    long ready; /* found it complete after all */
    long fired; /* were called */
    long counter;
    long garbage;
};

static void add_rows(const struct sums *sums, struct rt_truth *out)
{
    rt_truth_add(out, "ready", sums->ready);
    rt_truth_add(out, "fired", sums->fired);
    rt_truth_add(out, "clear_counters", sums->counter);
    rt_truth_add(out, "garbage", sums->garbage);
}

/* ---- What should be ---- */

/* In a map, looking and waiting are one: nobody is late, all are called. */
static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    const long rounds = config->rounds;
    const struct rt_ce_model each = rt_ce_model_churn(variant, LATE);
    const struct sums sums = {
        .ready = variant->is_map ? 0 : LATE * rounds,
        .fired = variant->is_map ? LATE * rounds : 0,
        .counter = each.counter * rounds,
        .garbage = each.garbage * rounds,
    };
    add_rows(&sums, out);
    rt_truth_add(out, "deferreds", rounds);
    rt_truth_add(out, "nodes", sums.garbage);
    rt_truth_add(out, "callbacks", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    if (variant->is_map || variant->counts_bottom)
        return "owner-bounded deferred 1.00";
    if (variant->pack == RT_CE_PACK_NONE)
        return "stack-node STEADY 8.00, owner-bounded deferred 1.00";
    return "stack-node STEADY 3.00, owner-bounded deferred 1.00";
}

/* ---- What is ---- */

/* One who is held between looking and pushing. */
struct getter {
    struct rt_coroutine *coroutine; /* owner */
    struct late *late;
    struct rt_ce_wait wait; /* if it was not late after all */
};

struct late {
    struct rt_ce_deferred *deferred; /* of this round */
    struct getter getters[LATE];
    struct sums sums;
    int err;
};

static void get(void *env)
{
    struct getter *const getter = env;
    struct late *const late = getter->late;
    struct rt_ce_callback *const callback =
        rt_ce_callback_create((struct rt_ce_callback_fn){.env = NULL});
    const int got =
        callback ? rt_ce_deferred_get(late->deferred, callback, &getter->wait)
                 : -ENOMEM;
    rt_ce_callback_unref(callback);
    late->sums.ready += got == RT_CE_READY;
    if (got < 0) late->err = got;
}

static void hold_before_push(const char *point, void *env)
{
    (void)env;
    if (strcmp(point, RT_CE_STEP_PUSH_READ) == 0) rt_coroutine_yield();
}

/* Has all look, then completes, then lets them go on. A map has nothing to
 * come between. */
static void look_complete_push(struct late *late)
{
    static const struct rt_step_listener holding = {
        .at_step = hold_before_push,
    };
    bool is_held[LATE];
    const struct rt_step_listener *const before = rt_step_listen(&holding);
    for (int i = 0; i < LATE; i++)
        is_held[i] = rt_coroutine_resume(late->getters[i].coroutine);
    rt_step_listen(before);

    struct rt_ce_applied applied = {0};
    rt_ce_deferred_complete(late->deferred, 1, &applied);
    late->sums.fired += applied.fired;
    for (int i = 0; i < LATE; i++)
        if (is_held[i]) rt_coroutine_resume(late->getters[i].coroutine);
}

OL_NOINLINE static int run_round(
    struct late *late, const char *variant, struct rt_ce_keeper *keeper)
{
    late->deferred = rt_ce_deferred_create(rt_ce_variant_find(variant));
    if (!late->deferred) return -ENOMEM;

    rt_ce_keeper_add(keeper, late->deferred);
    look_complete_push(late);
    for (int i = 0; i < LATE; i++)
        rt_ce_wait_drop(&late->getters[i].wait);
    const struct rt_ce_event_counts counts =
        rt_ce_deferred_counts(late->deferred);
    late->sums.counter += counts.clear_counter;
    late->sums.garbage += counts.stack.linked_cleared;
    return late->err;
}

static int run_rounds(struct late *late,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_ce_keeper *const keeper = rt_ce_keeper_create(config->rounds);
    if (!keeper) return -ENOMEM;

    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(late, config->variant, keeper);
        rt_stack_scrub();
        ol_mark("round");
    }
    add_rows(&late->sums, out);
    rt_truth_add(out, "deferreds", rt_object_live(RT_DEFERRED));
    rt_truth_add(out, "nodes", rt_ce_live_nodes());
    rt_truth_add(out, "callbacks", rt_object_live(RT_CALLBACK));
    rt_ce_keeper_unref(keeper);
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct late late = {.err = 0};
    int err = 0;
    for (int i = 0; i < LATE; i++) {
        struct getter *const getter = &late.getters[i];
        getter->late = &late;
        getter->coroutine = rt_coroutine_create(get, getter);
        if (!getter->coroutine) err = -ENOMEM;
    }
    if (!err) err = run_rounds(&late, config, out);
    for (int i = 0; i < LATE; i++) {
        const int busy = rt_coroutine_destroy(late.getters[i].coroutine);
        if (!err) err = busy;
    }
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_ce_late_push = {
    .name = "cats-deferred/late-push",
    .summary = "gets that wait for what is complete already",
    .round = "8 get a deferred that completes before they wait; it is kept",
    .variants = rt_ce_variants,
    .rounds = 64,
    .finding = finding,
    .expect = expect,
    .run = run,
};
