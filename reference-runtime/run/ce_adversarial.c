/* ce_adversarial.c - 16 of 512 give up, far apart.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_adversarial.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/run/ce_stage.h"

enum {
    WAITERS = 512,
    GIVE_UP = 16
};

/* Who gives up, in this order; 0 is the oldest. */
static const int giving_up[GIVE_UP] = {
    12, 23, 201, 405, 1, 7, 17, 27, 127, 203, 204, 207, 2, 3, 4, 5};

/* Summed over the rounds; right before each deferred completes. */
struct sums {
    long counter;
    long garbage;
    long linked;
    long in_order; /* cancels after which the counter was one more */
    long fired;
};

static void add_rows(const struct sums *sums, struct rt_truth *out)
{
    rt_truth_add(out, "clear_counters", sums->counter);
    rt_truth_add(out, "garbage", sums->garbage);
    rt_truth_add(out, "linked", sums->linked);
    rt_truth_add(out, "counted_up", sums->in_order);
    rt_truth_add(out, "fired", sums->fired);
    rt_truth_add(out, "left_over", rt_object_live_all());
}

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_ce_variant *const variant =
        rt_ce_variant_find(config->variant);
    const long rounds = config->rounds;
    const long garbage = variant->is_map ? 0 : GIVE_UP;
    const long counted = variant->pack == RT_CE_PACK_NONE ? 0 : GIVE_UP;
    const struct sums sums = {
        .counter = counted * rounds,
        .garbage = garbage * rounds,
        .linked = (WAITERS - GIVE_UP + garbage) * rounds,
        .in_order = counted * rounds,
        .fired = (WAITERS - GIVE_UP) * rounds,
    };
    add_rows(&sums, out);
}

static const char *finding(const struct rt_workload_config *config)
{
    (void)config;
    return "none; what is left goes with each deferred";
}

/* ---- What is ---- */

static int park_all(struct rt_ce_deferred *deferred, struct rt_ce_wait *waits)
{
    for (int i = 0; i < WAITERS; i++) {
        const int err = rt_ce_park(deferred, NULL, &waits[i]);
        if (err) return err;
    }
    return 0;
}

static void give_up(struct rt_ce_deferred *deferred, struct rt_ce_wait *waits,
    struct sums *sums)
{
    for (int i = 0; i < GIVE_UP; i++) {
        rt_ce_wait_cancel(&waits[giving_up[i]]);
        sums->in_order +=
            rt_ce_deferred_counts(deferred).clear_counter == i + 1;
    }
    const struct rt_ce_event_counts counts = rt_ce_deferred_counts(deferred);
    sums->counter += counts.clear_counter;
    sums->garbage += counts.stack.linked_cleared;
    sums->linked += counts.stack.linked;
}

OL_NOINLINE static int run_round(const char *variant, struct sums *sums)
{
    struct rt_ce_wait waits[WAITERS] = {0};
    struct rt_ce_deferred *const deferred =
        rt_ce_deferred_create(rt_ce_variant_find(variant));
    if (!deferred) return -ENOMEM;

    const int err = park_all(deferred, waits);
    if (!err) give_up(deferred, waits, sums);
    struct rt_ce_applied applied = {0};
    rt_ce_deferred_complete(deferred, 1, &applied);
    sums->fired += applied.fired;
    for (int i = 0; i < WAITERS; i++)
        rt_ce_wait_drop(&waits[i]);
    rt_ce_deferred_unref(deferred);
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct sums sums = {0};
    int err = 0;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(config->variant, &sums);
        rt_stack_scrub();
        ol_mark("round");
    }
    add_rows(&sums, out);
    return err;
}

const struct rt_workload rt_workload_ce_adversarial = {
    .name = "cats-deferred/adversarial",
    .summary = "16 of 512 give up where no pack gets to",
    .round = "512 get a deferred, 16 of them give up, it completes",
    .variants = rt_ce_variants,
    .rounds = 64,
    .finding = finding,
    .expect = expect,
    .run = run,
};
