/* test_rt_ce_await.c - deferreds and fibers as futures: raced, given up,
 * waited for by tasks; one thread, every version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/cats-effect/ce_deferred.h"
#include "reference-runtime/cats-effect/ce_fiber.h"
#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/task.h"
#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

enum {
    VARIANTS = 7
};

static struct rt_ce_deferred *begin(size_t variant)
{
    struct rt_ce_deferred *const deferred =
        rt_ce_deferred_create(rt_ce_variant_at(variant));
    OL_CHECK(deferred);
    return deferred;
}

static void end(struct rt_ce_deferred *deferred)
{
    rt_ce_deferred_unref(deferred);
    OL_CHECK_EQ(rt_epoch_quiesce(), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- One future ---- */

OL_CASE(a_future_of_a_deferred_is_ready_when_that_is_complete)
{
    for (size_t i = 0; i < VARIANTS; i++) {
        struct rt_ce_deferred *const deferred = begin(i);
        struct rt_bell *const bell = rt_bell_create();
        const struct rt_waker waker = rt_bell_waker(bell);
        struct rt_future *const early = rt_ce_deferred_await(deferred);
        OL_CHECK_EQ(rt_future_poll(early, &waker), RT_PENDING);
        OL_CHECK_EQ(rt_future_poll(early, &waker), RT_PENDING);
        OL_CHECK_EQ(bell->rung, 0);

        OL_CHECK(rt_ce_deferred_complete(deferred, 7, NULL));
        OL_CHECK_EQ(bell->rung, 1);
        OL_CHECK_EQ(rt_future_poll(early, &waker), RT_READY);
        OL_CHECK_EQ(early->value, 7);
        struct rt_future *const late = rt_ce_deferred_await(deferred);
        OL_CHECK_EQ(rt_future_poll(late, &waker), RT_READY);
        OL_CHECK_EQ(late->value, 7);
        rt_future_drop(late);
        rt_future_drop(early);
        rt_object_unref(&bell->object);
        end(deferred);
    }
}

OL_CASE(a_future_that_is_dropped_is_cancelled_and_wakes_nobody)
{
    for (size_t i = 0; i < VARIANTS; i++) {
        struct rt_ce_deferred *const deferred = begin(i);
        struct rt_bell *const bell = rt_bell_create();
        const struct rt_waker waker = rt_bell_waker(bell);
        struct rt_future *const dropped = rt_ce_deferred_await(deferred);
        struct rt_future *const kept = rt_ce_deferred_await(deferred);
        OL_CHECK_EQ(rt_future_poll(dropped, &waker), RT_PENDING);
        OL_CHECK_EQ(rt_future_poll(kept, &waker), RT_PENDING);
        rt_future_drop(dropped);
        OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 1);
        OL_CHECK_EQ(rt_object_live(RT_AWAIT), 1);

        OL_CHECK(rt_ce_deferred_complete(deferred, 1, NULL));
        OL_CHECK_EQ(bell->rung, 1);
        OL_CHECK_EQ(rt_future_poll(kept, &waker), RT_READY);
        rt_future_drop(kept);
        rt_object_unref(&bell->object);
        end(deferred);
    }
}

/* The deferred outlives its maker for as long as somebody waits. */
OL_CASE(a_future_holds_its_deferred_and_only_the_block_is_left_of_it)
{
    struct rt_ce_deferred *const deferred =
        rt_ce_deferred_create(rt_ce_variant_find("ce-3.4.3"));
    struct rt_future *const future = rt_ce_deferred_await(deferred);
    const struct rt_waker nobody = {0};
    OL_CHECK_EQ(rt_future_poll(future, &nobody), RT_PENDING);
    OL_CHECK(rt_ce_deferred_complete(deferred, 1, NULL));
    OL_CHECK_EQ(rt_future_poll(future, &nobody), RT_READY);
    rt_future_drop(future);
    /* ce-3.4.3 keeps the node, that the callback, that the block. */
    OL_CHECK_EQ(rt_object_live(RT_STACK_NODE), 1);
    OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 1);
    OL_CHECK_EQ(rt_object_live(RT_AWAIT), 1);
    end(deferred);

    struct rt_ce_deferred *const other = begin(6);
    struct rt_future *const held = rt_ce_deferred_await(other);
    rt_ce_deferred_unref(other);
    OL_CHECK_EQ(rt_future_poll(held, &nobody), RT_PENDING);
    OL_CHECK_EQ(rt_object_live(RT_DEFERRED), 1);
    rt_future_drop(held);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_future_of_a_fiber_is_ready_with_the_outcome)
{
    for (size_t i = 1; i < VARIANTS; i++) {
        struct rt_ce_fiber *const fiber =
            rt_ce_fiber_create(rt_ce_variant_at(i), rt_ce_join_variant_at(1));
        struct rt_future *const kept = rt_ce_fiber_await(fiber);
        struct rt_future *const dropped = rt_ce_fiber_await(fiber);
        const struct rt_waker nobody = {0};
        OL_CHECK_EQ(rt_future_poll(kept, &nobody), RT_PENDING);
        OL_CHECK_EQ(rt_future_poll(dropped, &nobody), RT_PENDING);
        rt_future_drop(dropped);
        OL_CHECK(rt_ce_fiber_done(fiber, 5, NULL));
        OL_CHECK_EQ(rt_future_block_on(kept), 0);
        OL_CHECK_EQ(kept->value, 5);
        rt_future_drop(kept);
        rt_ce_fiber_unref(fiber);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* ---- The truth of who holds whom ---- */

/* The last edge of each name, as far as the names are asked for. */
struct edges {
    const struct rt_object *event;
    const struct rt_object *node;
    const struct rt_object *waker;
    const struct rt_object *head;
    const struct rt_object *entry;
    int count;
};

static void note(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool strong, void *env)
{
    (void)from;
    struct edges *const edges = env;
    edges->count++;
    OL_CHECK(strong);
    if (strcmp(field, "event") == 0) edges->event = to;
    if (strcmp(field, "wait.node") == 0) edges->node = to;
    if (strcmp(field, "waker") == 0) edges->waker = to;
    if (strcmp(field, "stack.head") == 0) edges->head = to;
    if (strcmp(field, "map.entries") == 0) edges->entry = to;
}

OL_CASE(the_truth_names_the_ways_from_a_future_and_from_a_deferred)
{
    struct rt_bell *const bell = rt_bell_create();
    const struct rt_waker waker = rt_bell_waker(bell);
    for (size_t i = 0; i < VARIANTS; i++) {
        struct rt_ce_deferred *const deferred =
            rt_ce_deferred_create(rt_ce_variant_at(i));
        struct rt_future *const future = rt_ce_deferred_await(deferred);
        OL_CHECK_EQ(rt_future_poll(future, &waker), RT_PENDING);
        struct edges of_future = {0};
        struct edges of_deferred = {0};
        rt_object_each_edge(&future->object, note, &of_future);
        rt_object_each_edge(
            rt_ce_deferred_object(deferred), note, &of_deferred);
        OL_CHECK(of_future.event == rt_ce_deferred_object(deferred));
        OL_CHECK(of_future.waker == &bell->object);
        OL_CHECK_EQ(of_future.count, 3);
        OL_CHECK_EQ(of_deferred.count, 1);
        OL_CHECK(rt_ce_variant_at(i)->is_map
                     ? of_deferred.entry != NULL
                     : of_deferred.head == of_future.node);
        rt_future_drop(future);
        rt_ce_deferred_unref(deferred);
    }
    rt_object_unref(&bell->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Several ---- */

/* Upstream's reproducer to the word: `d.get.race(IO.unit)`, a hundred times. */
OL_CASE(a_hundred_races_against_what_is_ready_leave_what_3_5_2_leaves)
{
    static const long linked[VARIANTS] = {0, 100, 100, 4, 0, 0, 0};
    static const int counters[VARIANTS] = {0, 0, 0, 23, 0, 0, 0};
    for (size_t i = 0; i < VARIANTS; i++) {
        struct rt_ce_deferred *const deferred = begin(i);
        for (int times = 0; times < 100; times++) {
            struct rt_future *const race =
                rt_race((struct rt_future *[]){rt_ce_deferred_await(deferred),
                            rt_future_ready(0, 3)},
                    2);
            OL_CHECK_EQ(rt_future_block_on(race), 0);
            OL_CHECK_EQ(rt_race_winner(race), 1);
            rt_future_drop(race);
        }
        const struct rt_ce_event_counts counts =
            rt_ce_deferred_counts(deferred);
        OL_CHECK_EQ(counts.stack.linked, linked[i]);
        OL_CHECK_EQ(counts.clear_counter, counters[i]);
        end(deferred);
    }
}

OL_CASE(of_two_deferreds_that_are_selected_none_is_given_up)
{
    for (size_t i = 0; i < VARIANTS; i++) {
        struct rt_ce_deferred *const one = begin(i);
        struct rt_ce_deferred *const two =
            rt_ce_deferred_create(rt_ce_variant_at(i));
        struct rt_future *const parts[] = {
            rt_ce_deferred_await(one), rt_ce_deferred_await(two)};
        const struct rt_waker nobody = {0};
        struct rt_future *const first = rt_select(parts, 2);
        OL_CHECK_EQ(rt_future_poll(first, &nobody), RT_PENDING);
        OL_CHECK(rt_ce_deferred_complete(two, 8, NULL));
        OL_CHECK_EQ(rt_future_block_on(first), 0);
        OL_CHECK_EQ(first->value, 1);
        OL_CHECK_EQ(parts[1]->value, 8);
        rt_future_drop(first);

        struct rt_future *const second = rt_select(parts, 2);
        OL_CHECK_EQ(rt_future_poll(second, &nobody), RT_PENDING);
        OL_CHECK(rt_ce_deferred_complete(one, 9, NULL));
        OL_CHECK_EQ(rt_future_block_on(second), 0);
        OL_CHECK_EQ(parts[0]->value, 9);
        rt_future_drop(second);
        rt_future_drop(parts[0]);
        rt_future_drop(parts[1]);
        rt_ce_deferred_unref(two);
        end(one);
    }
}

/* ---- Tasks ---- */

OL_CASE(a_task_that_is_interrupted_gives_up_its_get)
{
    for (size_t i = 0; i < VARIANTS; i++) {
        struct rt_ce_deferred *const deferred = begin(i);
        struct rt_scheduler *const scheduler = rt_scheduler_create(0);
        struct rt_task *const gone =
            rt_task_spawn(scheduler, rt_ce_deferred_await(deferred));
        struct rt_task *const stays =
            rt_task_spawn(scheduler, rt_ce_deferred_await(deferred));
        rt_scheduler_run(scheduler);
        rt_task_interrupt(gone);
        rt_scheduler_run(scheduler);
        OL_CHECK(rt_task_is_done(gone));
        OL_CHECK_EQ(rt_task_status(gone), -EINTR);
        OL_CHECK_EQ(rt_object_live(RT_CALLBACK), 1);

        OL_CHECK(rt_ce_deferred_complete(deferred, 1, NULL));
        rt_scheduler_run(scheduler);
        OL_CHECK(rt_task_is_done(stays));
        OL_CHECK_EQ(rt_task_status(stays), 0);
        rt_task_unref(gone);
        rt_task_unref(stays);
        OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
        end(deferred);
    }
}

/* Waits, then comes round for ever. */
static enum rt_poll loop_once_told(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    (void)call;
    intptr_t value = 0;
    if (rt_ce_deferred_try_get(env, &value)) rt_waker_wake(waker);
    return RT_PENDING;
}

static enum rt_poll complete_and_end(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    (void)waker;
    OL_CHECK(rt_ce_deferred_complete(env, 1, NULL));
    return rt_future_finish(call, 0, 0);
}

/* Upstream's issue 380, a hundred times. */
OL_CASE(completing_does_not_wait_for_who_loops_for_ever_when_told)
{
    for (int times = 0; times < 100; times++) {
        struct rt_ce_deferred *const deferred = begin((size_t)times % VARIANTS);
        struct rt_scheduler *const scheduler = rt_scheduler_create(0);
        struct rt_future *const parts[] = {
            rt_ce_deferred_await(deferred), rt_call(loop_once_told, deferred)};
        struct rt_task *const loops =
            rt_task_spawn(scheduler, rt_join(parts, 2));
        rt_scheduler_run(scheduler);
        struct rt_task *const completes =
            rt_task_spawn(scheduler, rt_call(complete_and_end, deferred));
        for (int steps = 0; steps < 10; steps++)
            OL_CHECK(rt_scheduler_step(scheduler));
        OL_CHECK(rt_task_is_done(completes));
        OL_CHECK(!rt_task_is_done(loops));
        rt_task_interrupt(loops);
        rt_scheduler_run(scheduler);
        rt_task_unref(loops);
        rt_task_unref(completes);
        OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
        end(deferred);
    }
}

/* Interrupts the task that completes, in the middle of that. */
struct interrupter {
    struct rt_task *completes;
    long told;
};

static int interrupt(intptr_t value, void *env)
{
    struct interrupter *const interrupter = env;
    rt_task_interrupt(interrupter->completes);
    interrupter->told += value;
    return 0;
}

/* Upstream's issue 3283: to complete is not to be left half done. */
OL_CASE(completing_cannot_be_interrupted_in_its_middle)
{
    for (size_t i = 0; i < VARIANTS; i++) {
        struct rt_ce_deferred *const deferred = begin(i);
        struct rt_scheduler *const scheduler = rt_scheduler_create(0);
        struct interrupter interrupter = {0};
        struct rt_ce_wait waits[3];
        for (int w = 0; w < 3; w++) {
            struct rt_ce_callback *const callback =
                rt_ce_callback_create((struct rt_ce_callback_fn){
                    .fire = interrupt, .env = &interrupter});
            OL_CHECK_EQ(rt_ce_deferred_get(deferred, callback, &waits[w]),
                RT_CE_PARKED);
            rt_ce_callback_unref(callback);
        }
        interrupter.completes = rt_task_spawn(
            scheduler, rt_race((struct rt_future *[]){rt_future_never(),
                                   rt_call(complete_and_end, deferred)},
                           2));
        rt_scheduler_run(scheduler);
        OL_CHECK(rt_task_is_done(interrupter.completes));
        OL_CHECK_EQ(interrupter.told, 3);
        for (int w = 0; w < 3; w++)
            OL_CHECK(!rt_ce_wait_cancel(&waits[w]));
        rt_task_unref(interrupter.completes);
        OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
        end(deferred);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_future_of_a_deferred_is_ready_when_that_is_complete)
OL_CASES_ENTRY(a_future_that_is_dropped_is_cancelled_and_wakes_nobody)
OL_CASES_ENTRY(a_future_holds_its_deferred_and_only_the_block_is_left_of_it)
OL_CASES_ENTRY(a_future_of_a_fiber_is_ready_with_the_outcome)
OL_CASES_ENTRY(the_truth_names_the_ways_from_a_future_and_from_a_deferred)
OL_CASES_ENTRY(a_hundred_races_against_what_is_ready_leave_what_3_5_2_leaves)
OL_CASES_ENTRY(of_two_deferreds_that_are_selected_none_is_given_up)
OL_CASES_ENTRY(a_task_that_is_interrupted_gives_up_its_get)
OL_CASES_ENTRY(completing_does_not_wait_for_who_loops_for_ever_when_told)
OL_CASES_ENTRY(completing_cannot_be_interrupted_in_its_middle)
OL_CASES_END
