/* ce_stage.c - one deferred, and many who wait for it and give up.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_stage.h"

#include <assert.h>
#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"

const char *const rt_ce_variants[] = {"ce-3.4.4", "ce-3.4.2", "ce-3.4.3",
    "ce-3.5.2", "ce-pr3936", "ce-3.5.3", "ce-3.5.4", NULL};

int rt_ce_stage_init(struct rt_ce_stage *stage, const char *variant)
{
    *stage = (struct rt_ce_stage){.variant = rt_ce_variant_find(variant)};
    stage->deferred = rt_ce_deferred_create(stage->variant);
    return stage->deferred ? 0 : -ENOMEM;
}

void rt_ce_stage_deinit(struct rt_ce_stage *stage)
{
    rt_ce_deferred_unref(stage->deferred);
}

int rt_ce_park(struct rt_ce_deferred *deferred,
    int (*fire)(intptr_t value, void *env), struct rt_ce_wait *wait_out)
{
    const struct rt_ce_callback_fn fn = {.fire = fire};
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    if (!callback) return -ENOMEM;

    const int got = rt_ce_deferred_get(deferred, callback, wait_out);
    rt_ce_callback_unref(callback);
    assert(got != RT_CE_READY);
    return got == RT_CE_PARKED ? 0 : got;
}

long rt_ce_live_nodes(void)
{
    return rt_object_live(RT_STACK_NODE) + rt_object_live(RT_MAP_ENTRY);
}

static void raise(long *peak, long value)
{
    if (value > *peak) *peak = value;
}

int rt_ce_stage_push(struct rt_ce_stage *stage, struct rt_ce_wait *wait_out)
{
    const int err = rt_ce_park(stage->deferred, NULL, wait_out);
    if (err) return err;
    stage->waiting++;
    raise(&stage->peak_linked, rt_ce_live_nodes());
    return 0;
}

void rt_ce_stage_cancel(struct rt_ce_stage *stage, struct rt_ce_wait *wait)
{
    rt_ce_wait_cancel(wait);
    stage->waiting--;
    raise(&stage->peak_garbage, rt_ce_live_nodes() - stage->waiting);
}

OL_NOINLINE static int come_and_go(struct rt_ce_stage *stage)
{
    struct rt_ce_wait wait;
    const int err = rt_ce_stage_push(stage, &wait);
    if (!err) rt_ce_stage_cancel(stage, &wait);
    return err;
}

int rt_ce_stage_churn(struct rt_ce_stage *stage, long count)
{
    for (long i = 0; i < count; i++) {
        const int err = come_and_go(stage);
        if (err) return err;
        rt_stack_scrub();
        ol_mark("round");
    }
    return 0;
}

void rt_ce_stage_state(struct rt_ce_stage *stage, struct rt_truth *out)
{
    const struct rt_ce_event_counts counts =
        rt_ce_deferred_counts(stage->deferred);
    rt_truth_add(out, "clear_counter", counts.clear_counter);
    rt_truth_add(out, "linked", counts.stack.linked);
    rt_truth_add(out, "garbage", counts.stack.linked_cleared);
    rt_truth_add(out, "packs", counts.stack.packs);
    rt_truth_add(out, "peak_linked", stage->peak_linked);
    rt_truth_add(out, "peak_garbage", stage->peak_garbage);
    rt_truth_add(out, "nodes", rt_ce_live_nodes());
    rt_truth_add(out, "callbacks", rt_object_live(RT_CALLBACK));
}

void rt_ce_stage_complete(struct rt_ce_stage *stage, struct rt_ce_wait *waits,
    long count, struct rt_truth *out)
{
    struct rt_ce_applied applied = {0};
    (void)rt_ce_deferred_complete(stage->deferred, 1, &applied);
    for (long i = 0; i < count; i++)
        rt_ce_wait_drop(&waits[i]);
    rt_truth_add(out, "fired", applied.fired);
}
