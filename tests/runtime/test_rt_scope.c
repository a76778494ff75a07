/* test_rt_scope.c - scopes and their finalizers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/scope.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

/* What was run, in order; each finalizer knows its own letter. */
static char ran[64];
static size_t ran_count;
static int last_exit;
static long drops;

static void begin(void)
{
    memset(ran, 0, sizeof ran);
    ran_count = 0;
    last_exit = 0;
    drops = 0;
}

static struct rt_future *note(void *env, int exit)
{
    ran[ran_count++] = *(const char *)env;
    last_exit = exit;
    return NULL;
}

static void count_drop(void *env)
{
    (void)env;
    drops++;
}

static struct rt_finalizer_fn letter(char *name)
{
    return (struct rt_finalizer_fn){
        .run = note, .drop = count_drop, .env = name};
}

/* ---- A finalizer that takes its time ---- */

struct slow {
    struct rt_future future;
    char *name;
};

static bool slow_may_end;

static enum rt_poll poll_slow(
    struct rt_future *future, const struct rt_waker *waker)
{
    (void)waker;
    if (!slow_may_end) return RT_PENDING;
    ran[ran_count++] = *((struct slow *)future)->name;
    return rt_future_finish(future, -EIO, 0);
}

static const struct rt_future_type slow_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_slow,
};

static struct rt_future *begin_slow(void *env, int exit)
{
    (void)exit;
    struct slow *const slow = rt_future_create(&slow_type, sizeof *slow);
    slow->name = env;
    return &slow->future;
}

static const struct rt_waker nobody;
static char a[] = "a", b[] = "b", c[] = "c", d[] = "d";

/* ---- Cases ---- */

OL_CASE(finalizers_run_newest_first_each_once)
{
    begin();
    struct rt_scope *const scope = rt_scope_create();
    OL_CHECK_EQ(rt_scope_add(scope, letter(a), NULL), 0);
    OL_CHECK_EQ(rt_scope_add(scope, letter(b), NULL), 0);
    OL_CHECK_EQ(rt_scope_add(scope, letter(c), NULL), 0);
    OL_CHECK_EQ(rt_scope_size(scope), 3);
    OL_CHECK(rt_scope_is_open(scope));

    OL_CHECK(!rt_scope_close(scope, -EPIPE));
    OL_CHECK_TEXT(ran, "cba");
    OL_CHECK_EQ(last_exit, -EPIPE);
    OL_CHECK_EQ(drops, 3);
    OL_CHECK_EQ(rt_scope_size(scope), 0);
    OL_CHECK(!rt_scope_is_open(scope));

    OL_CHECK(!rt_scope_close(scope, 0));
    OL_CHECK_TEXT(ran, "cba");
    OL_CHECK_EQ(rt_scope_exit(scope), -EPIPE);
    rt_scope_unref(scope);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_closed_scope_runs_what_is_added_at_once)
{
    begin();
    struct rt_scope *const scope = rt_scope_create();
    OL_CHECK(!rt_scope_close(scope, -EINTR));
    struct rt_finalizer *handle = NULL;
    OL_CHECK_EQ(rt_scope_add(scope, letter(a), &handle), -ECANCELED);
    OL_CHECK(!handle);
    OL_CHECK_TEXT(ran, "");
    OL_CHECK_EQ(drops, 0);

    struct rt_future *running = NULL;
    OL_CHECK_EQ(rt_scope_add_or_run(scope, letter(a), &running), 0);
    OL_CHECK(!running);
    OL_CHECK_TEXT(ran, "a");
    OL_CHECK_EQ(last_exit, -EINTR);
    OL_CHECK_EQ(drops, 1);
    OL_CHECK_EQ(rt_scope_size(scope), 0);
    rt_scope_unref(scope);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(what_is_removed_is_not_run)
{
    begin();
    struct rt_scope *const scope = rt_scope_create();
    struct rt_finalizer *first = NULL;
    struct rt_finalizer *second = NULL;
    OL_CHECK_EQ(rt_scope_add(scope, letter(a), &first), 0);
    OL_CHECK_EQ(rt_scope_add(scope, letter(b), &second), 0);
    OL_CHECK(rt_scope_remove(scope, first));
    OL_CHECK_EQ(rt_scope_size(scope), 1);
    OL_CHECK_EQ(drops, 1);

    OL_CHECK(!rt_scope_close(scope, 0));
    OL_CHECK_TEXT(ran, "b");
    OL_CHECK(!rt_scope_remove(scope, second));
    OL_CHECK_EQ(drops, 2);
    rt_scope_unref(scope);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_slow_finalizer_holds_back_the_older_ones)
{
    begin();
    const struct rt_finalizer_fn slow = {.run = begin_slow, .env = c};
    struct rt_scope *const scope = rt_scope_create();
    OL_CHECK_EQ(rt_scope_add(scope, letter(a), NULL), 0);
    OL_CHECK_EQ(rt_scope_add(scope, letter(b), NULL), 0);
    OL_CHECK_EQ(rt_scope_add(scope, slow, NULL), 0);
    OL_CHECK_EQ(rt_scope_add(scope, letter(d), NULL), 0);

    slow_may_end = false;
    struct rt_future *const closing = rt_scope_close(scope, 0);
    OL_CHECK(closing);
    OL_CHECK_TEXT(ran, "d");
    OL_CHECK_EQ(rt_future_poll(closing, &nobody), RT_PENDING);
    OL_CHECK(!rt_scope_close(scope, 0)); // the second does not wait
    OL_CHECK_EQ(rt_scope_size(scope), 2);

    slow_may_end = true;
    OL_CHECK_EQ(rt_future_poll(closing, &nobody), RT_READY);
    OL_CHECK_EQ(closing->status, -EIO);
    OL_CHECK_TEXT(ran, "dcba");
    rt_future_drop(closing);
    rt_scope_unref(scope);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_closing_that_is_dropped_leaves_the_rest_undone)
{
    begin();
    const struct rt_finalizer_fn slow = {.run = begin_slow, .env = c};
    struct rt_scope *const scope = rt_scope_create();
    OL_CHECK_EQ(rt_scope_add(scope, letter(a), NULL), 0);
    OL_CHECK_EQ(rt_scope_add(scope, slow, NULL), 0);
    slow_may_end = false;
    rt_future_drop(rt_scope_close(scope, 0));
    rt_scope_unref(scope);
    OL_CHECK_TEXT(ran, "");
    OL_CHECK_EQ(drops, 1);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(an_open_scope_that_all_forgot_stays_with_all_it_has)
{
    begin();
    struct rt_scope *const scope = rt_scope_create();
    OL_CHECK_EQ(rt_scope_add(scope, letter(a), NULL), 0);
    rt_scope_unref(scope);
    OL_CHECK_EQ(rt_object_live(RT_SCOPE), 1);
    OL_CHECK_EQ(rt_object_live(RT_FINALIZER), 1);
    OL_CHECK(!rt_scope_close(scope, 0)); // the only one who still knows it
    OL_CHECK_TEXT(ran, "a");
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(an_open_scope_without_finalizers_goes_when_forgotten)
{
    begin();
    struct rt_scope *const scope = rt_scope_create();
    struct rt_finalizer *only = NULL;
    OL_CHECK_EQ(rt_scope_add(scope, letter(a), &only), 0);
    OL_CHECK(rt_scope_remove(scope, only));
    rt_scope_unref(scope);
    OL_CHECK_TEXT(ran, "");
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(closing_a_parent_closes_its_children_in_their_turn)
{
    begin();
    struct rt_scope *const parent = rt_scope_create();
    OL_CHECK_EQ(rt_scope_add(parent, letter(a), NULL), 0);
    struct rt_scope *const child = rt_scope_fork(parent);
    OL_CHECK_EQ(rt_scope_add(child, letter(b), NULL), 0);
    OL_CHECK_EQ(rt_scope_add(parent, letter(c), NULL), 0);
    OL_CHECK_EQ(rt_scope_size(parent), 3);
    OL_CHECK_EQ(rt_scope_size(child), 1);

    OL_CHECK(!rt_scope_close(parent, -EINTR));
    OL_CHECK_TEXT(ran, "cba");
    OL_CHECK(!rt_scope_is_open(child));
    OL_CHECK_EQ(rt_scope_exit(child), -EINTR);
    rt_scope_unref(child);
    rt_scope_unref(parent);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_parent_forgets_a_child_that_is_closed)
{
    begin();
    struct rt_scope *const parent = rt_scope_create();
    for (int i = 0; i < 1000; i++) {
        struct rt_scope *const child = rt_scope_fork(parent);
        OL_CHECK_EQ(rt_scope_size(parent), 1);
        OL_CHECK(!rt_scope_close(child, 0));
        rt_scope_unref(child);
        OL_CHECK_EQ(rt_scope_size(parent), 0);
    }
    OL_CHECK_EQ(rt_object_live_all(), 1);
    OL_CHECK(!rt_scope_close(parent, 0));
    struct rt_scope *const late = rt_scope_fork(parent);
    OL_CHECK(!rt_scope_is_open(late));
    rt_scope_unref(late);
    rt_scope_unref(parent);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Edges ---- */

OL_CASE(a_scope_points_at_its_finalizers_and_a_child_at_its_parent)
{
    begin();
    const struct rt_finalizer_fn slow = {.run = begin_slow, .env = c};
    struct rt_scope *const parent = rt_scope_create();
    struct rt_scope *const child = rt_scope_fork(parent);
    OL_CHECK_EQ(rt_scope_add(child, letter(a), NULL), 0);
    OL_CHECK_EQ(rt_scope_add(child, slow, NULL), 0);
    const struct rt_object *const object = rt_scope_object(child);
    OL_CHECK_EQ(rt_edges_of(object, "finalizers").count, 2);
    OL_CHECK(rt_edges_of(object, "parent").to == rt_scope_object(parent));
    OL_CHECK(rt_edges_of(object, "as_child").to ==
             rt_edges_of(rt_scope_object(parent), "finalizers").to);

    slow_may_end = false;
    struct rt_future *const closing = rt_scope_close(child, 0);
    OL_CHECK_EQ(rt_edges_of(object, "running").count, 1);
    OL_CHECK_EQ(rt_edges_of(object, "finalizers").count, 1);
    OL_CHECK_EQ(rt_edges_of(object, "parent").count, 0);
    slow_may_end = true;
    OL_CHECK_EQ(rt_future_poll(closing, &nobody), RT_READY);
    rt_future_drop(closing);
    rt_scope_unref(child);
    OL_CHECK(!rt_scope_close(parent, 0));
    rt_scope_unref(parent);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Threads ---- */

enum {
    THREADS = 8,
    ADDS = 2000 /* by each */
};

static atomic_long runs;

static struct rt_future *count_run(void *env, int exit)
{
    (void)env, (void)exit;
    atomic_fetch_add(&runs, 1);
    return NULL;
}

/* Adds, removes every fourth, and counts what it took back. */
static void *add_many(void *env)
{
    struct rt_scope *const scope = env;
    const struct rt_finalizer_fn fn = {.run = count_run};
    long removed = 0;
    for (int i = 0; i < ADDS; i++) {
        struct rt_finalizer *handle = NULL;
        struct rt_future *running = NULL;
        if (i % 4 != 0) {
            if (rt_scope_add_or_run(scope, fn, &running) != 0) abort();
        } else if (rt_scope_add(scope, fn, &handle) == 0) {
            removed += rt_scope_remove(scope, handle);
        } else {
            removed++;
        }
    }
    return (void *)removed;
}

OL_CASE(threads_add_remove_and_close_and_each_runs_once)
{
    atomic_store(&runs, 0);
    struct rt_scope *const scope = rt_scope_create();
    pthread_t threads[THREADS];
    for (size_t i = 0; i < THREADS; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, add_many, scope), 0);
    while (rt_scope_size(scope) < ADDS) {
    }
    OL_CHECK(!rt_scope_close(scope, 0));

    long removed = 0;
    for (size_t i = 0; i < THREADS; i++) {
        void *by_one = NULL;
        OL_CHECK_EQ(pthread_join(threads[i], &by_one), 0);
        removed += (long)by_one;
    }
    OL_CHECK_EQ(atomic_load(&runs) + removed, (long)THREADS * ADDS);
    rt_scope_unref(scope);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(finalizers_run_newest_first_each_once)
OL_CASES_ENTRY(a_closed_scope_runs_what_is_added_at_once)
OL_CASES_ENTRY(what_is_removed_is_not_run)
OL_CASES_ENTRY(a_slow_finalizer_holds_back_the_older_ones)
OL_CASES_ENTRY(a_closing_that_is_dropped_leaves_the_rest_undone)
OL_CASES_ENTRY(an_open_scope_that_all_forgot_stays_with_all_it_has)
OL_CASES_ENTRY(an_open_scope_without_finalizers_goes_when_forgotten)
OL_CASES_ENTRY(closing_a_parent_closes_its_children_in_their_turn)
OL_CASES_ENTRY(a_parent_forgets_a_child_that_is_closed)
OL_CASES_ENTRY(a_scope_points_at_its_finalizers_and_a_child_at_its_parent)
OL_CASES_ENTRY(threads_add_remove_and_close_and_each_runs_once)
OL_CASES_END
