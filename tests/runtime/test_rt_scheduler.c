/* test_rt_scheduler.c - the order of tasks, virtual time, and threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/scheduler.h"

#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/task.h"
#include "tests/runtime/rt_fixture.h"
#include "tests/runtime/rt_probe.h"
#include "tests/runtime/rt_threads.h"
#include "tests/support/check.h"

static void finish(struct rt_scheduler *scheduler)
{
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 0);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Order ---- */

/* Writes its letter down, yields, and does so again, `times` in all. */
struct writer {
    char letter;
    unsigned times;
    char *text; /* borrowed */
};

static enum rt_poll write_letter(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    struct writer *const writer = env;
    const size_t length = strlen(writer->text);
    writer->text[length] = writer->letter;
    writer->text[length + 1] = '\0';
    if (--writer->times == 0) return rt_future_finish(call, 0, 0);
    rt_waker_wake(waker);
    return RT_PENDING;
}

OL_CASE(tasks_run_in_the_order_in_which_they_became_ready)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    char text[16] = "";
    struct writer writers[] = {{'a', 3, text}, {'b', 1, text}, {'c', 2, text}};
    for (unsigned i = 0; i < 3; i++) {
        rt_task_unref(
            rt_task_spawn(scheduler, rt_call(write_letter, &writers[i])));
    }
    rt_scheduler_run(scheduler);
    OL_CHECK_TEXT(text, "abcaca");
    finish(scheduler);
}

OL_CASE(nothing_ready_is_no_step)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    OL_CHECK(!rt_scheduler_step(scheduler));
    rt_scheduler_run(scheduler);
    finish(scheduler);
    OL_CHECK_EQ(rt_scheduler_destroy(NULL), 0);
}

/* ---- Time ---- */

/* Sleeps again and again, and writes down when it wakes. */
struct ticker {
    struct rt_clock *clock; /* borrowed */
    uint64_t span_ns;
    unsigned left;
    struct rt_future *sleep; /* owner */
    uint64_t *last;          /* borrowed: written by all in turn */
};

static enum rt_poll tick(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    struct ticker *const ticker = env;
    for (;;) {
        if (!ticker->sleep)
            ticker->sleep = rt_sleep(ticker->clock, ticker->span_ns);
        if (rt_future_poll(ticker->sleep, waker) == RT_PENDING)
            return RT_PENDING;
        rt_future_drop(ticker->sleep);
        ticker->sleep = NULL;
        OL_CHECK(*ticker->last <= rt_clock_now(ticker->clock));
        *ticker->last = rt_clock_now(ticker->clock);
        if (--ticker->left == 0) return rt_future_finish(call, 0, 0);
    }
}

OL_CASE(time_goes_from_sleep_to_sleep)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_clock *const clock = rt_scheduler_clock(scheduler);
    uint64_t last = 0;
    struct ticker tickers[] = {
        {.clock = clock, .span_ns = 3, .left = 4, .last = &last},
        {.clock = clock, .span_ns = 5, .left = 4, .last = &last},
    };
    for (unsigned i = 0; i < 2; i++)
        rt_task_unref(rt_task_spawn(scheduler, rt_call(tick, &tickers[i])));
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_clock_now(clock), 0);
    rt_scheduler_run_for(scheduler, 10);
    OL_CHECK_EQ(rt_clock_now(clock), 10);
    OL_CHECK_EQ(last, 10);
    OL_CHECK_EQ(tickers[0].left, 1);
    OL_CHECK_EQ(tickers[1].left, 2);
    rt_scheduler_run_for(scheduler, 4);
    OL_CHECK_EQ(rt_clock_now(clock), 14);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), 1);
    rt_scheduler_run_for(scheduler, 6);
    OL_CHECK_EQ(last, 20);
    finish(scheduler);
}

OL_CASE(many_sleeps_end)
{
    enum {
        COUNT = 200000
    };
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_clock *const clock = rt_scheduler_clock(scheduler);
    for (uint64_t i = 0; i < COUNT; i++) {
        rt_task_unref(
            rt_task_spawn(scheduler, rt_sleep(clock, 1 + i * 7919 % COUNT)));
    }
    rt_scheduler_run_for(scheduler, COUNT / 2);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), COUNT / 2);
    rt_scheduler_run_for(scheduler, COUNT / 2);
    finish(scheduler);
}

/* ---- Threads ---- */

enum {
    THREADS = 8,
    TASKS = 500
};

/* Does it again and again, for as long as a case on threads goes on. */
static void repeat(void (*once)(void))
{
    const double end = rt_fixture_seconds() + RT_THREADS_CASE_MS / 1e3;
    do {
        once();
    } while (rt_fixture_seconds() < end);
}

static void run_all_tasks(void)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    struct rt_signal *const signal = rt_signal_create();
    for (unsigned i = 0; i < TASKS; i++)
        rt_task_unref(rt_task_spawn(scheduler, rt_signal_wait(signal)));
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), TASKS);
    OL_CHECK_EQ(signal->waits.count, TASKS);
    rt_signal_set(signal, 0, 0);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(signal->drops, TASKS);
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(threads_run_all_tasks)
{
    repeat(run_all_tasks);
}

static void *shake(void *arg)
{
    struct rt_signal *const signal = arg;
    for (unsigned i = 0; i < 50; i++)
        rt_signal_shake(signal);
    return NULL;
}

/* Wakes come before, during and after polls: none may be lost, none may have
 * a task polled by two at once. */
struct counted {
    struct rt_signal *signal; /* borrowed */
    struct rt_future *wait;   /* owner */
    atomic_int inside;
    atomic_int together; /* the most that were inside at once */
};

static enum rt_poll poll_counted(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    struct counted *const counted = env;
    if (atomic_fetch_add(&counted->inside, 1) > 0) counted->together++;
    const enum rt_poll state = rt_future_poll(counted->wait, waker);
    atomic_fetch_sub(&counted->inside, 1);
    return state == RT_READY ? rt_future_finish(call, 0, 0) : RT_PENDING;
}

static void shake_tasks(void)
{
    enum {
        COUNT = 64
    };
    static struct counted counted[COUNT];
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    struct rt_signal *const signal = rt_signal_create();
    for (unsigned i = 0; i < COUNT; i++) {
        counted[i] = (struct counted){.wait = rt_signal_wait(signal)};
        rt_task_unref(
            rt_task_spawn(scheduler, rt_call(poll_counted, &counted[i])));
    }
    pthread_t threads[THREADS];
    for (unsigned i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, shake, signal);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    rt_signal_set(signal, 0, 0);
    rt_scheduler_run(scheduler);
    for (unsigned i = 0; i < COUNT; i++) {
        OL_CHECK_EQ(counted[i].together, 0);
        rt_future_drop(counted[i].wait);
    }
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(no_wake_is_lost_and_no_task_is_polled_twice_at_once)
{
    repeat(shake_tasks);
}

static void *interrupt_all(void *arg)
{
    struct rt_task *const *const tasks = arg;
    for (unsigned i = 0; i < TASKS; i++)
        rt_task_interrupt(tasks[i]);
    return NULL;
}

/* Each task is done either as the signal says or as the interrupt does. */
static void race_interrupts(void)
{
    static struct rt_task *tasks[TASKS];
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    struct rt_signal *const signal = rt_signal_create();
    for (unsigned i = 0; i < TASKS; i++) {
        tasks[i] = rt_task_spawn(
            scheduler, rt_race((struct rt_future *[]){rt_signal_wait(signal),
                                   rt_future_never()},
                           2));
    }
    pthread_t threads[2];
    pthread_create(&threads[0], NULL, interrupt_all, tasks);
    pthread_create(&threads[1], NULL, shake, signal);
    rt_signal_set(signal, -EPIPE, 0);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(signal->drops, TASKS);
    for (unsigned i = 0; i < TASKS; i++) {
        const int status = rt_task_status(tasks[i]);
        OL_CHECK(status == -EPIPE || status == -EINTR);
        rt_task_unref(tasks[i]);
    }
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(interrupts_and_wakes_race)
{
    repeat(race_interrupts);
}

/* A task that is masked in each of its polls, and wakes itself. */
static enum rt_poll mask_and_unmask(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    (void)call;
    atomic_uint *const wrong = env;
    struct rt_task *const task = rt_task_current();
    rt_task_mask(task);
    if (rt_task_must_end(task)) ++*wrong;
    rt_waker_wake(waker);
    rt_task_unmask(task);
    return RT_PENDING;
}

static void interrupt_the_restless(void)
{
    static struct rt_task *tasks[TASKS];
    static atomic_uint wrong;
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    for (unsigned i = 0; i < TASKS; i++)
        tasks[i] = rt_task_spawn(scheduler, rt_call(mask_and_unmask, &wrong));
    (void)interrupt_all(tasks);
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(wrong, 0);
    for (unsigned i = 0; i < TASKS; i++) {
        OL_CHECK_EQ(rt_task_status(tasks[i]), -EINTR);
        rt_task_unref(tasks[i]);
    }
    finish(scheduler);
}

OL_CASE(a_task_that_never_rests_ends_when_it_unmasks)
{
    repeat(interrupt_the_restless);
}

static void join_in_a_chain(void)
{
    static struct rt_task *tasks[TASKS];
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    struct rt_signal *const signal = rt_signal_create();
    tasks[0] = rt_task_spawn(scheduler, rt_signal_wait(signal));
    for (unsigned i = 1; i < TASKS; i++)
        tasks[i] = rt_task_spawn(scheduler, rt_task_join(tasks[i - 1]));
    rt_signal_set(signal, 0, 77);
    struct rt_future *const last = rt_task_join(tasks[TASKS - 1]);
    OL_CHECK_EQ(rt_future_block_on(last), 0);
    OL_CHECK_EQ(last->value, 77);
    rt_future_drop(last);
    rt_scheduler_run(scheduler);
    for (unsigned i = 0; i < TASKS; i++)
        rt_task_unref(tasks[i]);
    rt_signal_unref(signal);
    finish(scheduler);
}

OL_CASE(a_chain_of_joins_is_done_from_its_end)
{
    repeat(join_in_a_chain);
}

static void sleep_on_threads(void)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    struct rt_clock *const clock = rt_scheduler_clock(scheduler);
    for (uint64_t i = 0; i < TASKS; i++)
        rt_task_unref(rt_task_spawn(scheduler, rt_sleep(clock, 1 + i)));
    rt_scheduler_run_for(scheduler, TASKS / 2);
    OL_CHECK_EQ(rt_scheduler_tasks(scheduler), TASKS / 2);
    rt_scheduler_run_for(scheduler, TASKS / 2);
    finish(scheduler);
}

OL_CASE(tasks_of_threads_sleep_on_the_virtual_clock)
{
    repeat(sleep_on_threads);
}

static enum rt_poll take_time(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    (void)waker;
    rt_fixture_sleep_ms(20);
    atomic_store((atomic_bool *)env, true);
    return rt_future_finish(call, 0, 0);
}

OL_CASE(to_run_is_to_wait_for_polls_on_their_way)
{
    atomic_bool is_over = false;
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    rt_task_unref(rt_task_spawn(scheduler, rt_call(take_time, &is_over)));
    rt_scheduler_run(scheduler);
    OL_CHECK(is_over);
    finish(scheduler);
}

OL_CASE(threads_that_sleep_do_not_hold_up_the_end)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    struct rt_task *const task = rt_task_spawn(scheduler, rt_future_never());
    rt_scheduler_run(scheduler);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), -EBUSY);
    rt_task_interrupt(task);
    rt_scheduler_run(scheduler);
    rt_task_unref(task);
    finish(scheduler);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(tasks_run_in_the_order_in_which_they_became_ready)
OL_CASES_ENTRY(nothing_ready_is_no_step)
OL_CASES_ENTRY(time_goes_from_sleep_to_sleep)
OL_CASES_ENTRY(many_sleeps_end)
OL_CASES_ENTRY(threads_run_all_tasks)
OL_CASES_ENTRY(no_wake_is_lost_and_no_task_is_polled_twice_at_once)
OL_CASES_ENTRY(interrupts_and_wakes_race)
OL_CASES_ENTRY(a_task_that_never_rests_ends_when_it_unmasks)
OL_CASES_ENTRY(a_chain_of_joins_is_done_from_its_end)
OL_CASES_ENTRY(tasks_of_threads_sleep_on_the_virtual_clock)
OL_CASES_ENTRY(to_run_is_to_wait_for_polls_on_their_way)
OL_CASES_ENTRY(threads_that_sleep_do_not_hold_up_the_end)
OL_CASES_END
