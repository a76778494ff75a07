/* test_rt_ce_stack_mt.c - the callback stack under threads, every version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_stack.h"

#include <pthread.h>
#include <time.h>

#include "reference-runtime/core/epoch.h"
#include "tests/runtime/rt_threads.h"
#include "tests/support/check.h"

enum {
    THREADS = 8,
    WINDOW = 16 /* so many gets a thread waits with at once */
};

struct site {
    struct rt_ce_stack stack;
    atomic_uint counter; /* of cleared nodes; int32, which wraps */
    atomic_long packed;
    atomic_long fired;
    atomic_long cancelled;
    atomic_long pushed;
    atomic_bool stops;
    long most_pushes; /* of each thread, where nothing is ever taken out */
    pthread_barrier_t barrier;
    int rounds;
    atomic_int bad_rounds;
};

static void begin(struct site *site, const char *variant)
{
    *site = (struct site){.most_pushes = 1L << 30};
    rt_ce_stack_init(&site->stack, rt_ce_variant_find(variant));
    if (site->stack.variant->pack == RT_CE_PACK_NONE) site->most_pushes = 30000;
}

static void end(struct site *site)
{
    rt_ce_stack_deinit(&site->stack);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

typedef void *(*thread_fn)(void *env);

/* Runs all threads: the first in `one`, the others in `others`, for that long
 * or, if 0, until they end by themselves. */
static void run_threads(
    struct site *site, thread_fn one, thread_fn others, long milliseconds)
{
    const struct timespec time = {
        .tv_sec = milliseconds / 1000,
        .tv_nsec = milliseconds % 1000 * 1000000,
    };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        OL_CHECK_EQ(
            pthread_create(&threads[i], NULL, i == 0 ? one : others, site), 0);
    nanosleep(&time, NULL);
    atomic_store(&site->stops, milliseconds > 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

/* ---- Gets, cancels and completions ---- */

struct get {
    struct rt_ce_callback *callback;
    struct rt_ce_node *handle;
};

static int note_fired(intptr_t value, void *env)
{
    atomic_fetch_add((atomic_long *)env, value);
    return 0;
}

static struct get start_get(struct site *site)
{
    const struct rt_ce_callback_fn fn = {
        .fire = note_fired, .env = &site->fired};
    struct get get = {.callback = rt_ce_callback_create(fn)};
    if (rt_ce_stack_push(&site->stack, get.callback, &get.handle) == 0)
        atomic_fetch_add(&site->pushed, 1);
    return get;
}

/* What a cancelled get does, whether or not it has been fired meanwhile. */
static void end_get(struct site *site, struct get *get)
{
    if (rt_ce_callback_cancel(get->callback))
        atomic_fetch_add(&site->cancelled, 1);
    rt_ce_callback_unref(get->callback);
    (void)rt_ce_stack_clear(&site->stack, get->handle);
    const unsigned count = atomic_fetch_add(&site->counter, 1) + 1;
    if ((count & (count - 1)) == 0) {
        const long packed = rt_ce_stack_pack(&site->stack, (int32_t)count);
        atomic_fetch_sub(&site->counter, (unsigned)packed);
        atomic_fetch_add(&site->packed, packed);
    }
    rt_ce_node_unref(get->handle);
    *get = (struct get){0};
}

static void *get_and_cancel(void *env)
{
    struct site *const site = env;
    struct get window[WINDOW] = {0};
    unsigned random = (unsigned)(uintptr_t)&window / 64;
    long pushes = 0;
    while (pushes < site->most_pushes && !atomic_load(&site->stops)) {
        random = random * 1103515245U + 12345U;
        struct get *const get = &window[(random >> 16) % WINDOW];
        if (get->handle) {
            end_get(site, get);
        } else {
            *get = start_get(site);
            pushes++;
        }
    }
    for (int i = 0; i < WINDOW; i++)
        if (window[i].handle) end_get(site, &window[i]);
    return NULL;
}

static void *complete_again_and_again(void *env)
{
    static const struct timespec a_little = {.tv_nsec = 20000};
    struct site *const site = env;
    while (!atomic_load(&site->stops)) {
        (void)rt_ce_stack_apply(&site->stack, 1);
        rt_ce_stack_clear_all(&site->stack);
        nanosleep(&a_little, NULL);
    }
    return NULL;
}

static void check_fates(struct site *site)
{
    OL_CHECK_EQ(atomic_load(&site->fired) + atomic_load(&site->cancelled),
        atomic_load(&site->pushed));
}

/* All have been cancelled: what is linked is cleared. */
static void check_cancelled(const char *variant)
{
    struct site site;
    begin(&site, variant);
    run_threads(&site, get_and_cancel, get_and_cancel, RT_THREADS_CASE_MS);
    check_fates(&site);
    OL_CHECK_EQ(atomic_load(&site.fired), 0);

    const struct rt_ce_stack_counts counts = rt_ce_stack_counts(&site.stack);
    const long garbage = counts.linked_cleared;
    const long counter = (int32_t)atomic_load(&site.counter);
    OL_CHECK_EQ(counts.linked, garbage);
    OL_CHECK_EQ(counts.pushed, atomic_load(&site.pushed));
    OL_CHECK_EQ(counts.pushed, counts.unlinked + counts.linked);
    OL_CHECK_EQ(counts.packed, atomic_load(&site.packed));
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), counts.linked);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 0);
    OL_CHECK(counts.packed + counts.bottoms >= counts.unlinked);
    if (site.stack.variant->pack == RT_CE_PACK_LOCK) {
        OL_CHECK_EQ(counter, garbage);
        OL_CHECK_EQ(counts.packed, counts.unlinked);
        OL_CHECK_EQ(counts.packing_peak, 1);
        OL_CHECK_EQ(counts.relinked, 0);
        OL_CHECK_EQ(rt_ce_stack_pack(&site.stack, 1), garbage);
    }
    end(&site);
}

OL_CASE(cancelled_gets_of_eight_threads_are_counted)
{
    check_cancelled("ce-3.4.4");
    check_cancelled("ce-3.5.2");
    check_cancelled("ce-pr3936");
    check_cancelled("ce-3.5.3");
    check_cancelled("ce-3.5.4");
}

static void check_completed(const char *variant)
{
    struct site site;
    begin(&site, variant);
    site.most_pushes = 1L << 30;
    run_threads(
        &site, complete_again_and_again, get_and_cancel, RT_THREADS_CASE_MS);
    check_fates(&site);
    OL_CHECK(atomic_load(&site.fired) > 0);
    OL_CHECK(atomic_load(&site.cancelled) > 0);
    end(&site);
}

OL_CASE(who_waits_is_fired_or_cancelled_exactly_once)
{
    check_completed("ce-3.4.3");
    check_completed("ce-3.4.4");
    check_completed("ce-3.5.2");
    check_completed("ce-pr3936");
    check_completed("ce-3.5.3");
    check_completed("ce-3.5.4");
}

/* ---- Upstream's own ---- */

static void judge_round(struct site *site)
{
    const long packed = atomic_exchange(&site->packed, 0);
    if (packed + rt_ce_stack_pack(&site->stack, 1) != THREADS)
        atomic_fetch_add(&site->bad_rounds, 1);
}

static void *push_clear_pack_in_rounds(void *env)
{
    struct site *const site = env;
    for (int round = 0; round < site->rounds; round++) {
        struct get get = start_get(site);
        (void)rt_ce_stack_clear(&site->stack, get.handle);
        const long packed = rt_ce_stack_pack(&site->stack, 1);
        atomic_fetch_add(&site->packed, packed);
        rt_ce_node_unref(get.handle);
        rt_ce_callback_unref(get.callback);

        /* One of them packs once more, while the others wait, and sums up. */
        const int turn = pthread_barrier_wait(&site->barrier);
        if (turn == PTHREAD_BARRIER_SERIAL_THREAD) judge_round(site);
        pthread_barrier_wait(&site->barrier);
    }
    return NULL;
}

OL_CASE(what_all_packs_of_a_round_return_is_what_was_cleared)
{
    static const char *const variants[] = {"ce-3.5.3", "ce-3.5.4"};
    for (size_t i = 0; i < 2; i++) {
        struct site site;
        begin(&site, variants[i]);
        site.rounds = 1000;
        pthread_barrier_init(&site.barrier, NULL, THREADS);
        run_threads(
            &site, push_clear_pack_in_rounds, push_clear_pack_in_rounds, 0);
        OL_CHECK_EQ(atomic_load(&site.bad_rounds), 0);
        OL_CHECK_EQ(atomic_load(&site.pushed), 1000 * THREADS);
        pthread_barrier_destroy(&site.barrier);
        end(&site);
    }
}

static void *push_and_pack(void *env)
{
    struct site *const site = env;
    for (int round = 0; round < site->rounds; round++) {
        struct get get = start_get(site);
        if (round % 2) (void)rt_ce_stack_clear(&site->stack, get.handle);
        (void)rt_ce_stack_pack(&site->stack, 1);
        rt_ce_node_unref(get.handle);
        rt_ce_callback_unref(get.callback);
    }
    return NULL;
}

static void *clear_all(void *env)
{
    struct site *const site = env;
    for (int round = 0; round < site->rounds; round++)
        rt_ce_stack_clear_all(&site->stack);
    return NULL;
}

OL_CASE(a_pack_survives_that_all_is_cleared_meanwhile)
{
    struct site site;
    begin(&site, "ce-3.5.3");
    site.rounds = 1000;
    run_threads(&site, clear_all, push_and_pack, 0);
    OL_CHECK_EQ(atomic_load(&site.pushed), 1000 * (THREADS - 1));
    const struct rt_ce_stack_counts counts = rt_ce_stack_counts(&site.stack);
    OL_CHECK_EQ(counts.packing_peak, 1);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), counts.linked);
    end(&site);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(cancelled_gets_of_eight_threads_are_counted)
OL_CASES_ENTRY(who_waits_is_fired_or_cancelled_exactly_once)
OL_CASES_ENTRY(what_all_packs_of_a_round_return_is_what_was_cleared)
OL_CASES_ENTRY(a_pack_survives_that_all_is_cleared_meanwhile)
OL_CASES_END
