/* test_rt_ce_memory.c - deferreds, fibers and the explorer when there is no
 * memory.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/cats-effect/ce_deferred.h"
#include "reference-runtime/cats-effect/ce_fiber.h"
#include "reference-runtime/core/explorer.h"
#include "reference-runtime/core/step.h"
#include "tests/runtime/rt_no_memory.h"
#include "tests/support/check.h"

enum {
    WAITS = 6
};

/* Told where all is done, for there is no memory to note it anywhere else. */
struct tally {
    const struct rt_ce_variant *variant;
    long told;
    long ready;
    long cancelled;
    long refused; /* for want of memory */
    long bad;
};

static int tell(intptr_t value, void *env)
{
    struct tally *const tally = env;
    tally->told += value;
    return 0;
}

static void note_wait(struct tally *tally, int got)
{
    if (got == RT_CE_READY) tally->ready++;
    if (got == -ENOMEM) tally->refused++;
    if (got < 0 && got != -ENOMEM) tally->bad++;
}

static void wait_for(struct tally *tally, struct rt_ce_deferred *deferred,
    struct rt_ce_wait *wait_out)
{
    const struct rt_ce_callback_fn fn = {.fire = tell, .env = tally};
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    note_wait(tally,
        callback ? rt_ce_deferred_get(deferred, callback, wait_out) : -ENOMEM);
    rt_ce_callback_unref(callback);
}

/* Every other of them gives up. */
static void get_from(struct tally *tally, struct rt_ce_deferred *deferred)
{
    struct rt_ce_wait waits[WAITS] = {0};
    for (int i = 0; i < WAITS; i++)
        wait_for(tally, deferred, &waits[i]);
    for (int i = 0; i < WAITS; i += 2)
        if (waits[i].event) tally->cancelled += rt_ce_wait_cancel(&waits[i]);
    if (!rt_ce_deferred_complete(deferred, 1, NULL)) tally->bad++;
    for (int i = 1; i < WAITS; i += 2)
        rt_ce_wait_drop(&waits[i]);
    struct rt_ce_wait late = {0};
    wait_for(tally, deferred, &late);
}

static void get_and_complete(void *env)
{
    struct tally *const tally = env;
    *tally = (struct tally){.variant = tally->variant};
    struct rt_ce_deferred *const deferred =
        rt_ce_deferred_create(tally->variant);
    if (!deferred) return;
    get_from(tally, deferred);
    rt_ce_deferred_unref(deferred);
    if (tally->told + tally->ready + tally->cancelled + tally->refused !=
        WAITS + 1)
        tally->bad++;
    OL_CHECK_EQ(tally->bad, 0);
}

OL_CASE(a_get_without_memory_is_refused_and_the_others_are_told)
{
    const struct rt_ce_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_ce_variant_at(i)); i++) {
        struct tally tally = {.variant = variant};
        /* The deferred, a callback and a node a get, one callback more. */
        OL_CHECK_EQ(
            rt_no_memory_each(get_and_complete, &tally), 1 + 2 * WAITS + 1);
        OL_CHECK_EQ(tally.refused, 0);
        OL_CHECK_EQ(tally.cancelled, WAITS / 2);
    }
}

/* ---- A fiber ---- */

static void join_and_end(void *env)
{
    struct rt_ce_fiber *const fiber = rt_ce_fiber_create(
        rt_ce_variant_find("ce-3.5.4"), rt_ce_join_variant_find("packed"));
    if (!fiber) return;
    struct tally *const tally = env;
    struct rt_ce_wait wait = {0};
    const struct rt_ce_callback_fn fn = {.fire = tell, .env = tally};
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    if (callback) {
        rt_ce_fiber_set_listener(fiber, callback);
        note_wait(tally, rt_ce_fiber_join(fiber, callback, &wait));
    }
    rt_ce_callback_unref(callback);
    if (!rt_ce_fiber_done(fiber, 1, NULL)) tally->bad++;
    rt_ce_wait_drop(&wait);
    rt_ce_fiber_unref(fiber);
}

OL_CASE(a_join_without_memory_leaves_nothing)
{
    struct tally tally = {.told = 0};
    OL_CHECK_EQ(rt_no_memory_each(join_and_end, &tally), 3);
    OL_CHECK_EQ(tally.bad, 0);
    OL_CHECK_EQ(tally.refused, 1);
    /* The listener is told, refused or not; it is the one that joins. */
    OL_CHECK_EQ(tally.told, 2);
}

/* ---- The explorer ---- */

static void nothing(void *env)
{
    (void)env;
}

static void take_a_step(size_t operation, void *env)
{
    (void)operation, (void)env;
    rt_step("step");
}

static long no_outcome(void *env)
{
    (void)env;
    return 0;
}

static void explore(void *env)
{
    long *const refused = env;
    const struct rt_explorer_program program = {
        .operations = 2,
        .begin = nothing,
        .run = take_a_step,
        .end = no_outcome,
    };
    struct rt_explorer_result result;
    const int err = rt_explorer_explore(&program, 10, &result);
    *refused += err == -ENOMEM;
    OL_CHECK_EQ(result.schedules, err ? 0 : 2);
}

OL_CASE(an_explorer_without_memory_says_so)
{
    long refused = 0;
    OL_CHECK_EQ(rt_no_memory_each(explore, &refused), 4);
    OL_CHECK_EQ(refused, 4);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_get_without_memory_is_refused_and_the_others_are_told)
OL_CASES_ENTRY(a_join_without_memory_leaves_nothing)
OL_CASES_ENTRY(an_explorer_without_memory_says_so)
OL_CASES_END
