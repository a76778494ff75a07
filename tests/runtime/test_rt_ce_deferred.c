/* test_rt_ce_deferred.c - the deferred of Cats Effect, every version, one
 * thread at a time: what upstream's suite asks of it, and what it keeps.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_deferred.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/step.h"
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

    OL_CHECK(rt_ce_deferred_complete(deferred, 0, NULL));
    OL_CHECK_EQ(heard[0].times, 1);
    OL_CHECK_EQ(heard[1].times, 0);
    OL_CHECK_EQ(heard[2].times, 1);
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

OL_CASES_BEGIN
OL_CASES_ENTRY(what_is_complete_stays_and_a_get_is_ready)
OL_CASES_ENTRY(a_get_waits_and_hears_once_unless_it_is_cancelled)
OL_CASES_ENTRY(a_cancelled_get_leaves_what_its_version_leaves)
OL_CASES_END
