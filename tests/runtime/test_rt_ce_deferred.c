/* test_rt_ce_deferred.c - the deferred of Cats Effect, every version, one
 * thread at a time: what upstream's suite asks of it, and what it keeps.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_deferred.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/explorer.h"
#include "reference-runtime/core/payload.h"
#include "tests/support/check.h"

/* What a callback was told. */
struct heard {
    long times;
    long order; /* of all that were called, the how many-th */
    intptr_t value;
    int fails_with;
};

static long called; /* in this case */

static int hear(intptr_t value, void *env)
{
    struct heard *const heard = env;
    heard->times++;
    heard->order = ++called;
    heard->value = value;
    return heard->fails_with;
}

static struct rt_ce_deferred *begin(const struct rt_ce_variant *variant)
{
    called = 0;
    struct rt_ce_deferred *const deferred = rt_ce_deferred_create(variant);
    OL_CHECK(deferred);
    return deferred;
}

static void end(struct rt_ce_deferred *deferred)
{
    rt_ce_deferred_unref(deferred);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static int get(struct rt_ce_deferred *deferred, struct heard *heard,
    struct rt_ce_wait *wait_out)
{
    const struct rt_ce_callback_fn fn = {.fire = hear, .env = heard};
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    OL_CHECK(callback);
    const int got = rt_ce_deferred_get(deferred, callback, wait_out);
    rt_ce_callback_unref(callback);
    return got;
}

static struct rt_ce_wait park(
    struct rt_ce_deferred *deferred, struct heard *heard)
{
    struct rt_ce_wait wait = {0};
    OL_CHECK_EQ(get(deferred, heard, &wait), RT_CE_PARKED);
    return wait;
}

/* Runs a case for each version, both kinds of deferred among them. */
static void for_each_variant(void (*check)(const struct rt_ce_variant *variant))
{
    const struct rt_ce_variant *variant = NULL;
    size_t i = 0;
    for (; (variant = rt_ce_variant_at(i)); i++)
        check(variant);
    OL_CHECK_EQ(i, 7);
}

/* ---- What upstream's suite asks ---- */

static void check_complete_then_get(const struct rt_ce_variant *variant)
{
    struct rt_ce_deferred *const deferred = begin(variant);
    struct heard heard = {0};
    struct rt_ce_wait wait = {0};
    struct rt_ce_applied applied = {.fired = 9};
    intptr_t value = 0;
    OL_CHECK(!rt_ce_deferred_try_get(deferred, &value));
    OL_CHECK(rt_ce_deferred_complete(deferred, 7, &applied));
    OL_CHECK_EQ(applied.fired, 0);
    OL_CHECK(!rt_ce_deferred_complete(deferred, 8, NULL));
    OL_CHECK(rt_ce_deferred_try_get(deferred, &value));
    OL_CHECK_EQ(value, 7);
    OL_CHECK_EQ(get(deferred, &heard, &wait), RT_CE_READY);
    OL_CHECK_EQ(heard.times, 0);
    end(deferred);
}

OL_CASE(what_is_complete_stays_and_a_get_is_ready)
{
    for_each_variant(check_complete_then_get);
}

static void check_get_then_complete(const struct rt_ce_variant *variant)
{
    struct rt_ce_deferred *const deferred = begin(variant);
    struct heard heard[3] = {0};
    struct rt_ce_wait waits[3];
    for (int i = 0; i < 3; i++)
        waits[i] = park(deferred, &heard[i]);
    OL_CHECK(rt_ce_wait_cancel(&waits[1]));

    OL_CHECK(rt_ce_deferred_complete(deferred, 42, NULL));
    OL_CHECK(!rt_ce_deferred_complete(deferred, 43, NULL));
    OL_CHECK_EQ(heard[0].times, 1);
    OL_CHECK_EQ(heard[1].times, 0);
    OL_CHECK_EQ(heard[2].times, 1);
    OL_CHECK_EQ(heard[0].value, 42);
    OL_CHECK_EQ(heard[2].value, 42);
    /* A stack calls the newest first, a map the oldest. */
    OL_CHECK_EQ(heard[0].order, variant->is_map ? 1 : 2);
    OL_CHECK(!rt_ce_wait_cancel(&waits[0]));
    rt_ce_wait_drop(&waits[2]);
    end(deferred);
}

OL_CASE(a_get_waits_and_hears_once_unless_it_is_cancelled)
{
    for_each_variant(check_get_then_complete);
}

/* ---- What is left ---- */

OL_CASE(a_cancelled_get_leaves_what_its_version_leaves)
{
    static const struct {
        const char *variant;
        long linked;
        int counter;
    } rows[] = {
        {"ce-3.4.2", 0, 0},
        {"ce-3.4.3", 100, 0},
        {"ce-3.4.4", 100, 0},
        {"ce-3.5.2", 4, 23},
        {"ce-pr3936", 0, 0},
        {"ce-3.5.3", 0, 0},
        {"ce-3.5.4", 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct rt_ce_deferred *const deferred =
            begin(rt_ce_variant_find(rows[i].variant));
        struct heard heard = {0};
        for (int get = 0; get < 100; get++) {
            struct rt_ce_wait wait = park(deferred, &heard);
            OL_CHECK(rt_ce_wait_cancel(&wait));
        }
        const struct rt_ce_event_counts counts =
            rt_ce_deferred_counts(deferred);
        OL_CHECK_EQ(counts.stack.linked, rows[i].linked);
        OL_CHECK_EQ(counts.clear_counter, rows[i].counter);
        OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 0);
        end(deferred);
    }
}

/* ---- Interleavings ---- */

/* One deferred, at which each operation does its part. */
struct meeting {
    const struct rt_ce_variant *variant;
    const char *parts; /* what each operation does, a letter each */
    struct rt_ce_deferred *deferred;
    struct heard heard[2];
    struct rt_ce_wait waits[2];
    int got[2]; /* what each get came to; the first is parked beforehand */
    bool is_cancelled[2];
    long completed;
};

static void meet(void *env)
{
    struct meeting *const meeting = env;
    *meeting = (struct meeting){
        .variant = meeting->variant,
        .parts = meeting->parts,
        .deferred = rt_ce_deferred_create(meeting->variant),
    };
    meeting->got[0] =
        get(meeting->deferred, &meeting->heard[0], &meeting->waits[0]);
}

static void take_part(size_t operation, void *env)
{
    struct meeting *const meeting = env;
    struct rt_ce_deferred *const deferred = meeting->deferred;
    const char part = meeting->parts[operation];
    if (part == 's')
        meeting->completed += rt_ce_deferred_complete(deferred, 1, NULL);
    if (part == 'c')
        meeting->is_cancelled[0] = rt_ce_wait_cancel(&meeting->waits[0]);
    if (part == 'g')
        meeting->got[1] = get(deferred, &meeting->heard[1], &meeting->waits[1]);
}

/* Each waiter hears once, or finds the value there, or is cancelled, and the
 * deferred is completed once, now at the latest: a digit each. A waiter that
 * never came counts as one that is ready. */
static long part(void *env)
{
    struct meeting *const meeting = env;
    long outcome = 0;
    meeting->completed += rt_ce_deferred_complete(meeting->deferred, 2, NULL);
    for (int i = 0; i < 2; i++) {
        if (meeting->got[i] == RT_CE_PARKED && !meeting->is_cancelled[i])
            rt_ce_wait_drop(&meeting->waits[i]);
        outcome = 10 * outcome + meeting->heard[i].times +
                  meeting->is_cancelled[i] + (meeting->got[i] == RT_CE_READY);
    }
    rt_ce_deferred_unref(meeting->deferred);
    return 10 * outcome + meeting->completed;
}

/* Has them meet in all interleavings, up to the limit. Returns what the
 * explorer says. */
static int check_parts(
    const struct rt_ce_variant *variant, const char *parts, long limit)
{
    static struct rt_explorer_result result;
    struct meeting meeting = {.variant = variant, .parts = parts};
    const struct rt_explorer_program program = {
        .operations = strlen(parts),
        .begin = meet,
        .run = take_part,
        .end = part,
        .env = &meeting,
    };
    const int err = rt_explorer_explore(&program, limit, &result);
    OL_CHECK(result.schedules > 1);
    OL_CHECK_EQ(rt_explorer_count(&result, 111), result.schedules);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
    return err;
}

/* All that two can do, and of what four can do the first. */
static void check_meeting(const struct rt_ce_variant *variant)
{
    static const char *const pairs[] = {"sc", "sg", "ss", "cg"};
    for (int i = 0; i < 4; i++)
        OL_CHECK_EQ(check_parts(variant, pairs[i], 100000), 0);
    (void)check_parts(variant, "scgs", 5000);
}

OL_CASE(however_they_meet_each_waiter_is_settled_once)
{
    for_each_variant(check_meeting);
}

/* ---- The counter ---- */

/* An event of its own, so that its counter can be set. */
struct counting {
    struct rt_payload *holder;
    struct rt_ce_event event;
    struct heard heard;
};

static void begin_counting(struct counting *counting, const char *variant)
{
    const struct rt_ce_event_rules rules = {
        .variant = rt_ce_variant_find(variant),
        .packs = true,
    };
    *counting = (struct counting){.holder = rt_payload_create(1)};
    OL_CHECK(counting->holder);
    rt_ce_event_init(&counting->event, &counting->holder->object, rules);
}

/* Cancels one wait when the counter is `before`. Returns how many packs came
 * of it. */
static long packs_after(struct counting *counting, int before)
{
    struct rt_ce_event *const event = &counting->event;
    const long packs = rt_ce_event_counts(event).stack.packs;
    const struct rt_ce_callback_fn fn = {.fire = hear, .env = &counting->heard};
    struct rt_ce_callback *const callback = rt_ce_callback_create(fn);
    struct rt_ce_wait wait;
    OL_CHECK_EQ(rt_ce_event_wait(event, callback, &wait), RT_CE_PARKED);
    rt_ce_callback_unref(callback);
    atomic_store(&event->clear_counter, (unsigned)before);
    OL_CHECK(rt_ce_wait_cancel(&wait));
    return rt_ce_event_counts(event).stack.packs - packs;
}

OL_CASE(the_counter_wraps_and_packs_at_zero_and_at_the_lowest)
{
    static const char *const variants[] = {"ce-pr3936", "ce-3.5.3", "ce-3.5.4"};
    for (int i = 0; i < 3; i++) {
        struct counting counting;
        begin_counting(&counting, variants[i]);
        atomic_uint *const counter = &counting.event.clear_counter;
        OL_CHECK_EQ(packs_after(&counting, INT_MAX), 1);
        OL_CHECK_EQ((int)atomic_load(counter), INT_MAX);
        OL_CHECK_EQ(packs_after(&counting, -1), 1);
        OL_CHECK_EQ((int)atomic_load(counter), -1);
        OL_CHECK_EQ(packs_after(&counting, -2), 0);
        OL_CHECK_EQ(packs_after(&counting, INT_MIN), 0);
        OL_CHECK_EQ((int)atomic_load(counter), INT_MIN + 1);
        OL_CHECK_EQ(packs_after(&counting, (1 << 30) - 1), 1);
        OL_CHECK_EQ(rt_ce_event_counts(&counting.event).stack.linked, 0);
        rt_ce_event_deinit(&counting.event);
        rt_payload_unref(counting.holder);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* Upstream's log: the counter after each of a hundred cancels (#3935). */
OL_CASE(a_hundred_cancels_print_the_log_of_the_issue)
{
    static const int log[] = {1, 2, 3, 3, 4, 5, 6, 7, 5, 6, 7, 6, 7, 7, 8, 9,
        10, 11, 12, 13, 14, 15, 9, 10, 11, 12, 13, 14, 15, 10, 11, 12, 13, 14,
        15, 11, 12, 13, 14, 15, 12, 13, 14, 15, 13, 14, 15, 14, 15, 15, 16, 17,
        18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 17, 18, 19, 20,
        21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 18, 19, 20, 21, 22, 23, 24,
        25, 26, 27, 28, 29, 30, 31, 19, 20, 21, 22, 23};
    OL_CHECK_EQ(sizeof log / sizeof log[0], 100);
    struct rt_ce_deferred *const deferred =
        begin(rt_ce_variant_find("ce-3.5.2"));
    struct heard heard = {0};
    for (int i = 0; i < 100; i++) {
        struct rt_ce_wait wait = park(deferred, &heard);
        OL_CHECK(rt_ce_wait_cancel(&wait));
        OL_CHECK_EQ(rt_ce_deferred_counts(deferred).clear_counter, log[i]);
    }
    end(deferred);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(what_is_complete_stays_and_a_get_is_ready)
OL_CASES_ENTRY(a_get_waits_and_hears_once_unless_it_is_cancelled)
OL_CASES_ENTRY(a_cancelled_get_leaves_what_its_version_leaves)
OL_CASES_ENTRY(however_they_meet_each_waiter_is_settled_once)
OL_CASES_ENTRY(the_counter_wraps_and_packs_at_zero_and_at_the_lowest)
OL_CASES_ENTRY(a_hundred_cancels_print_the_log_of_the_issue)
OL_CASES_END
