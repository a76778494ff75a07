/* test_rt_explorer.c - steps, coroutines and schedules.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/explorer.h"

#include <errno.h>

#include "reference-runtime/core/coroutine.h"
#include "reference-runtime/core/step.h"
#include "tests/support/check.h"

/* ---- Steps ---- */

static void walk(void *env)
{
    int *const place = env;
    rt_step("one");
    *place = 1;
    rt_step("two");
    *place = 2;
    rt_step("one");
    *place = 3;
}

struct seen {
    const int *place;
    int at;
};

static void look(void *env)
{
    struct seen *const seen = env;
    int ignored = 0;
    seen->at = *seen->place;
    walk(&ignored);
}

OL_CASE(a_pause_comes_once_and_right_before_the_point)
{
    int place = 0;
    struct seen seen = {.place = &place, .at = -1};
    struct rt_step_pause pause = {
        .point = "one", .skip = 1, .during = look, .env = &seen};
    OL_CHECK(rt_step_run_paused(&pause, walk, &place));
    OL_CHECK_EQ(seen.at, 2);
    OL_CHECK_EQ(place, 3);
    pause.skip = 0;
    place = 0;
    OL_CHECK(rt_step_run_paused(&pause, walk, &place));
    OL_CHECK_EQ(seen.at, 0);
}

OL_CASE(a_point_that_is_not_reached_is_said_so)
{
    int place = 0;
    struct seen seen = {.place = &place, .at = -1};
    const struct rt_step_pause pause = {
        .point = "one", .skip = 2, .during = look, .env = &seen};
    OL_CHECK(!rt_step_run_paused(&pause, walk, &place));
    OL_CHECK_EQ(seen.at, -1);
    OL_CHECK_EQ(place, 3);
}

/* ---- Coroutines ---- */

static void inner_body(void *env)
{
    int *const place = env;
    *place += 10;
    rt_coroutine_yield();
    *place += 10;
}

static void outer_body(void *env)
{
    int *const place = env;
    struct rt_coroutine *const inner = rt_coroutine_create(inner_body, place);
    *place += 1;
    rt_coroutine_yield();
    rt_coroutine_resume(inner);
    rt_coroutine_yield();
    rt_coroutine_resume(inner);
    *place += 1;
    *place += rt_coroutine_destroy(inner);
}

OL_CASE(a_coroutine_goes_on_where_it_was_left_and_may_start_anew)
{
    int place = 0;
    struct rt_coroutine *const outer = rt_coroutine_create(outer_body, &place);
    OL_CHECK(outer);
    for (int round = 0; round < 2; round++) {
        place = 0;
        OL_CHECK(rt_coroutine_resume(outer));
        OL_CHECK_EQ(place, 1);
        OL_CHECK_EQ(rt_coroutine_destroy(outer), -EBUSY);
        OL_CHECK(rt_coroutine_resume(outer));
        OL_CHECK_EQ(place, 11);
        OL_CHECK(!rt_coroutine_resume(outer));
        OL_CHECK_EQ(place, 22);
    }
    OL_CHECK_EQ(rt_coroutine_destroy(outer), 0);
}

/* ---- Schedules ---- */

/* Operation i has so many steps, and adds to what it has read before them. */
struct world {
    int steps[RT_EXPLORER_OPERATIONS];
    int shared;
};

static void begin(void *env)
{
    struct world *const world = env;
    world->shared = 0;
}

static void add(size_t operation, void *env)
{
    struct world *const world = env;
    for (int i = 0; i < world->steps[operation]; i++)
        rt_step("add");
    rt_step("read");
    const int read = world->shared;
    rt_step("write");
    world->shared = read + 1;
}

static long end(void *env)
{
    const struct world *const world = env;
    return world->shared;
}

static struct rt_explorer_program program_of(
    struct world *world, size_t operations)
{
    return (struct rt_explorer_program){
        .operations = operations,
        .begin = begin,
        .run = add,
        .end = end,
        .env = world,
    };
}

OL_CASE(every_interleaving_of_a_lost_update_is_found_once)
{
    struct world world = {{0}, 0};
    const struct rt_explorer_program program = program_of(&world, 2);
    struct rt_explorer_result result;
    OL_CHECK_EQ(rt_explorer_explore(&program, 1000, &result), 0);
    /* 4! / (2! 2!) rows of two reads and two writes; in two of them the
     * second read comes after the first write. */
    OL_CHECK_EQ(result.schedules, 6);
    OL_CHECK_EQ(result.count, 2);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 2);
    OL_CHECK_EQ(rt_explorer_count(&result, 1), 4);
    OL_CHECK_EQ(rt_explorer_count(&result, 0), 0);
    OL_CHECK_TEXT(result.outcomes[0].first, "0011");
    OL_CHECK_EQ(result.outcomes[0].value, 2);
    OL_CHECK_TEXT(result.outcomes[1].first, "0101");
}

OL_CASE(the_number_of_schedules_is_the_multinomial)
{
    struct world world = {{1, 2, 0}, 0};
    struct rt_explorer_program program = program_of(&world, 2);
    struct rt_explorer_result result;
    OL_CHECK_EQ(rt_explorer_explore(&program, 1000, &result), 0);
    OL_CHECK_EQ(result.schedules, 35); /* 7! / (3! 4!) */
    program.operations = 3;
    OL_CHECK_EQ(rt_explorer_explore(&program, 10000, &result), 0);
    OL_CHECK_EQ(result.schedules, 1260); /* 9! / (3! 4! 2!) */
    program.operations = 1;
    OL_CHECK_EQ(rt_explorer_explore(&program, 1, &result), 0);
    OL_CHECK_EQ(result.schedules, 1);
}

OL_CASE(too_many_schedules_and_too_long_ones_are_said_so)
{
    struct world world = {{0}, 0};
    struct rt_explorer_program program = program_of(&world, 2);
    struct rt_explorer_result result;
    OL_CHECK_EQ(rt_explorer_explore(&program, 5, &result), -E2BIG);
    OL_CHECK_EQ(result.schedules, 5);
    OL_CHECK_EQ(rt_explorer_explore(&program, 6, &result), 0);
    world.steps[0] = RT_EXPLORER_CHOICES;
    program.operations = 1;
    OL_CHECK_EQ(rt_explorer_explore(&program, 5, &result), -E2BIG);
    world.steps[0] = RT_EXPLORER_CHOICES - 2;
    OL_CHECK_EQ(rt_explorer_explore(&program, 5, &result), 0);
}

static size_t choose_last(const size_t *ready, size_t count, void *env)
{
    long *const sum = env;
    *sum += (long)ready[count - 1];
    return count - 1;
}

OL_CASE(the_caller_may_choose_schedules)
{
    struct world world = {{300, 0, 0}, 0};
    const struct rt_explorer_program program = program_of(&world, 3);
    long sum = 0;
    const struct rt_explorer_chooser chooser = {choose_last, &sum};
    struct rt_explorer_result result;
    OL_CHECK_EQ(rt_explorer_sample(&program, 10, chooser, &result), 0);
    OL_CHECK_EQ(result.schedules, 10);
    OL_CHECK_EQ(rt_explorer_count(&result, 3), 10);
    OL_CHECK_EQ(sum, 10 * (2 * 2 + 2 * 1));
}

OL_CASE(a_schedule_that_was_written_down_runs_again)
{
    struct world world = {{0}, 0};
    const struct rt_explorer_program program = program_of(&world, 2);
    long outcome = -1;
    OL_CHECK_EQ(rt_explorer_replay(&program, "1100", &outcome), 0);
    OL_CHECK_EQ(outcome, 2);
    OL_CHECK_EQ(rt_explorer_replay(&program, "1010", &outcome), 0);
    OL_CHECK_EQ(outcome, 1);
    static const char *const wrong[] = {
        "", "110", "11000", "1110", "1200", "11 00"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        OL_CHECK_EQ(rt_explorer_replay(&program, wrong[i], &outcome), -EINVAL);
    OL_CHECK_EQ(outcome, 1);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_pause_comes_once_and_right_before_the_point)
OL_CASES_ENTRY(a_point_that_is_not_reached_is_said_so)
OL_CASES_ENTRY(a_coroutine_goes_on_where_it_was_left_and_may_start_anew)
OL_CASES_ENTRY(every_interleaving_of_a_lost_update_is_found_once)
OL_CASES_ENTRY(the_number_of_schedules_is_the_multinomial)
OL_CASES_ENTRY(too_many_schedules_and_too_long_ones_are_said_so)
OL_CASES_ENTRY(the_caller_may_choose_schedules)
OL_CASES_ENTRY(a_schedule_that_was_written_down_runs_again)
OL_CASES_END
