/* test_rt_ce_deferred_mt.c - the deferred under threads, every version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_deferred.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "reference-runtime/cats-effect/ce_fiber.h"
#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/task.h"
#include "tests/support/check.h"

enum {
    VARIANTS = 7,
    THREADS = 8,
    GETS = 2000, /* a thread */
    WINDOW = 8   /* so many of them wait at once */
};

/* ---- Threads that get and give up, while one completes ---- */

/* What became of one get; each of the three at most once. */
struct fate {
    atomic_int told;
    atomic_int cancelled;
    atomic_int ready;
};

struct site {
    const struct rt_ce_variant *variant;
    struct rt_ce_deferred *deferred;
    pthread_barrier_t barrier;
    struct fate fates[THREADS][GETS];
    atomic_int completed;
    atomic_int next;   /* thread */
    bool all_complete; /* in the middle of their gets */
};

static int tell(intptr_t value, void *env)
{
    struct fate *const fate = env;
    atomic_fetch_add(&fate->told, (int)value);
    return 0;
}

static void get(
    struct site *site, struct fate *fate, struct rt_ce_wait *wait_out)
{
    struct rt_ce_callback *const callback = rt_ce_callback_create(
        (struct rt_ce_callback_fn){.fire = tell, .env = fate});
    if (rt_ce_deferred_get(site->deferred, callback, wait_out) == RT_CE_READY)
        atomic_fetch_add(&fate->ready, 1);
    rt_ce_callback_unref(callback);
}

static void give_up(struct fate *fate, struct rt_ce_wait *wait)
{
    if (wait->event && rt_ce_wait_cancel(wait))
        atomic_fetch_add(&fate->cancelled, 1);
}

/* If it comes to that, every third is told: it needs no handle for that. */
static void settle(
    struct site *site, struct fate *fates, int index, struct rt_ce_wait *wait)
{
    if (index < 0) return;
    if (!site->all_complete || index % 3) {
        give_up(&fates[index], wait);
    } else if (wait->event) {
        rt_ce_wait_drop(wait);
    }
}

static void *take_part(void *env)
{
    struct site *const site = env;
    const int me = atomic_fetch_add(&site->next, 1);
    struct fate *const fates = site->fates[me];
    struct rt_ce_wait window[WINDOW] = {0};
    pthread_barrier_wait(&site->barrier);
    for (int i = 0; i < GETS; i++) {
        settle(site, fates, i - WINDOW, &window[i % WINDOW]);
        if (site->all_complete && i == GETS / 2)
            atomic_fetch_add(&site->completed,
                rt_ce_deferred_complete(site->deferred, 1, NULL));
        get(site, &fates[i], &window[i % WINDOW]);
    }
    for (int i = GETS - WINDOW; i < GETS; i++)
        settle(site, fates, i, &window[i % WINDOW]);
    return NULL;
}

static void run_threads(struct site *site)
{
    pthread_t threads[THREADS];
    pthread_barrier_init(&site->barrier, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, take_part, site), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&site->barrier);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
}

struct totals {
    long told;
    long cancelled;
    long ready;
};

/* Checks that each get came to one end, and adds them up. */
static struct totals check_fates(struct site *site)
{
    struct totals totals = {0};
    for (int i = 0; i < THREADS * GETS; i++) {
        struct fate *const fate = &site->fates[i / GETS][i % GETS];
        const int told = atomic_load(&fate->told);
        const int cancelled = atomic_load(&fate->cancelled);
        const int ready = atomic_load(&fate->ready);
        OL_CHECK_EQ(told + cancelled + ready, 1);
        totals.told += told;
        totals.cancelled += cancelled;
        totals.ready += ready;
    }
    return totals;
}

static struct site *begin(size_t variant)
{
    struct site *const site = calloc(1, sizeof *site);
    OL_CHECK(site);
    site->variant = rt_ce_variant_at(variant);
    site->deferred = rt_ce_deferred_create(site->variant);
    OL_CHECK(site->deferred);
    return site;
}

static void end(struct site *site)
{
    rt_ce_deferred_unref(site->deferred);
    free(site);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* Nobody waits any more: what is linked is garbage, and a version that has
 * the lock knows how much. */
static void check_garbage(struct site *site)
{
    const struct rt_ce_event_counts counts =
        rt_ce_deferred_counts(site->deferred);
    const struct rt_ce_stack_counts *const stack = &counts.stack;
    const struct rt_ce_variant *const variant = site->variant;
    if (variant->is_map) {
        OL_CHECK_EQ(stack->linked, 0);
        return;
    }
    OL_CHECK_EQ(stack->pushed, THREADS * GETS);
    OL_CHECK_EQ(stack->pushed, stack->unlinked + stack->linked);
    OL_CHECK_EQ(stack->linked_cleared, stack->linked);
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), stack->linked);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 0);
    if (variant->pack == RT_CE_PACK_NONE)
        OL_CHECK_EQ(stack->linked, THREADS * GETS);
    if (variant->pack != RT_CE_PACK_LOCK) return;
    OL_CHECK_EQ(counts.clear_counter, stack->linked_cleared);
    OL_CHECK_EQ(stack->packed, stack->unlinked);
    OL_CHECK_EQ(stack->packing_peak, 1);
}

OL_CASE(gets_that_all_threads_give_up_leave_a_count_that_is_right)
{
    for (size_t i = 0; i < VARIANTS; i++) {
        for (int times = 0; times < 3; times++) {
            struct site *const site = begin(i);
            run_threads(site);
            OL_CHECK_EQ(check_fates(site).cancelled, THREADS * GETS);
            check_garbage(site);
            end(site);
        }
    }
}

OL_CASE(each_get_has_one_end_while_all_threads_complete)
{
    for (size_t i = 0; i < VARIANTS; i++) {
        for (int times = 0; times < 3; times++) {
            struct site *const site = begin(i);
            site->all_complete = true;
            run_threads(site);
            OL_CHECK_EQ(atomic_load(&site->completed), 1);
            const struct totals totals = check_fates(site);
            OL_CHECK(totals.told > 0);
            OL_CHECK(totals.ready > 0);
            OL_CHECK_EQ(
                totals.told + totals.cancelled + totals.ready, THREADS * GETS);
            end(site);
        }
    }
}

/* ---- Upstream's lots of cancelled gets in parallel ---- */

static struct rt_task *spawn(
    struct rt_scheduler *scheduler, struct rt_ce_deferred *deferred)
{
    struct rt_task *const task =
        rt_task_spawn(scheduler, rt_ce_deferred_await(deferred));
    OL_CHECK(task);
    return task;
}

/* Waits for a task. Returns the value of its body. */
static intptr_t wait_for(struct rt_task *task, int *status_out)
{
    struct rt_future *const join = rt_task_join(task);
    OL_CHECK(join);
    *status_out = rt_future_block_on(join);
    const intptr_t value = join->value;
    rt_future_drop(join);
    rt_task_unref(task);
    return value;
}

struct quitter {
    struct rt_scheduler *scheduler;
    struct rt_ce_deferred *deferred;
    int count;
    int quit;
    bool has_completed;
};

/* One after the other, gets and gives up; then completes. */
static void *quit_and_complete(void *env)
{
    struct quitter *const quitter = env;
    for (int i = 0; i < quitter->count; i++) {
        struct rt_task *const gone = rt_task_spawn(
            quitter->scheduler, rt_ce_deferred_await(quitter->deferred));
        if (i % 2) sched_yield();
        rt_task_interrupt(gone);
        struct rt_future *const join = rt_task_join(gone);
        quitter->quit += rt_future_block_on(join) == -EINTR;
        rt_future_drop(join);
        rt_task_unref(gone);
    }
    quitter->has_completed =
        rt_ce_deferred_complete(quitter->deferred, 1, NULL);
    return NULL;
}

/* As many get meanwhile, early and late: all of them are told. */
static void cancel_lots(struct rt_scheduler *scheduler,
    const struct rt_ce_variant *variant, int count)
{
    struct rt_ce_deferred *const deferred = rt_ce_deferred_create(variant);
    struct rt_task **const gets =
        calloc((size_t)count, sizeof(struct rt_task *));
    OL_CHECK(deferred && gets);
    struct quitter quitter = {
        .scheduler = scheduler, .deferred = deferred, .count = count};
    pthread_t thread;
    OL_CHECK_EQ(pthread_create(&thread, NULL, quit_and_complete, &quitter), 0);
    intptr_t sum = 0;
    for (int i = 0; i < count; i++)
        gets[i] = spawn(scheduler, deferred);
    for (int i = 0; i < count; i++) {
        int status = 0;
        sum += wait_for(gets[i], &status);
        OL_CHECK_EQ(status, 0);
    }
    pthread_join(thread, NULL);
    OL_CHECK_EQ(sum, count);
    OL_CHECK_EQ(quitter.quit, count);
    OL_CHECK(quitter.has_completed);
    rt_scheduler_run(scheduler);
    free(gets);
    rt_ce_deferred_unref(deferred);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
}

OL_CASE(lots_of_cancelled_gets_in_parallel_lose_nobody)
{
    static const struct {
        int count;
        int times;
    } sizes[] = {{10, 20}, {100, 5}, {1000, 1}};
    struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
    OL_CHECK(scheduler);
    for (size_t i = 0; i < VARIANTS; i++) {
        for (int n = 0; n < 3; n++) {
            for (int times = 0; times < sizes[n].times; times++)
                cancel_lots(scheduler, rt_ce_variant_at(i), sizes[n].count);
        }
    }
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- A fan of races ---- */

OL_CASE(races_of_many_tasks_end_with_the_value_or_without)
{
    enum {
        TASKS = 400
    };
    for (size_t i = 0; i < VARIANTS; i++) {
        struct rt_scheduler *const scheduler = rt_scheduler_create(THREADS);
        struct rt_ce_deferred *const deferred =
            rt_ce_deferred_create(rt_ce_variant_at(i));
        struct rt_task *tasks[TASKS];
        for (int t = 0; t < TASKS; t++) {
            struct rt_future *const parts[] = {rt_ce_deferred_await(deferred),
                t % 2 ? rt_future_never() : rt_future_yield()};
            tasks[t] = rt_task_spawn(scheduler, rt_race(parts, 2));
            if (t == TASKS / 2)
                OL_CHECK(rt_ce_deferred_complete(deferred, 1, NULL));
        }
        for (int t = 0; t < TASKS; t++) {
            int status = 0;
            const intptr_t value = wait_for(tasks[t], &status);
            OL_CHECK_EQ(status, 0);
            OL_CHECK(value == 1 || t % 2 == 0);
        }
        rt_scheduler_run(scheduler);
        OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
        rt_ce_deferred_unref(deferred);
        OL_CHECK_EQ(rt_epoch_quiesce(), 0);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(gets_that_all_threads_give_up_leave_a_count_that_is_right)
OL_CASES_ENTRY(each_get_has_one_end_while_all_threads_complete)
OL_CASES_ENTRY(lots_of_cancelled_gets_in_parallel_lose_nobody)
OL_CASES_ENTRY(races_of_many_tasks_end_with_the_value_or_without)
OL_CASES_END
