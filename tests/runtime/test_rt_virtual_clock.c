/* test_rt_virtual_clock.c - sleeps end in order, each at its own time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/virtual_clock.h"

#include <stdlib.h>

#include "tests/runtime/rt_fixture.h"
#include "tests/runtime/rt_probe.h"
#include "tests/runtime/rt_threads.h"
#include "tests/support/check.h"

static enum rt_poll poll(struct rt_future *future, struct rt_bell *bell)
{
    const struct rt_waker waker = rt_bell_waker(bell);
    return rt_future_poll(future, &waker);
}

OL_CASE(time_passes_only_when_told)
{
    struct rt_clock *const clock = rt_clock_create();
    OL_CHECK_EQ(rt_clock_now(clock), 0);
    OL_CHECK_EQ(rt_clock_next(clock), (intmax_t)UINT64_MAX);
    OL_CHECK_EQ(rt_clock_advance(clock, 5), 0);
    OL_CHECK_EQ(rt_clock_advance(clock, 6), 0);
    OL_CHECK_EQ(rt_clock_now(clock), 11);
    OL_CHECK_EQ(rt_clock_advance_to(clock, 10), 0);
    OL_CHECK_EQ(rt_clock_now(clock), 11);
    rt_clock_unref(clock);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_sleep_is_over_at_its_end_and_not_before)
{
    struct rt_clock *const clock = rt_clock_create();
    struct rt_bell *const bell = rt_bell_create();
    (void)rt_clock_advance(clock, 100);
    struct rt_future *const sleep = rt_sleep(clock, 10);
    OL_CHECK_EQ(rt_clock_next(clock), 110);
    OL_CHECK_EQ(poll(sleep, bell), RT_PENDING);
    OL_CHECK_EQ(rt_clock_advance(clock, 9), 0);
    OL_CHECK_EQ(bell->rung, 0);
    OL_CHECK_EQ(poll(sleep, bell), RT_PENDING);
    OL_CHECK_EQ(rt_clock_advance(clock, 1), 1);
    OL_CHECK_EQ(bell->rung, 1);
    OL_CHECK_EQ(bell->object.strong, 1);
    OL_CHECK_EQ(poll(sleep, bell), RT_READY);
    rt_future_drop(sleep);
    rt_clock_unref(clock);
    rt_object_unref(&bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(no_span_is_over_at_once_and_the_longest_never)
{
    struct rt_clock *const clock = rt_clock_create();
    struct rt_bell *const bell = rt_bell_create();
    (void)rt_clock_advance(clock, 7);
    struct rt_future *const none = rt_sleep(clock, 0);
    struct rt_future *const longest = rt_sleep(clock, UINT64_MAX);
    OL_CHECK_EQ(poll(none, bell), RT_READY);
    OL_CHECK_EQ(poll(longest, bell), RT_PENDING);
    OL_CHECK_EQ(rt_clock_next(clock), (intmax_t)UINT64_MAX);
    OL_CHECK_EQ(rt_clock_advance_to(clock, UINT64_MAX - 1), 0);
    rt_future_drop(none);
    rt_future_drop(longest);
    rt_clock_unref(clock);
    rt_object_unref(&bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Order ---- */

enum {
    SLEEPS = 1000
};

/* A waker that writes down when it is woken. */
struct witness {
    struct rt_object object;
    struct rt_clock *clock; /* borrowed */
    uint64_t end_ns;
    unsigned place;   /* in which it went to sleep */
    unsigned *ended;  /* borrowed: how many before */
    unsigned *places; /* borrowed: in the order of the wakes */
};

static void note(void *data)
{
    const struct witness *const witness = data;
    OL_CHECK_EQ(rt_clock_now(witness->clock), witness->end_ns);
    witness->places[(*witness->ended)++] = witness->place;
}

static const struct rt_waker_type witness_waker = {.wake = note};
static const struct rt_object_type witness_type = {.kind = RT_WAKER};

/* Spans in a scattered order, some of them equal. */
static uint64_t span(unsigned place)
{
    return 1 + (place * 7919U) % 89;
}

static struct rt_future *go_to_sleep(
    struct rt_clock *clock, unsigned place, unsigned *ended, unsigned *places)
{
    struct witness *const witness =
        rt_object_create(&witness_type, sizeof *witness);
    witness->clock = clock;
    witness->end_ns = rt_clock_now(clock) + span(place);
    witness->place = place;
    witness->ended = ended;
    witness->places = places;
    struct rt_future *const sleep = rt_sleep(clock, span(place));
    struct rt_waker waker = {&witness_waker, witness};
    OL_CHECK_EQ(rt_future_poll(sleep, &waker), RT_PENDING);
    rt_waker_drop(&waker);
    return sleep;
}

OL_CASE(the_first_to_end_is_woken_first_and_of_equals_the_older)
{
    static struct rt_future *sleeps[SLEEPS];
    static unsigned places[SLEEPS];
    unsigned ended = 0;
    struct rt_clock *const clock = rt_clock_create();
    for (unsigned i = 0; i < SLEEPS; i++)
        sleeps[i] = go_to_sleep(clock, i, &ended, places);
    /* Each third is left, from wherever it is in the heap. */
    for (unsigned i = 0; i < SLEEPS; i += 3) {
        rt_future_drop(sleeps[i]);
        sleeps[i] = NULL;
    }
    const unsigned left = SLEEPS - (SLEEPS + 2) / 3;
    const size_t woken = rt_clock_advance(clock, 40);
    OL_CHECK_EQ(ended, woken);
    OL_CHECK_EQ(woken + rt_clock_advance(clock, 49), left);
    OL_CHECK_EQ(ended, left);
    for (unsigned i = 1; i < left; i++) {
        const uint64_t before = span(places[i - 1]);
        const uint64_t now = span(places[i]);
        OL_CHECK(before < now || (before == now && places[i - 1] < places[i]));
    }
    for (unsigned i = 0; i < SLEEPS; i++)
        rt_future_drop(sleeps[i]);
    rt_clock_unref(clock);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Threads ---- */

enum {
    THREADS = 8
};

static void *nap(void *arg)
{
    struct rt_clock *const clock = arg;
    const double end = rt_fixture_seconds() + RT_THREADS_CASE_MS / 1e3;
    for (unsigned i = 0; rt_fixture_seconds() < end; i++) {
        struct rt_future *const sleep = rt_sleep(clock, 1 + i % 5);
        struct rt_future *const left = rt_sleep(clock, 3);
        (void)rt_future_block_on(sleep);
        rt_future_drop(left);
        rt_future_drop(sleep);
    }
    return NULL;
}

static atomic_bool is_over;

static void *pass_time(void *arg)
{
    struct rt_clock *const clock = arg;
    while (!is_over)
        (void)rt_clock_advance(clock, 1);
    return NULL;
}

OL_CASE(threads_sleep_on_one_clock)
{
    struct rt_clock *const clock = rt_clock_create();
    pthread_t threads[THREADS];
    pthread_t time;
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, nap, clock);
    pthread_create(&time, NULL, pass_time, clock);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    is_over = true;
    pthread_join(time, NULL);
    rt_clock_unref(clock);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(time_passes_only_when_told)
OL_CASES_ENTRY(a_sleep_is_over_at_its_end_and_not_before)
OL_CASES_ENTRY(no_span_is_over_at_once_and_the_longest_never)
OL_CASES_ENTRY(the_first_to_end_is_woken_first_and_of_equals_the_older)
OL_CASES_ENTRY(threads_sleep_on_one_clock)
OL_CASES_END
