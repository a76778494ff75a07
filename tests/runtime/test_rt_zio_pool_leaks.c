/* test_rt_zio_pool_leaks.c - each defect of ZPool, in each version, by number.
 *
 * The numbers are those of a separate model of the pool. What a version is
 * allowed to break, at rest or at a step, is said of each row; P1, P2 and P4
 * hold in all of them: slots prove nothing (P12).
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/payload.h"
#include "reference-runtime/zio/zio_state.h"
#include "tests/runtime/rt_zio_fixture.h"
#include "tests/support/check.h"

static const struct rt_zio_variant *each_version(size_t index)
{
    return rt_zio_variant_at(index);
}

/* NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared. */
#define FOR_EACH_VERSION(row)                                         \
    for (size_t v = 0; each_version(v); v++)                          \
        for (const struct rt_zio_variant *row = each_version(v); row; \
             row = NULL)
/* NOLINTEND(bugprone-macro-parentheses) */

static unsigned when(bool is_so, unsigned number)
{
    return is_so ? RT_ZIO_P(number) : 0;
}

/* Scopes are lost, which shows again when the pool has been shut down. */
static unsigned lost_are(bool is_so)
{
    return when(is_so, 3) | when(is_so, 5);
}

/* Failed leases stay in the caller's scope. */
static unsigned failed_stay(const struct rt_zio_variant *row)
{
    const bool stay = row->closes_failed ? !row->drops_failed_lease
                                         : !row->releases_failed_early;
    return when(stay, 8);
}

#define CHECK_STATE(bench, s, f, q)                                        \
    do {                                                                   \
        const struct rt_zio_counts at = rt_zio_pool_counts((bench)->pool); \
        OL_CHECK_EQ(at.size, (s));                                         \
        OL_CHECK_EQ(at.free, (f));                                         \
        OL_CHECK_EQ(at.queued, (q));                                       \
    } while (0)

/* ---- W-ZP-1, W-ZP-2: what a failed creation had acquired ---- */

/* M gets, each interrupted while its item is being made. */
static void interrupt_gets(const struct rt_zio_variant *row, long times)
{
    const long lost = row->closes_failed ? 0 : times;
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(
        &bench, (struct rt_fixture_shape){.variant = row->name,
                    .max = 100,
                    .script = rt_fixture_always_suspends,
                    .allowed = lost_are(lost > 0) | failed_stay(row)});
    for (long i = 0; i < times; i++) {
        struct rt_fixture_get get = rt_fixture_get(&bench);
        rt_task_interrupt(get.task);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).gets, 1);
        rt_fixture_get_close(&bench, &get);
    }
    OL_CHECK_EQ(bench.acquired, times);
    OL_CHECK_EQ(bench.live, lost);
    OL_CHECK_EQ(
        rt_zio_pool_counts(bench.pool).finalized, (uint64_t)(times - lost));
    OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).orphans, (uint64_t)lost);
    CHECK_STATE(&bench, 0, 0, 0);
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(bench.live, lost);
    OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).size, -1);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(an_interrupted_creation_is_lost_up_to_2_1_8)
{
    static const long times[] = {1, 10, 100};
    FOR_EACH_VERSION(row)
    {
        for (size_t i = 0; i < 3; i++)
            interrupt_gets(row, times[i]);
    }
}

/* M gets of a creator that fails, each in a scope of its own. */
static void fail_gets(
    const struct rt_zio_variant *row, uint32_t min, uint32_t max, long times)
{
    const long lost = row->closes_failed ? 0 : times;
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(
        &bench, (struct rt_fixture_shape){.variant = row->name,
                    .min = min,
                    .max = max,
                    .script = rt_fixture_always_bad,
                    .allowed = lost_are(lost > 0) | failed_stay(row)});
    OL_CHECK_EQ(bench.live, min);
    for (long i = 0; i < times; i++) {
        struct rt_fixture_get get = rt_fixture_get(&bench);
        OL_CHECK_EQ(rt_fixture_get_status(&get), -EIO);
        rt_fixture_get_close(&bench, &get);
    }
    OL_CHECK_EQ(bench.acquired, min + times);
    OL_CHECK_EQ(bench.live, min + lost);
    CHECK_STATE(&bench, min, min, min);
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(bench.live, lost);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(a_failed_creation_is_lost_up_to_2_1_8)
{
    FOR_EACH_VERSION(row)
    {
        fail_gets(row, 0, 100, 1);
        fail_gets(row, 0, 100, 10);
        fail_gets(row, 0, 100, 100);
        fail_gets(row, 5, 5, 10);
        fail_gets(row, 10, 10, 9);
    }
}

/* ---- W-ZP-3: openings that are interrupted ---- */

static long suspended_call;

static enum rt_fixture_making suspends_once(long call)
{
    return call == suspended_call ? RT_FIXTURE_SUSPENDS : RT_FIXTURE_GOOD;
}

/* The caller fills the pool, and is interrupted at call k. */
static void interrupt_opening(const struct rt_zio_variant *row, long call)
{
    const bool is_shut = row->shuts_down_failed_open;
    struct rt_fixture_bench bench;
    suspended_call = call;
    rt_fixture_bench_init(
        &bench, (struct rt_fixture_shape){.variant = row->name,
                    .min = 10,
                    .max = 10,
                    .script = suspends_once});
    struct rt_task *const task =
        rt_fixture_start(&bench, rt_zio_pool_open(bench.pool, bench.owner));
    rt_fixture_settle(&bench);
    OL_CHECK(!rt_task_is_done(task));
    rt_task_interrupt(task);
    rt_fixture_settle(&bench);
    OL_CHECK_EQ(rt_task_status(task), -EINTR);
    rt_task_unref(task);
    OL_CHECK_EQ(bench.acquired, call);
    OL_CHECK_EQ(rt_scope_size(bench.owner), 0);
    rt_fixture_bench_close_owner(&bench);
    OL_CHECK_EQ(bench.live, is_shut ? 0 : call);
    if (is_shut)
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).size, -1);
    else
        CHECK_STATE(&bench, 10, 10, 10);
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(an_interrupted_opening_loses_the_pool_in_main_9164)
{
    FOR_EACH_VERSION(row)
    {
        if (!row->opens_in_caller) continue;
        interrupt_opening(row, 1);
        interrupt_opening(row, 4);
        interrupt_opening(row, 10);
    }
}

/* A task of its own fills it; nobody interrupts that before all is closed. */
OL_CASE(closing_waits_for_the_creation_that_fills_the_pool_before_that)
{
    FOR_EACH_VERSION(row)
    {
        if (row->opens_in_caller) continue;
        struct rt_fixture_bench bench;
        suspended_call = 4;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = row->name,
                        .min = 10,
                        .max = 10,
                        .script = suspends_once});
        OL_CHECK_EQ(bench.live, 4);
        struct rt_task *const closing =
            rt_fixture_start(&bench, rt_scope_close(bench.owner, 0));
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(closing));
        OL_CHECK_EQ(bench.live, 1);
        rt_fixture_pass(&bench, 999 * RT_FIXTURE_SECOND);
        OL_CHECK(!rt_task_is_done(closing));
        rt_fixture_pass(&bench, 1 * RT_FIXTURE_SECOND);
        OL_CHECK(rt_task_is_done(closing));
        /* Who fills it does not ask whether it is being closed. */
        OL_CHECK_EQ(bench.acquired, 10);
        OL_CHECK_EQ(bench.live, 0);
        rt_task_unref(closing);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- W-ZP-4: what the pool remembers ---- */

OL_CASE(items_of_others_are_remembered_up_to_2_1_9)
{
    enum {
        TIMES = 1000
    };
    FOR_EACH_VERSION(row)
    {
        const bool leaks = !row->tracks_valid_items;
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = row->name,
                        .min = 1,
                        .max = 1,
                        .allowed = when(leaks, 7)});
        for (int i = 0; i < TIMES; i++) {
            struct rt_payload *const other = rt_payload_create(64);
            OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, &other->object), 0);
            rt_payload_unref(other);
        }
        OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), leaks ? TIMES : 0);
        OL_CHECK_EQ(
            rt_zio_pool_counts(bench.pool).remembered, leaks ? TIMES : 1);
        rt_fixture_settle(&bench);
        rt_fixture_bench_deinit(&bench);
    }
}

OL_CASE(items_invalidated_twice_are_remembered_up_to_2_1_9)
{
    enum {
        TIMES = 100
    };
    FOR_EACH_VERSION(row)
    {
        const bool leaks = !row->tracks_valid_items;
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = row->name,
                        .min = 1,
                        .max = 1,
                        .allowed = when(leaks, 7)});
        for (int i = 0; i < TIMES; i++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            struct rt_object *const item =
                rt_object_ref(rt_fixture_get_item(&get));
            OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, item), 0);
            rt_fixture_get_close(&bench, &get);
            OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, item), 0);
            rt_object_unref(item);
        }
        OL_CHECK_EQ(bench.acquired, TIMES + 1);
        OL_CHECK_EQ(bench.live, 1);
        OL_CHECK_EQ(
            rt_zio_pool_counts(bench.pool).remembered, leaks ? TIMES : 1);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- W-ZP-5: six gets in one scope ---- */

/* Gets until it has failed so often. */
struct retrying {
    struct rt_future future;
    struct rt_fixture_bench *bench; /* borrowed */
    struct rt_scope *scope;         /* borrowed */
    struct rt_future *get;          /* owner */
    long times;
};

static enum rt_poll poll_retrying(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct retrying *const retrying = (struct retrying *)future;
    while (retrying->times > 0) {
        if (!retrying->get)
            retrying->get =
                rt_zio_pool_get(retrying->bench->pool, retrying->scope);
        if (rt_future_poll(retrying->get, waker) == RT_PENDING)
            return RT_PENDING;
        future->status = retrying->get->status;
        rt_future_drop(retrying->get);
        retrying->get = NULL;
        retrying->times--;
    }
    return rt_future_finish(future, future->status, 0);
}

static void drop_retrying(struct rt_object *object)
{
    rt_future_drop(((struct retrying *)object)->get);
}

static const struct rt_future_type retrying_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_retrying},
    .poll = poll_retrying,
};

static struct rt_task *retry(
    struct rt_fixture_bench *bench, struct rt_scope *scope, long times)
{
    struct retrying *const retrying =
        rt_future_create(&retrying_type, sizeof *retrying);
    retrying->bench = bench;
    retrying->scope = scope;
    retrying->times = times;
    return rt_fixture_start(bench, &retrying->future);
}

OL_CASE(a_retry_waits_for_ever_in_rc6)
{
    FOR_EACH_VERSION(row)
    {
        const bool hangs = !row->releases_failed_early;
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = row->name,
                        .max = 1,
                        .script = rt_fixture_always_bad,
                        .allowed = lost_are(!row->closes_failed) |
                                   when(hangs, 11) | failed_stay(row)});
        struct rt_scope *const scope = rt_scope_create();
        struct rt_task *const task = retry(&bench, scope, 6);
        rt_fixture_settle(&bench);
        OL_CHECK_EQ(rt_task_is_done(task), !hangs);
        OL_CHECK_EQ(bench.calls, hangs ? 1 : 6);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).waiting, hangs);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).size, hangs);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).free, -(int)hangs);
        rt_fixture_close(&bench, scope);
        rt_fixture_bench_close_owner(&bench);
        OL_CHECK(rt_task_is_done(task));
        OL_CHECK_EQ(rt_task_status(task), hangs ? -EINTR : -EIO);
        rt_task_unref(task);
        rt_scope_unref(scope);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- W-ZP-7: invalidating under contention ---- */

OL_CASE(who_waits_for_an_invalid_item_waits_for_ever_up_to_2_0)
{
    enum {
        USERS = 10
    };
    FOR_EACH_VERSION(row)
    {
        const bool hangs = !row->refills_for_waiters;
        struct rt_fixture_bench bench;
        struct rt_task *users[USERS];
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){
                .variant = row->name, .max = 1, .allowed = when(hangs, 11)});
        for (int i = 0; i < USERS; i++)
            users[i] = rt_fixture_user(&bench,
                (struct rt_fixture_user){.rounds = 1, .invalidates = true});
        rt_fixture_settle(&bench);
        int done = 0;
        for (int i = 0; i < USERS; i++)
            done += rt_task_is_done(users[i]);
        OL_CHECK_EQ(done, hangs ? 1 : USERS);
        OL_CHECK_EQ(bench.acquired, hangs ? 1 : USERS);
        OL_CHECK_EQ(
            rt_zio_pool_counts(bench.pool).finalized, hangs ? 1 : USERS);
        OL_CHECK_EQ(
            rt_zio_pool_counts(bench.pool).waiting, hangs ? USERS - 1 : 0);
        CHECK_STATE(&bench, 0, hangs ? -(USERS - 1) : 0, 0);
        rt_fixture_bench_close_owner(&bench);
        for (int i = 0; i < USERS; i++)
            rt_task_unref(users[i]);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- W-ZP-8: ghosts ---- */

OL_CASE(who_is_interrupted_goes_on_waiting_in_every_version_but_ours)
{
    enum {
        ITEMS = 10,
        GHOSTS = 50
    };
    FOR_EACH_VERSION(row)
    {
        const int ghosts = row->cancels_takers ? 0 : GHOSTS;
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[ITEMS];
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = row->name,
                        .min = ITEMS,
                        .max = ITEMS,
                        .allowed = when(ghosts > 0, 10)});
        for (int i = 0; i < ITEMS; i++)
            gets[i] = rt_fixture_get(&bench);
        for (int i = 0; i < GHOSTS; i++) {
            struct rt_fixture_get get = rt_fixture_get(&bench);
            rt_task_interrupt(get.task);
            rt_fixture_get_close(&bench, &get);
        }
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).ghosts, ghosts);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).waiting, ghosts);
        CHECK_STATE(&bench, ITEMS, -ghosts, 0);

        rt_fixture_get_close(&bench, &gets[0]);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).ghosts, 0);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).waiting, 0);
        CHECK_STATE(&bench, ITEMS, 1, 1);
        for (int i = 1; i < ITEMS; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- W-ZP-9: idle items beyond the least ---- */

OL_CASE(an_excess_stays_while_enough_are_leased_in_every_version_but_ours)
{
    enum {
        LEAST = 10,
        MOST = 15
    };
    FOR_EACH_VERSION(row)
    {
        struct rt_fixture_bench bench;
        struct rt_fixture_get gets[MOST];
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = row->name,
                        .min = LEAST,
                        .max = MOST,
                        .ttl_ns = 60 * RT_FIXTURE_SECOND});
        for (int i = 0; i < MOST; i++)
            gets[i] = rt_fixture_get(&bench);
        for (int i = 0; i < LEAST; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        rt_fixture_pass(&bench, 600 * RT_FIXTURE_SECOND);
        if (row->counts_excess_right)
            CHECK_STATE(&bench, LEAST, 5, 5);
        else
            CHECK_STATE(&bench, MOST, LEAST, LEAST);
        OL_CHECK_EQ(bench.live, row->counts_excess_right ? LEAST : MOST);

        for (int i = LEAST; i < MOST; i++)
            rt_fixture_get_close(&bench, &gets[i]);
        rt_fixture_pass(&bench, 600 * RT_FIXTURE_SECOND);
        CHECK_STATE(&bench, LEAST, LEAST, LEAST);
        OL_CHECK_EQ(bench.live, LEAST);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- W-ZP-10: failed gets in one long scope ---- */

OL_CASE(failed_gets_fill_their_scope_since_pr9163)
{
    enum {
        TIMES = 1000
    };
    FOR_EACH_VERSION(row)
    {
        const bool hangs = !row->releases_failed_early;
        if (hangs) continue; /* after ten of them: W-ZP-5 */
        const bool stay = failed_stay(row) != 0;
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(&bench,
            (struct rt_fixture_shape){.variant = row->name,
                .max = 10,
                .script = rt_fixture_always_bad,
                .allowed = lost_are(!row->closes_failed) | failed_stay(row)});
        struct rt_scope *const scope = rt_scope_create();
        struct rt_task *const task = retry(&bench, scope, TIMES);
        rt_fixture_settle(&bench);
        OL_CHECK(rt_task_is_done(task));
        rt_task_unref(task);
        OL_CHECK_EQ(rt_scope_size(scope), stay ? TIMES : 0);
        OL_CHECK_EQ(rt_object_live(RT_LEASE), stay ? TIMES : 0);
        OL_CHECK_EQ(rt_object_live(RT_ATTEMPT), stay ? TIMES : 0);
        OL_CHECK_EQ(bench.live, row->closes_failed ? 0 : TIMES);
        CHECK_STATE(&bench, 0, 0, 0);
        rt_fixture_close(&bench, scope);
        rt_scope_unref(scope);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).failed, 0);
        OL_CHECK_EQ(rt_object_live(RT_LEASE), 0);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- Found on the way: who waits for ever, still ---- */

static enum rt_fixture_making always_bad_later(long call)
{
    (void)call;
    return RT_FIXTURE_BAD_LATER;
}

/* Two make an item each, which two others wait for and get: failures. Those
 * who made them wait in turn, while the pool is full, for slots that go. */
static void fail_while_others_wait(const struct rt_zio_variant *row)
{
    enum {
        GETS = 4,
        MOST = 2
    };
    const int stuck = row->refills_after_failure ? 0 : MOST;
    struct rt_fixture_bench bench;
    struct rt_fixture_get gets[GETS];
    rt_fixture_bench_open(
        &bench, (struct rt_fixture_shape){.variant = row->name,
                    .max = MOST,
                    .script = always_bad_later,
                    .allowed = lost_are(!row->closes_failed) |
                               failed_stay(row) | when(stuck > 0, 11)});
    for (int i = 0; i < GETS; i++)
        gets[i] = rt_fixture_get(&bench);
    rt_fixture_pass(&bench, 10000 * RT_FIXTURE_SECOND);
    if (row->releases_failed_early) {
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).waiting, stuck);
        CHECK_STATE(&bench, 0, -stuck, 0);
    }
    for (int i = 0; i < GETS; i++)
        OL_CHECK_EQ(rt_task_is_done(gets[i].task), !stuck || i % 2);
    rt_fixture_get_close(&bench, &gets[1]);
    rt_fixture_get_close(&bench, &gets[3]);
    rt_fixture_bench_close_owner(&bench);
    for (int i = 0; i < GETS; i += 2) {
        const int status = rt_fixture_get_status(&gets[i]);
        OL_CHECK_EQ(status, stuck ? -EINTR : -EIO);
        rt_fixture_get_close(&bench, &gets[i]);
    }
    rt_fixture_bench_deinit(&bench);
}

OL_CASE(who_waits_while_creations_fail_waits_for_ever_but_in_ours)
{
    FOR_EACH_VERSION(row)
    fail_while_others_wait(row);
}

/* ---- Found on the way: a pool that does not end ---- */

/* Its only item is leased when the pool is closed, and comes back invalid: the
 * slot goes, and nobody looks whether it was the last. */
OL_CASE(closing_never_ends_if_the_last_item_is_invalid_but_in_ours)
{
    FOR_EACH_VERSION(row)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = row->name, .max = 1});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        struct rt_task *const closing =
            rt_fixture_start(&bench, rt_scope_close(bench.owner, 0));
        rt_fixture_settle(&bench);
        OL_CHECK(!rt_task_is_done(closing));
        struct rt_object *const item = rt_fixture_get_item(&get);
        OL_CHECK_EQ(rt_zio_pool_invalidate(bench.pool, item), 0);
        rt_fixture_get_close(&bench, &get);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(rt_task_is_done(closing), row->drains_last_slot);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).size,
            row->drains_last_slot ? -1 : 0);
        /* Help from outside, so that all can go. */
        rt_queue_shutdown(bench.pool->queue);
        rt_fixture_settle(&bench);
        OL_CHECK(rt_task_is_done(closing));
        rt_task_unref(closing);
        rt_fixture_bench_deinit(&bench);
    }
}

/* The same with the shrinker: it is at its last item when the pool is
 * closed. */
OL_CASE(closing_never_ends_while_the_pool_shrinks_to_nothing_but_in_ours)
{
    FOR_EACH_VERSION(row)
    {
        struct rt_fixture_bench bench;
        rt_fixture_bench_open(
            &bench, (struct rt_fixture_shape){.variant = row->name,
                        .max = 1,
                        .ttl_ns = 60 * RT_FIXTURE_SECOND,
                        .release_ns = 10 * RT_FIXTURE_SECOND});
        struct rt_fixture_get get = rt_fixture_get(&bench);
        rt_fixture_get_close(&bench, &get);
        rt_fixture_pass(&bench, 65 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(rt_zio_pool_counts(bench.pool).stages[RT_ZIO_CLOSING], 1);
        struct rt_task *const closing =
            rt_fixture_start(&bench, rt_scope_close(bench.owner, 0));
        rt_fixture_pass(&bench, 600 * RT_FIXTURE_SECOND);
        OL_CHECK_EQ(bench.live, 0);
        OL_CHECK_EQ(rt_task_is_done(closing), row->drains_last_slot);
        /* Help from outside, so that all can go. */
        rt_queue_shutdown(bench.pool->queue);
        rt_fixture_settle(&bench);
        OL_CHECK(rt_task_is_done(closing));
        rt_task_unref(closing);
        rt_fixture_bench_deinit(&bench);
    }
}

/* ---- All of them: what the checks of the pool itself see ---- */

OL_CASE(lost_scopes_leave_the_slots_in_order)
{
    struct rt_fixture_bench bench;
    rt_fixture_bench_open(&bench, (struct rt_fixture_shape){.variant = "2.1.8",
                                      .max = 100,
                                      .script = rt_fixture_always_bad,
                                      .allowed = lost_are(true)});
    for (int i = 0; i < 10; i++) {
        struct rt_fixture_get get = rt_fixture_get(&bench);
        rt_fixture_get_close(&bench, &get);
    }
    OL_CHECK_EQ(rt_zio_check(bench.pool, true), RT_ZIO_P(3));
    rt_fixture_bench_deinit(&bench);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(an_interrupted_creation_is_lost_up_to_2_1_8)
OL_CASES_ENTRY(a_failed_creation_is_lost_up_to_2_1_8)
OL_CASES_ENTRY(an_interrupted_opening_loses_the_pool_in_main_9164)
OL_CASES_ENTRY(closing_waits_for_the_creation_that_fills_the_pool_before_that)
OL_CASES_ENTRY(items_of_others_are_remembered_up_to_2_1_9)
OL_CASES_ENTRY(items_invalidated_twice_are_remembered_up_to_2_1_9)
OL_CASES_ENTRY(a_retry_waits_for_ever_in_rc6)
OL_CASES_ENTRY(who_waits_for_an_invalid_item_waits_for_ever_up_to_2_0)
OL_CASES_ENTRY(who_is_interrupted_goes_on_waiting_in_every_version_but_ours)
OL_CASES_ENTRY(
    an_excess_stays_while_enough_are_leased_in_every_version_but_ours)
OL_CASES_ENTRY(failed_gets_fill_their_scope_since_pr9163)
OL_CASES_ENTRY(who_waits_while_creations_fail_waits_for_ever_but_in_ours)
OL_CASES_ENTRY(closing_never_ends_if_the_last_item_is_invalid_but_in_ours)
OL_CASES_ENTRY(closing_never_ends_while_the_pool_shrinks_to_nothing_but_in_ours)
OL_CASES_ENTRY(lost_scopes_leave_the_slots_in_order)
OL_CASES_END
