/* test_rt_zio_pool_threads.c - a pool on eight threads: what must hold then.
 *
 * Every case goes on for a while, pool after pool. Which get meets which
 * creation is up to the threads; what is left is not. Where items
 * fail or are interrupted there is room for everybody, or one item at the
 * least: else gets may wait for ever, see test_rt_zio_pool_leaks.c.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <time.h>

#include "tests/runtime/rt_threads.h"
#include "tests/runtime/rt_zio_fixture.h"
#include "tests/support/check.h"

enum {
    THREADS = 8,
    USERS = 16,
    ROUNDS = 30
};

static const char *const versions[] = {"2.1.9", "2.1.14", "ideal"};

enum {
    VERSIONS = sizeof versions / sizeof versions[0]
};

static double seconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Does it again and again, with one version after the other, and with each of
 * them at least once. */
static void repeat(void (*once)(const char *variant))
{
    const double end = seconds_now() + RT_THREADS_CASE_MS / 1e3;
    for (size_t i = 0; i < VERSIONS || seconds_now() < end; i++)
        once(versions[i % VERSIONS]);
}

static void start_users(struct rt_fixture_bench *bench,
    struct rt_task *users[USERS], struct rt_fixture_user plan)
{
    for (int i = 0; i < USERS; i++) {
        users[i] = rt_fixture_user(bench, plan);
        plan.invalidates = !plan.invalidates;
    }
}

static void check_done(struct rt_task *users[USERS], int status)
{
    for (int i = 0; i < USERS; i++) {
        OL_CHECK(rt_task_is_done(users[i]));
        OL_CHECK_EQ(rt_task_status(users[i]), status);
        rt_task_unref(users[i]);
    }
}

/* ---- Items come, go, and are invalid ---- */

static void share(const char *variant)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(&bench,
        (struct rt_fixture_shape){
            .variant = variant, .threads = THREADS, .min = 1, .max = 4});
    start_users(&bench, users, (struct rt_fixture_user){.rounds = ROUNDS});
    rt_fixture_settle(&bench);
    check_done(users, 0);
    const struct rt_zio_counts counts = rt_fixture_counts(&bench);
    OL_CHECK_EQ(counts.waiting, 0);
    OL_CHECK_EQ(counts.free, counts.size);
    OL_CHECK_EQ(bench.live, counts.size);
    OL_CHECK_EQ(bench.acquired, (long)counts.created);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(every_user_gets_its_items)
{
    repeat(share);
}

static void contend(const char *variant)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(
        &bench, (struct rt_fixture_shape){
                    .variant = variant, .threads = THREADS, .max = 1});
    for (int i = 0; i < USERS; i++)
        users[i] = rt_fixture_user(
            &bench, (struct rt_fixture_user){.rounds = 1, .invalidates = true});
    rt_fixture_settle(&bench);
    check_done(users, 0);
    OL_CHECK_EQ(bench.acquired, USERS);
    OL_CHECK_EQ(rt_fixture_counts(&bench).finalized, USERS);
    OL_CHECK_EQ(rt_fixture_counts(&bench).size, 0);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(users_that_invalidate_share_one_slot)
{
    repeat(contend);
}

static void interrupt_waiter(const char *variant)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = variant,
                                      .threads = THREADS,
                                      .min = 1,
                                      .max = 1,
                                      .allowed = rt_fixture_left_in(variant)});
    struct rt_fixture_get holder = rt_fixture_get(&bench);
    struct rt_fixture_get waiter = rt_fixture_get(&bench);
    OL_CHECK(!rt_task_is_done(waiter.task));
    rt_task_interrupt(waiter.task);
    rt_fixture_get_close(&bench, &holder);
    OL_CHECK_EQ(rt_fixture_get_status(&waiter), -EINTR);
    rt_fixture_get_close(&bench, &waiter);
    OL_CHECK_EQ(rt_fixture_counts(&bench).free, 1);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_get_that_waits_can_be_interrupted)
{
    repeat(interrupt_waiter);
}

/* ---- Some creations fail ---- */

static enum rt_fixture_making third_is_bad(long call)
{
    return call % 3 == 0 ? RT_FIXTURE_BAD : RT_FIXTURE_GOOD;
}

static void fail_some(const char *variant)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = variant,
                                      .threads = THREADS,
                                      .min = 1,
                                      .max = 4,
                                      .script = third_is_bad});
    start_users(&bench, users,
        (struct rt_fixture_user){.rounds = ROUNDS, .persists = true});
    rt_fixture_settle(&bench);
    check_done(users, 0);
    OL_CHECK_EQ(bench.live, rt_fixture_counts(&bench).size);
    OL_CHECK_EQ(rt_fixture_counts(&bench).orphans, 0);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_failed_creation_leaves_nothing)
{
    repeat(fail_some);
}

/* In 2.1.8 each get that failed has lost what its creation had acquired. */
static void lose_some(const char *variant)
{
    (void)variant;
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = "2.1.8",
                                      .threads = THREADS,
                                      .min = 1,
                                      .max = 4,
                                      .script = third_is_bad,
                                      .keeps_scopes = true,
                                      .allowed = RT_ZIO_P(3) | RT_ZIO_P(5)});
    start_users(&bench, users,
        (struct rt_fixture_user){.rounds = ROUNDS, .persists = true});
    rt_fixture_settle(&bench);
    check_done(users, 0);
    rt_fixture_bench_close_owner(&bench);
    /* A failure that nobody came to take is closed with the pool. */
    const struct rt_zio_counts counts = rt_fixture_counts(&bench);
    OL_CHECK(bench.live <= bench.calls / 3);
    OL_CHECK(bench.live > 0);
    OL_CHECK_EQ(bench.live, (long)counts.orphans);
    OL_CHECK_EQ(counts.created, counts.finalized + counts.orphans);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(in_2_1_8_what_is_live_is_what_is_lost)
{
    repeat(lose_some);
}

/* ---- Interrupts ---- */

static void interrupt_all(const char *variant)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = variant,
                                      .threads = THREADS,
                                      .min = 1,
                                      .max = 4,
                                      .allowed = rt_fixture_left_in(variant)});
    start_users(&bench, users, (struct rt_fixture_user){.rounds = 1000000});
    for (int i = 0; i < USERS; i++)
        rt_task_interrupt(users[i]);
    rt_fixture_settle(&bench);
    check_done(users, -EINTR);
    OL_CHECK_EQ(rt_fixture_counts(&bench).gets, 0);
    OL_CHECK_EQ(rt_fixture_counts(&bench).stages[RT_ZIO_LEASED], 0);
    /* A creation that never began may still be queued, as a failure. */
    OL_CHECK(bench.live <= rt_fixture_counts(&bench).size);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(users_that_are_interrupted_leave_nothing)
{
    repeat(interrupt_all);
}

/* Creations sleep for ever, so that only an interrupt ends them. */
static void interrupt_creations(const char *variant)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = variant,
                                      .threads = THREADS,
                                      .max = USERS,
                                      .script = rt_fixture_always_suspends,
                                      .allowed = rt_fixture_left_in(variant)});
    start_users(&bench, users, (struct rt_fixture_user){.rounds = 1});
    for (int i = 0; i < USERS; i++)
        rt_task_interrupt(users[i]);
    rt_fixture_settle(&bench);
    check_done(users, -EINTR);
    /* Who gives up waiting leaves a failure to the next get. */
    OL_CHECK(bench.live <= rt_fixture_counts(&bench).size);
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(bench.live, 0);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(creations_that_are_interrupted_leave_nothing)
{
    repeat(interrupt_creations);
}

static void interrupt_openings(const char *variant)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_init(&bench, (struct rt_fixture_shape){.variant = variant,
                                      .threads = THREADS,
                                      .min = 10,
                                      .max = 10,
                                      .script = rt_fixture_always_suspends});
    struct rt_task *const task =
        rt_fixture_start(&bench, rt_zio_pool_open(bench.pool, bench.owner));
    rt_task_interrupt(task);
    rt_fixture_settle(&bench);
    OL_CHECK(rt_task_is_done(task));
    OL_CHECK_EQ(rt_task_status(task), -EINTR);
    OL_CHECK_EQ(bench.live, 0);
    rt_task_unref(task);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(openings_that_are_interrupted_leave_nothing)
{
    repeat(interrupt_openings);
}

/* ---- Closing, and time ---- */

static void close_among_gets(const char *variant)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(&bench,
        (struct rt_fixture_shape){
            .variant = variant, .threads = THREADS, .min = 2, .max = 4});
    start_users(&bench, users, (struct rt_fixture_user){.rounds = 1000000});
    rt_fixture_bench_close_owner(&bench);
    check_done(users, -EINTR);
    OL_CHECK_EQ(bench.live, 0);
    OL_CHECK_EQ(rt_fixture_counts(&bench).size, -1);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_pool_that_is_closed_among_gets_keeps_nothing)
{
    repeat(close_among_gets);
}

/* No item has to be there, some are invalid, users are interrupted: only ours
 * ends whichever slot goes last. */
static void close_to_nothing(const char *variant)
{
    (void)variant;
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = "ideal",
                                      .threads = THREADS,
                                      .max = 3,
                                      .script = third_is_bad});
    start_users(&bench, users,
        (struct rt_fixture_user){.rounds = 1000000, .persists = true});
    for (int i = 0; i < USERS; i += 2)
        rt_task_interrupt(users[i]);
    rt_fixture_bench_close_owner(&bench);
    check_done(users, -EINTR);
    OL_CHECK_EQ(bench.live, 0);
    OL_CHECK_EQ(rt_fixture_counts(&bench).size, -1);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_pool_of_any_number_of_items_ends)
{
    repeat(close_to_nothing);
}

static void fail_opening(const char *variant)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = variant,
                                      .threads = THREADS,
                                      .min = 10,
                                      .max = 10,
                                      .script = rt_fixture_always_bad});
    OL_CHECK_EQ(bench.acquired, 10);
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(bench.live, 0);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_pool_whose_items_all_failed_keeps_nothing)
{
    repeat(fail_opening);
}

/* Items are held, and the pool shrinks, as time passes. */
static void let_time_pass(const char *variant)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[USERS];
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = variant,
                                      .threads = THREADS,
                                      .min = 2,
                                      .max = USERS,
                                      .ttl_ns = 2 * RT_FIXTURE_SECOND});
    start_users(&bench, users,
        (struct rt_fixture_user){
            .rounds = 5, .hold_ns = 3 * RT_FIXTURE_SECOND});
    rt_fixture_pass(&bench, 100 * RT_FIXTURE_SECOND);
    check_done(users, 0);
    OL_CHECK_EQ(bench.live, 2);
    OL_CHECK_EQ(rt_fixture_counts(&bench).free, 2);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_pool_shrinks_while_others_use_it)
{
    repeat(let_time_pass);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(every_user_gets_its_items)
OL_CASES_ENTRY(users_that_invalidate_share_one_slot)
OL_CASES_ENTRY(a_get_that_waits_can_be_interrupted)
OL_CASES_ENTRY(a_failed_creation_leaves_nothing)
OL_CASES_ENTRY(in_2_1_8_what_is_live_is_what_is_lost)
OL_CASES_ENTRY(users_that_are_interrupted_leave_nothing)
OL_CASES_ENTRY(creations_that_are_interrupted_leave_nothing)
OL_CASES_ENTRY(openings_that_are_interrupted_leave_nothing)
OL_CASES_ENTRY(a_pool_that_is_closed_among_gets_keeps_nothing)
OL_CASES_ENTRY(a_pool_of_any_number_of_items_ends)
OL_CASES_ENTRY(a_pool_whose_items_all_failed_keeps_nothing)
OL_CASES_ENTRY(a_pool_shrinks_while_others_use_it)
OL_CASES_END
