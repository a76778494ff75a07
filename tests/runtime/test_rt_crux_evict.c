/* test_rt_crux_evict.c - every way in which wakes can come between the reads
 * by which a command decides whether to evict a task (redbadger/crux#577).
 *
 * The numbers of schedules are counted by hand, too. A waker takes 4 steps:
 * send, flag, host, let go. The command stands before its first read when
 * they begin; the second read depends on the first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/explorer.h"
#include "reference-runtime/crux/crux_command.h"
#include "reference-runtime/crux/crux_command_waker.h"
#include "reference-runtime/crux/crux_poll_fn.h"
#include "tests/support/check.h"

enum {
    RUNS,  /* the operation of the command */
    WAKES, /* the first of those that wake */
    WAKERS = 2
};

enum outcome {
    COMPLETED,
    EVICTED,
    STUCK,
    LEFT_OVER
};

struct world {
    const struct rt_crux_command_variant *variant;
    int wakers; /* how many there are */
    struct rt_crux_command *command;
    struct rt_waker clones[WAKERS];
    int polls;
    int err;
};

/* Leaves a clone for each waker; the second poll is the last. */
static enum rt_poll leave_wakers(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    struct world *const world = env;
    *value_out = 0;
    if (++world->polls == 2) return RT_READY;
    for (int i = 0; i < world->wakers; i++)
        world->clones[i] = rt_waker_clone(waker);
    return RT_PENDING;
}

static void begin(void *env)
{
    struct world *const world = env;
    const struct rt_crux_poll_fn fn = {.poll = leave_wakers, .env = world};
    world->polls = 0;
    world->command = rt_crux_command_create(world->variant);
    world->err =
        rt_crux_command_spawn(world->command, rt_crux_poll_fn_create(fn));
}

/* The command comes first to its first step, so that there are wakers. */
static void run(size_t operation, void *env)
{
    struct world *const world = env;
    if (operation == RUNS) {
        world->err |= rt_crux_command_run(world->command);
    } else {
        rt_waker_fire(&world->clones[operation - WAKES]);
    }
}

static long end(void *env)
{
    struct world *const world = env;
    const bool done = rt_crux_command_is_done(world->command);
    const struct rt_crux_command_counts counts =
        rt_crux_command_counts(world->command);
    rt_crux_command_unref(world->command);
    if (world->err || rt_object_live_all() != 0) return LEFT_OVER;
    if (!done) return STUCK;
    return counts.evicted ? EVICTED : COMPLETED;
}

static void explore(
    const char *variant, int wakers, long schedules, long evicted)
{
    struct world world = {
        .variant = rt_crux_command_variant_find(variant), .wakers = wakers};
    const struct rt_explorer_program program = {
        .operations = (size_t)wakers + 1,
        .begin = begin,
        .run = run,
        .end = end,
        .env = &world,
    };
    struct rt_explorer_result result = {0};
    OL_CHECK_EQ(rt_explorer_explore(&program, 1000000, &result), 0);
    OL_CHECK_EQ(rt_explorer_count(&result, LEFT_OVER), 0);
    OL_CHECK_EQ(rt_explorer_count(&result, STUCK), 0);
    OL_CHECK_EQ(result.schedules, schedules);
    OL_CHECK_EQ(rt_explorer_count(&result, EVICTED), evicted);
    OL_CHECK_EQ(rt_explorer_count(&result, COMPLETED), schedules - evicted);
}

/* Not flagged after 0 or 1 of the 4 steps, and then the second read after any
 * number of the rest: 5 + 4; flagged after 2, 3 or 4, and no second read: 3.
 * Evicted where the second read comes after the last step: 2. */
OL_CASE(flag_before_count_evicts_a_task_in_2_of_12_schedules)
{
    explore("0.13.0", 1, 12, 2);
    explore("0.19.0", 1, 12, 2);
    explore("0.20.0", 1, 12, 2);
}

/* The one read comes after 0 to 4 steps; it sees nobody after the last. */
OL_CASE(the_count_alone_evicts_a_task_in_1_of_5_schedules)
{
    explore("0.11.0", 1, 5, 1);
}

/* As the count alone, but after the last step the flag is read as well. */
OL_CASE(count_before_flag_evicts_in_none_of_5_schedules)
{
    explore("strict", 1, 5, 0);
}

/* With two wakers there are 70 ways to mix their steps. In 30 the first flag
 * is the 2nd step, in 40 the 3rd. The first read has a place before each step
 * and after the last; before the first flag, the second one has those from
 * there on: 30 (9 + 8 + 7) + 40 (9 + 8 + 7 + 6). Evicted where the first is
 * before the first flag and the second is last: 30 * 2 + 40 * 3. */
OL_CASE(two_wakers_do_not_help_who_reads_in_the_wrong_order)
{
    explore("0.19.0", 2, 1920, 180);
    explore("0.11.0", 2, 630, 70);
    explore("strict", 2, 630, 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(flag_before_count_evicts_a_task_in_2_of_12_schedules)
OL_CASES_ENTRY(the_count_alone_evicts_a_task_in_1_of_5_schedules)
OL_CASES_ENTRY(count_before_flag_evicts_in_none_of_5_schedules)
OL_CASES_ENTRY(two_wakers_do_not_help_who_reads_in_the_wrong_order)
OL_CASES_END
