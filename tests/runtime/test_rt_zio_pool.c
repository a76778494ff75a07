/* test_rt_zio_pool.c - the checks of ZIO's ZPoolSpec, in our own words.
 *
 * Each runs in upstream's last version and in `ideal`; after every step of
 * every one the invariants of zio_check.h are held against the pool. Where
 * upstream exhausts the heap, what is kept is counted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/payload.h"
#include "tests/runtime/rt_zio_fixture.h"
#include "tests/support/check.h"

enum {
    TEN = 10
};

static const char *const versions[] = {"2.1.14", "ideal"};

/* NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared. */
#define FOR_EACH_VERSION(name)                                        \
    for (size_t v = 0; v < sizeof versions / sizeof versions[0]; v++) \
        for (const char *name = versions[v]; name; name = NULL)
/* NOLINTEND(bugprone-macro-parentheses) */

/* What upstream leaves to this day: failed leases, and ghosts. */
static unsigned left_in(const char *variant)
{
    return strcmp(variant, "ideal") == 0 ? 0 : RT_ZIO_P(8) | RT_ZIO_P(10);
}

static enum rt_fixture_making always_bad(long call)
{
    (void)call;
    return RT_FIXTURE_BAD;
}

static enum rt_fixture_making bad_up_to_ten(long call)
{
    return call <= TEN ? RT_FIXTURE_BAD : RT_FIXTURE_GOOD;
}

static enum rt_fixture_making always_suspends(long call)
{
    (void)call;
    return RT_FIXTURE_SUSPENDS;
}

static enum rt_fixture_making fourth_suspends(long call)
{
    return call == 4 ? RT_FIXTURE_SUSPENDS : RT_FIXTURE_GOOD;
}

static struct rt_zio_counts counts_of(struct rt_fixture_bench *bench)
{
    return rt_zio_pool_counts(bench->pool);
}

/* ---- 1 to 6: items are made at first, and made use of ---- */

OL_CASE(ten_items_are_made_at_first)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        OL_CHECK_EQ(bench.acquired, TEN);
        OL_CHECK_EQ(bench.live, TEN);
        OL_CHECK_EQ(counts_of(&bench).size, TEN);
        OL_CHECK_EQ(counts_of(&bench).free, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(closing_the_scope_of_a_pool_closes_its_items)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(bench.acquired, TEN);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(counts_of(&bench).size, -1);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(the_first_get_gives_the_first_item)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_number(&get), 1);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(nine_gets_fail_with_the_first_nine_failures_in_order)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .script = always_bad,
                        .allowed = left_in(variant)});
        for (long number = 1; number < TEN; number++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
            OL_CHECK_EQ(rt_fixture_get_number(&get), number);
            rt_fixture_get_close(&bench, &get);
        }
        OL_CHECK_EQ(bench.live, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(with_ten_leased_an_eleventh_get_times_out)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[TEN];
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .allowed = left_in(variant)});
        for (int i = 0; i < TEN; i++)
            gets[i] = rt_fixture_get(&bench);

        struct rt_scope *const scope = rt_scope_create();
        struct rt_future *const timeout =
            rt_sleep(rt_scheduler_clock(bench.scheduler), 1000000);
        struct rt_future *const race = rt_race(
            (struct rt_future *[]){rt_zio_pool_get(bench.pool, scope), timeout},
            2);
        struct rt_task *const task = rt_fixture_start(&bench, race);
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(task));
        rt_fixture_pass(&bench, 1000000);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_task_status(task), 0);
        rt_task_unref(task);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);

        for (int i = 0; i < TEN; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        OL_CHECK_EQ(counts_of(&bench).queued, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_hundred_gets_in_turn_make_use_of_ten_items)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        for (long i = 0; i < 100; i++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            OL_CHECK_EQ(rt_fixture_get_number(&get), i % TEN + 1);
            rt_fixture_get_close(&bench, &get);
        }
        OL_CHECK_EQ(bench.acquired, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 7 to 9: invalid items ---- */

OL_CASE(an_invalid_item_is_passed_over)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .min = TEN, .max = TEN});
        struct rt_fixture_get gets[TEN];
        for (int i = 0; i < TEN; i++)
            gets[i] = rt_fixture_get(&bench);
        struct rt_object *const first = rt_fixture_get_item(&gets[0]);
        for (int i = 0; i < TEN; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, first), 0);

        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_number(&get), 2);
        OL_CHECK_EQ(bench.live, TEN);
        OL_CHECK_EQ(bench.acquired, TEN + 1);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(ten_users_that_invalidate_share_one_slot)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant, .max = 1});
        struct rt_task *users[TEN];
        for (int i = 0; i < TEN; i++)
            users[i] = rt_fixture_user(&bench,
                (struct rt_fixture_user){.rounds = 1, .invalidates = true});
        rt_fixture_settle(&bench);
        for (int i = 0; i < TEN; i++) {
            OL_CHECK(rt_task_is_done(users[i]));
            OL_CHECK_EQ(rt_task_status(users[i]), 0);
            rt_task_unref(users[i]);
        }
        OL_CHECK_EQ(bench.acquired, TEN);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(counts_of(&bench).finalized, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(when_all_items_are_invalid_a_get_makes_new_ones)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 2, .max = 2});
        struct rt_fixture_get one = rt_fixture_get(&bench);
        struct rt_fixture_get two = rt_fixture_get(&bench);
        struct rt_object *const first = rt_fixture_get_item(&one);
        struct rt_object *const second = rt_fixture_get_item(&two);
        rt_fixture_get_close(&bench, &one);
        rt_fixture_get_close(&bench, &two);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, first), 0);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, second), 0);

        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_number(&get), 3);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK_EQ(bench.acquired, 4);
        OL_CHECK_EQ(counts_of(&bench).finalized, 2);
        OL_CHECK_EQ(counts_of(&bench).size, 2);
        OL_CHECK_EQ(counts_of(&bench).free, 2);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 10, 11: failures ---- */

OL_CASE(six_gets_in_one_scope_each_fail)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = always_bad,
                        .allowed = left_in(variant)});
        struct rt_scope *const scope = rt_scope_create();
        for (long i = 1; i <= 6; i++) {
            struct rt_fixture_get get = rt_fixture_get_in(&bench, scope);
            OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
            OL_CHECK_EQ(rt_fixture_get_number(&get), i);
            rt_task_unref(get.task);
            rt_scope_unref(get.scope);
        }
        OL_CHECK_EQ(bench.live, 0);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_get_that_is_tried_again_succeeds_when_its_creator_does)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = 1,
                        .max = 1,
                        .script = bad_up_to_ten,
                        .allowed = left_in(variant)});
        struct rt_scope *const scope = rt_scope_create();
        struct rt_fixture_get get = rt_fixture_get_in(&bench, scope);
        while (rt_fixture_get_status(&get) != 0) {
            rt_task_unref(get.task);
            rt_scope_unref(get.scope);
            get = rt_fixture_get_in(&bench, scope);
        }
        OL_CHECK_EQ(rt_fixture_get_number(&get), TEN + 1);
        rt_fixture_get_close(&bench, &get);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 12: time to live ---- */

OL_CASE(a_pool_shrinks_when_it_has_been_left_alone)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[15];
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = 15,
                        .ttl_ns = 60 * RT_FIXTURE_SECOND});
        for (int i = 0; i < 15; i++)
            gets[i] = rt_fixture_get(&bench);
        OL_CHECK_EQ(bench.live, 15);
        for (int i = 0; i < 15; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        rt_fixture_pass(&bench, 59 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, 15);
        rt_fixture_pass(&bench, 1 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_pool_that_is_made_use_of_does_not_shrink)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[15];
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = 15,
                        .ttl_ns = 60 * RT_FIXTURE_SECOND});
        for (int i = 0; i < 15; i++)
            gets[i] = rt_fixture_get(&bench);
        for (int i = 0; i < 15; i++) {
            rt_fixture_pass(&bench, 31 * RT_FIXTURE_SECOND);
            rt_fixture_get_close(&bench, &gets[i]);
            OL_CHECK_EQ(bench.live, 15);
        }
        /* Last used at 465 s; looked at each 60 s from the start. */
        rt_fixture_pass(&bench, 74 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, 15);
        rt_fixture_pass(&bench, 1 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, TEN);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 13 to 16: interrupts ---- */

/* A hundred users are at it for so many steps when the pool is closed. */
static void close_after(const char *variant, int steps)
{
    struct rt_fixture_bench bench;
    struct rt_task *users[100];
    rt_fixture_bench_open(&bench,
        (struct rt_fixture_shape){.variant = variant, .min = TEN, .max = 15});
    for (int i = 0; i < 100; i++)
        users[i] =
            rt_fixture_user(&bench, (struct rt_fixture_user){.rounds = 1});
    for (int i = 0; i < steps; i++)
        rt_scheduler_step(bench.scheduler);
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(bench.live, 0);
    for (int i = 0; i < 100; i++) {
        OL_CHECK(rt_task_is_done(users[i]));
        rt_task_unref(users[i]);
    }
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_pool_that_is_closed_among_gets_keeps_nothing)
{
    FOR_EACH_VERSION(variant)
    {
        for (int steps = 0; steps < 600; steps += 7)
            close_after(variant, steps);
    }
}

OL_CASE(a_get_that_waits_can_be_interrupted)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = 1,
                        .max = 1,
                        .allowed = left_in(variant)});
        struct rt_fixture_get holder = rt_fixture_get(&bench);
        struct rt_fixture_get waiter = rt_fixture_get(&bench);
        OL_CHECK(!rt_task_is_done(waiter.task));
        rt_task_interrupt(waiter.task);
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&waiter), -EINTR);
        rt_fixture_get_close(&bench, &waiter);
        rt_fixture_get_close(&bench, &holder);
        OL_CHECK_EQ(counts_of(&bench).free, 1);
        rt_fixture_bench_deinit(&bench);
    }
}

/* A future in a place where nobody may interrupt. */
struct masked {
    struct rt_future future;
    struct rt_future *body; /* owner */
    bool is_masked;
};

static enum rt_poll poll_masked(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct masked *const masked = (struct masked *)future;
    if (!masked->is_masked) rt_task_mask(rt_task_current());
    masked->is_masked = true;
    if (rt_future_poll(masked->body, waker) == RT_PENDING) return RT_PENDING;
    rt_task_unmask(rt_task_current());
    return rt_future_finish(future, masked->body->status, masked->body->value);
}

static void drop_masked(struct rt_object *object)
{
    rt_future_drop(((struct masked *)object)->body);
}

static const struct rt_future_type masked_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_masked},
    .poll = poll_masked,
};

static struct rt_future *make_masked(struct rt_future *body)
{
    struct masked *const masked =
        rt_future_create(&masked_type, sizeof *masked);
    masked->body = body;
    return &masked->future;
}

OL_CASE(a_pool_can_be_opened_where_nobody_may_interrupt)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_init(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .script = fourth_suspends});
        struct rt_task *const task = rt_fixture_start(
            &bench, make_masked(rt_zio_pool_open(bench.pool, bench.owner)));
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(bench.live, 4);
        rt_task_interrupt(task);
        rt_fixture_pass(&bench, 1000 * RT_FIXTURE_SECOND);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_task_status(task), 0);
        OL_CHECK_EQ(bench.live, TEN);
        rt_task_unref(task);
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(bench.live, 0);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_creator_is_interrupted_where_its_get_may_be)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = always_suspends,
                        .allowed = left_in(variant)});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(counts_of(&bench).stages[RT_ZIO_CREATING], 1);
        rt_task_interrupt(get.task);
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -EINTR);
        OL_CHECK_EQ(counts_of(&bench).stages[RT_ZIO_CREATING], 0);
        OL_CHECK_EQ(counts_of(&bench).gets, 0);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_creator_goes_on_where_its_get_may_not_be_interrupted)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = always_suspends,
                        .allowed = left_in(variant)});
        struct rt_scope *const scope = rt_scope_create();
        struct rt_task *const task = rt_fixture_start(
            &bench, make_masked(rt_zio_pool_get(bench.pool, scope)));
        rt_fixture_settle(&bench);
        rt_task_interrupt(task);
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(task));
        OL_CHECK_EQ(counts_of(&bench).stages[RT_ZIO_CREATING], 1);
        rt_fixture_pass(&bench, 1000 * RT_FIXTURE_SECOND);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(counts_of(&bench).stages[RT_ZIO_LEASED], 1);
        rt_task_unref(task);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

/* What leaves the get is a timeout, not an interrupt of the caller. */
OL_CASE(a_creator_goes_on_where_its_get_was_left_but_not_interrupted)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){
                .variant = variant, .max = 1, .script = always_suspends});
        struct rt_scope *const scope = rt_scope_create();
        struct rt_future *const timeout =
            rt_sleep(rt_scheduler_clock(bench.scheduler), RT_FIXTURE_SECOND);
        struct rt_future *const race = rt_race(
            (struct rt_future *[]){rt_zio_pool_get(bench.pool, scope), timeout},
            2);
        struct rt_task *const task =
            rt_fixture_start(&bench, make_masked(race));
        rt_fixture_pass(&bench, RT_FIXTURE_SECOND);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(counts_of(&bench).stages[RT_ZIO_CREATING], 1);
        rt_fixture_pass(&bench, 1000 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(counts_of(&bench).stages[RT_ZIO_LEASED], 1);
        rt_task_unref(task);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- 17 to 20: nothing is lost ---- */

OL_CASE(what_an_interrupted_creation_acquired_is_given_back)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = TEN,
                        .script = always_suspends,
                        .allowed = left_in(variant)});
        for (int i = 1; i <= 100; i++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            OL_CHECK_EQ(bench.live, 1);
            rt_task_interrupt(get.task);
            rt_fixture_get_close(&bench, &get);
            OL_CHECK_EQ(bench.acquired, i);
            OL_CHECK_EQ(bench.live, 0);
        }
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_a_failed_creation_acquired_is_given_back)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = TEN,
                        .script = always_bad,
                        .allowed = left_in(variant)});
        for (int i = 1; i <= 100; i++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
            OL_CHECK_EQ(bench.acquired, i);
            OL_CHECK_EQ(bench.live, 0);
            rt_fixture_get_close(&bench, &get);
        }
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_an_interrupted_opening_acquired_is_given_back)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_init(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .script = always_suspends,
                        .allowed = left_in(variant)});
        struct rt_task *const task =
            rt_fixture_start(&bench, rt_zio_pool_open(bench.pool, bench.owner));
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(bench.live, 1);
        rt_task_interrupt(task);
        rt_fixture_settle(&bench);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_task_status(task), -EINTR);
        OL_CHECK_EQ(bench.acquired, 1);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(rt_scope_size(bench.owner), 0);
        rt_task_unref(task);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_a_failed_opening_acquired_is_given_back)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = TEN,
                        .max = TEN,
                        .script = always_bad});
        OL_CHECK_EQ(bench.acquired, TEN);
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(bench.live, 0);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_was_acquired_is_told_how_its_creation_ended)
{
    static const struct {
        rt_fixture_script_fn script;
        int exit;
    } rows[] = {{NULL, 0}, {always_bad, -EIO}, {always_suspends, -EINTR}};
    FOR_EACH_VERSION(variant)
    {
        for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
            struct rt_fixture_bench bench;
            rt_fixture_bench_open(
                &bench, (struct rt_fixture_shape){.variant = variant,
                            .max = 1,
                            .script = rows[i].script,
                            .allowed = left_in(variant)});
            atomic_store(&bench.last_exit, 1);
            struct rt_fixture_get get = rt_fixture_get(&bench);
            rt_task_interrupt(get.task);
            rt_fixture_get_close(&bench, &get);
            rt_fixture_bench_close_owner(&bench);
            OL_CHECK_EQ(atomic_load(&bench.last_exit), rows[i].exit);
            rt_fixture_bench_deinit(&bench);
        }
    }
}

/* ---- 21: items of others ---- */

OL_CASE(a_thousand_items_of_others_are_not_remembered)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 1, .max = 1});
        for (int i = 0; i < 1000; i++) {
            struct rt_payload *const other = rt_payload_create(4096);
            OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, &other->object), 0);
            rt_payload_unref(other);
        }
        OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
        OL_CHECK_EQ(counts_of(&bench).remembered, 1);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- Ours ---- */

OL_CASE(of_a_pool_of_nothing_a_get_waits_until_it_is_closed)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){
                        .variant = variant, .allowed = RT_ZIO_P(11)});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK(!rt_task_is_done(get.task));
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -EINTR);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

/* Items that there are already: nothing to acquire, nothing to give back. */
struct stock {
    struct rt_payload *items[3]; /* owner, of those not yet given out */
    int given;
};

static struct rt_future *give_out(void *env, struct rt_scope *scope)
{
    struct stock *const stock = env;
    (void)scope;
    return rt_future_ready(0, (intptr_t)stock->items[stock->given++]);
}

OL_CASE(items_that_there_are_already_go_round)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_scope *const owner = rt_scope_create();
    struct stock stock = {0};
    const struct rt_object *first[3];
    for (int i = 0; i < 3; i++) {
        stock.items[i] = rt_payload_create(1);
        first[i] = &stock.items[i]->object;
    }
    const struct rt_zio_pool_options options = {
        .variant = rt_zio_variant_find("2.1.14"),
        .scheduler = scheduler,
        .creator = {.create = give_out, .env = &stock},
        .min = 3,
        .max = 3,
    };
    struct rt_fixture_bench bench = {.scheduler = scheduler, .is_det = true};
    OL_CHECK_EQ(rt_zio_pool_create(&options, &bench.pool), 0);
    rt_task_unref(
        rt_fixture_start(&bench, rt_zio_pool_open(bench.pool, owner)));
    rt_fixture_settle(&bench);
    OL_CHECK_EQ(stock.given, 3);
    for (int i = 0; i < 7; i++) {
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK(rt_fixture_get_item(&get) == first[i % 3]);
        rt_fixture_get_close(&bench, &get);
    }
    rt_fixture_close(&bench, owner);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    OL_CHECK_EQ(bench.broken, 0);
    rt_zio_pool_unref(bench.pool);
    rt_scope_unref(owner);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(whoever_shuts_a_pool_down_waits_for_its_end)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 2, .max = 2});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        struct rt_task *const one =
            rt_fixture_start(&bench, rt_zio_pool_shutdown(bench.pool));
        struct rt_task *const two =
            rt_fixture_start(&bench, rt_zio_pool_shutdown(bench.pool));
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(one) && !rt_task_is_done(two));
        OL_CHECK_EQ(bench.live, 1);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK(rt_task_is_done(one) && rt_task_is_done(two));
        OL_CHECK_EQ(counts_of(&bench).size, -1);
        rt_task_unref(one);
        rt_task_unref(two);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(invalid_items_are_closed_when_the_pool_shrinks_or_ends)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[4];
        struct rt_object *items[4];
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .min = 2,
                        .max = 4,
                        .ttl_ns = 60 * RT_FIXTURE_SECOND});
        for (int i = 0; i < 4; i++) {
            gets[i] = rt_fixture_get(&bench);
            items[i] = rt_object_ref(rt_fixture_get_item(&gets[i]));
        }
        for (int i = 0; i < 4; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        for (int i = 0; i < 4; i++) {
            OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, items[i]), 0);
            rt_object_unref(items[i]);
        }
        OL_CHECK_EQ(bench.live, 4);
        rt_fixture_pass(&bench, 120 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, 2);
        OL_CHECK_EQ(bench.acquired, 4);
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(counts_of(&bench).remembered, 0);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(an_item_that_is_long_in_closing_keeps_its_slot)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){
                .variant = variant, .max = 1, .release_ns = RT_FIXTURE_SECOND});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        struct rt_object *const item = rt_fixture_get_item(&get);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, item), 0);
        struct rt_fixture_get next = rt_fixture_get(&bench);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK_EQ(counts_of(&bench).stages[RT_ZIO_CLOSING], 1);
        OL_CHECK_EQ(counts_of(&bench).size, 1);
        OL_CHECK_EQ(counts_of(&bench).free, -1);
        OL_CHECK(!rt_task_is_done(next.task));

        rt_fixture_pass(&bench, RT_FIXTURE_SECOND);
        OL_CHECK_EQ(rt_fixture_get_number(&next), 2);
        rt_fixture_get_close(&bench, &next);
        rt_fixture_close(&bench, bench.owner);
        rt_fixture_pass(&bench, RT_FIXTURE_SECOND);
        OL_CHECK_EQ(counts_of(&bench).size, -1);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(a_failure_that_is_long_in_closing_has_no_slot)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = variant,
                        .max = 1,
                        .script = bad_up_to_ten,
                        .release_ns = RT_FIXTURE_SECOND,
                        .allowed = left_in(variant)});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(counts_of(&bench).stages[RT_ZIO_DISCARDED], 1);
        OL_CHECK_EQ(counts_of(&bench).size, 0);
        OL_CHECK(!rt_task_is_done(get.task));
        rt_fixture_pass(&bench, RT_FIXTURE_SECOND);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
        OL_CHECK_EQ(counts_of(&bench).finalized, 1);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(closing_a_pool_waits_for_its_leases)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 2, .max = 2});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        struct rt_task *const closing =
            rt_fixture_start(&bench, rt_scope_close(bench.owner, 0));
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(closing));
        OL_CHECK_EQ(bench.live, 1);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK(rt_task_is_done(closing));
        OL_CHECK_EQ(bench.live, 0);

        struct rt_fixture_get late = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&late), -EINTR);
        rt_fixture_get_close(&bench, &late);
        rt_task_unref(closing);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(an_item_got_into_a_closed_scope_is_given_back_at_once)
{
    FOR_EACH_VERSION(variant)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = variant, .min = 1, .max = 1});
        struct rt_scope *const scope = rt_scope_create();
        rt_fixture_close(&bench, scope);
        struct rt_fixture_get get = rt_fixture_get_in(&bench, scope);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -ECANCELED);
        OL_CHECK_EQ(counts_of(&bench).free, 1);
        rt_fixture_get_close(&bench, &get);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(what_makes_no_sense_is_refused)
{
    struct rt_scheduler *const scheduler = rt_scheduler_create(0);
    struct rt_zio_pool *pool = NULL;
    struct rt_zio_pool_options options = {
        .variant = rt_zio_variant_find("ideal"),
        .scheduler = scheduler,
        .min = 2,
        .max = 1,
    };
    OL_CHECK_EQ(rt_zio_pool_create(&options, &pool), -EINVAL);
    options.min = 1;
    OL_CHECK_EQ(rt_zio_pool_create(&options, &pool), -EINVAL);
    OL_CHECK(!pool);
    OL_CHECK_EQ(rt_scheduler_destroy(scheduler), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(ten_items_are_made_at_first)
OL_CASES_ENTRY(closing_the_scope_of_a_pool_closes_its_items)
OL_CASES_ENTRY(the_first_get_gives_the_first_item)
OL_CASES_ENTRY(nine_gets_fail_with_the_first_nine_failures_in_order)
OL_CASES_ENTRY(with_ten_leased_an_eleventh_get_times_out)
OL_CASES_ENTRY(a_hundred_gets_in_turn_make_use_of_ten_items)
OL_CASES_ENTRY(an_invalid_item_is_passed_over)
OL_CASES_ENTRY(ten_users_that_invalidate_share_one_slot)
OL_CASES_ENTRY(when_all_items_are_invalid_a_get_makes_new_ones)
OL_CASES_ENTRY(six_gets_in_one_scope_each_fail)
OL_CASES_ENTRY(a_get_that_is_tried_again_succeeds_when_its_creator_does)
OL_CASES_ENTRY(a_pool_shrinks_when_it_has_been_left_alone)
OL_CASES_ENTRY(a_pool_that_is_made_use_of_does_not_shrink)
OL_CASES_ENTRY(a_pool_that_is_closed_among_gets_keeps_nothing)
OL_CASES_ENTRY(a_get_that_waits_can_be_interrupted)
OL_CASES_ENTRY(a_pool_can_be_opened_where_nobody_may_interrupt)
OL_CASES_ENTRY(a_creator_is_interrupted_where_its_get_may_be)
OL_CASES_ENTRY(a_creator_goes_on_where_its_get_may_not_be_interrupted)
OL_CASES_ENTRY(a_creator_goes_on_where_its_get_was_left_but_not_interrupted)
OL_CASES_ENTRY(what_an_interrupted_creation_acquired_is_given_back)
OL_CASES_ENTRY(what_a_failed_creation_acquired_is_given_back)
OL_CASES_ENTRY(what_an_interrupted_opening_acquired_is_given_back)
OL_CASES_ENTRY(what_a_failed_opening_acquired_is_given_back)
OL_CASES_ENTRY(what_was_acquired_is_told_how_its_creation_ended)
OL_CASES_ENTRY(a_thousand_items_of_others_are_not_remembered)
OL_CASES_ENTRY(of_a_pool_of_nothing_a_get_waits_until_it_is_closed)
OL_CASES_ENTRY(items_that_there_are_already_go_round)
OL_CASES_ENTRY(whoever_shuts_a_pool_down_waits_for_its_end)
OL_CASES_ENTRY(invalid_items_are_closed_when_the_pool_shrinks_or_ends)
OL_CASES_ENTRY(an_item_that_is_long_in_closing_keeps_its_slot)
OL_CASES_ENTRY(a_failure_that_is_long_in_closing_has_no_slot)
OL_CASES_ENTRY(closing_a_pool_waits_for_its_leases)
OL_CASES_ENTRY(an_item_got_into_a_closed_scope_is_given_back_at_once)
OL_CASES_ENTRY(what_makes_no_sense_is_refused)
OL_CASES_END
