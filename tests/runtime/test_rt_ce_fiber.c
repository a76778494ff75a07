/* test_rt_ce_fiber.c - the fiber of Cats Effect, every version that has one,
 * with joins that pack and that do not.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_fiber.h"

#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/explorer.h"
#include "tests/support/check.h"

enum {
    VARIANTS = 6,
    JOINS = 2
};

/* What a callback was told. */
struct heard {
    long times;
    long order; /* of all that were called, the how many-th */
    intptr_t outcome;
};

static long called; /* in this case */

static int hear(intptr_t outcome, void *env)
{
    struct heard *const heard = env;
    heard->times++;
    heard->order = ++called;
    heard->outcome = outcome;
    return 0;
}

static struct rt_ce_callback *make(struct heard *heard)
{
    struct rt_ce_callback *const callback = rt_ce_callback_create(
        (struct rt_ce_callback_fn){.fire = hear, .env = heard});
    OL_CHECK(callback);
    return callback;
}

static int join(
    struct rt_ce_fiber *fiber, struct heard *heard, struct rt_ce_wait *wait_out)
{
    struct rt_ce_callback *const callback = make(heard);
    const int joined = rt_ce_fiber_join(fiber, callback, wait_out);
    rt_ce_callback_unref(callback);
    return joined;
}

/* Runs a case for each version and each way to join; ce-3.4.2, a map, has no
 * fiber. */
static void for_each_fiber(void (*check)(
    const struct rt_ce_variant *variant, const struct rt_ce_join_variant *join))
{
    for (size_t i = 0; i < VARIANTS; i++) {
        const struct rt_ce_variant *const variant = rt_ce_variant_at(1 + i);
        OL_CHECK(variant && !variant->is_map);
        for (size_t join = 0; join < JOINS; join++)
            check(variant, rt_ce_join_variant_at(join));
        OL_CHECK_EQ(rt_epoch_quiesce(), 0);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* ---- One at a time ---- */

static void check_end(
    const struct rt_ce_variant *variant, const struct rt_ce_join_variant *how)
{
    struct rt_ce_fiber *const fiber = rt_ce_fiber_create(variant, how);
    struct heard heard[4] = {0};
    struct rt_ce_wait waits[4] = {0};
    intptr_t outcome = 0;
    called = 0;
    OL_CHECK_EQ(join(fiber, &heard[0], &waits[0]), RT_CE_PARKED);
    OL_CHECK_EQ(join(fiber, &heard[1], &waits[1]), RT_CE_PARKED);
    struct rt_ce_callback *const listener = make(&heard[2]);
    rt_ce_fiber_set_listener(fiber, listener);
    rt_ce_callback_unref(listener);
    OL_CHECK(!rt_ce_fiber_outcome(fiber, &outcome));

    struct rt_ce_applied applied = {0};
    OL_CHECK(rt_ce_fiber_done(fiber, 42, &applied));
    OL_CHECK(!rt_ce_fiber_done(fiber, 43, NULL));
    OL_CHECK(rt_ce_fiber_outcome(fiber, &outcome));
    OL_CHECK_EQ(outcome, 42);
    OL_CHECK_EQ(applied.fired, 3);
    /* The listener, then the newest. */
    static const long order[] = {3, 2, 1};
    for (int i = 0; i < 3; i++) {
        OL_CHECK_EQ(heard[i].times, 1);
        OL_CHECK_EQ(heard[i].order, order[i]);
        OL_CHECK_EQ(heard[i].outcome, 42);
        rt_ce_wait_drop(&waits[i]);
    }
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 0);

    OL_CHECK_EQ(join(fiber, &heard[3], &waits[3]), RT_CE_READY);
    OL_CHECK_EQ(heard[3].times, 0);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 0);
    rt_ce_fiber_unref(fiber);
}

OL_CASE(who_joins_is_told_the_outcome_once_and_after_the_listener)
{
    for_each_fiber(check_end);
}

/* ---- Interleavings ---- */

/* One joins beforehand; then one ends the fiber, one gives up the join and
 * one joins, as far as the parts say. */
struct meeting {
    const struct rt_ce_variant *variant;
    const struct rt_ce_join_variant *how;
    const char *parts; /* what each operation does, a letter each */
    struct rt_ce_fiber *fiber;
    struct heard heard[2];
    struct rt_ce_wait waits[2];
    int joined[2];
    bool gave_up;
    long ended;
};

static void meet(void *env)
{
    struct meeting *const meeting = env;
    *meeting = (struct meeting){
        .variant = meeting->variant,
        .how = meeting->how,
        .parts = meeting->parts,
        .fiber = rt_ce_fiber_create(meeting->variant, meeting->how),
    };
    meeting->joined[0] =
        join(meeting->fiber, &meeting->heard[0], &meeting->waits[0]);
}

static void take_part(size_t operation, void *env)
{
    struct meeting *const meeting = env;
    const char part = meeting->parts[operation];
    if (part == 'd')
        meeting->ended += rt_ce_fiber_done(meeting->fiber, 1, NULL);
    if (part == 'c') meeting->gave_up = rt_ce_wait_cancel(&meeting->waits[0]);
    if (part == 'j')
        meeting->joined[1] =
            join(meeting->fiber, &meeting->heard[1], &meeting->waits[1]);
}

/* Each join is told once, or finds the outcome there, or is given up, and the
 * fiber ends once, now at the latest: a digit each. */
static long part(void *env)
{
    struct meeting *const meeting = env;
    long outcome = 0;
    meeting->ended += rt_ce_fiber_done(meeting->fiber, 2, NULL);
    for (int i = 0; i < 2; i++) {
        const bool is_ready = meeting->joined[i] == RT_CE_READY;
        rt_ce_wait_drop(&meeting->waits[i]);
        outcome = 10 * outcome + meeting->heard[i].times + is_ready +
                  (i == 0 && meeting->gave_up);
    }
    rt_ce_fiber_unref(meeting->fiber);
    return 10 * outcome + meeting->ended;
}

static void check_meetings(
    const struct rt_ce_variant *variant, const struct rt_ce_join_variant *how)
{
    static const char *const pairs[] = {"dc", "dj", "dd", "cj"};
    static struct rt_explorer_result result;
    for (int i = 0; i < 4; i++) {
        struct meeting meeting = {
            .variant = variant, .how = how, .parts = pairs[i]};
        const struct rt_explorer_program program = {
            .operations = 2,
            .begin = meet,
            .run = take_part,
            .end = part,
            .env = &meeting,
        };
        OL_CHECK_EQ(rt_explorer_explore(&program, 100000, &result), 0);
        OL_CHECK(result.schedules > 1);
        OL_CHECK_EQ(rt_explorer_count(&result, 111), result.schedules);
        OL_CHECK_EQ(rt_epoch_quiesce(), 0);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* Upstream's #1008: a callback that is read twice is gone the second time. */
OL_CASE(however_a_join_and_the_end_meet_each_is_settled_once)
{
    for_each_fiber(check_meetings);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(who_joins_is_told_the_outcome_once_and_after_the_listener)
OL_CASES_ENTRY(however_a_join_and_the_end_meet_each_is_settled_once)
OL_CASES_END
