/* test_rt_pond_dispatcher.c - the dispatcher of v2.1.6.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_dispatcher.h"

#include <errno.h>
#include <pthread.h>

#include "tests/runtime/rt_fixture.h"
#include "tests/support/check.h"

enum {
    WRITERS = 100,
    TASKS = 1000
};

static void run_at_once(void *env, struct rt_pond_closure *closure)
{
    (void)env;
    rt_pond_closure_run(closure, 0);
    rt_pond_closure_unref(closure);
}

struct writers {
    struct rt_pond_dispatcher *dispatcher;
    atomic_int delivered;
    atomic_int accepted;
    int tasks;
};

static int write_task(struct writers *writers)
{
    struct rt_pond_closure *const closure = rt_pond_closure_create(
        rt_fixture_count(&writers->delivered), (struct rt_pond_listener){0});
    if (!closure) return -ENOMEM;
    const int err = rt_pond_dispatcher_write(writers->dispatcher, closure);
    if (err) rt_pond_closure_unref(closure);
    return err;
}

static void *write_tasks(void *arg)
{
    struct writers *const writers = arg;
    for (int i = 0; i < writers->tasks; i++)
        if (write_task(writers) == 0) atomic_fetch_add(&writers->accepted, 1);
    return NULL;
}

static void init(struct writers *writers, int tasks)
{
    *writers = (struct writers){.tasks = tasks};
    OL_CHECK_EQ(
        rt_pond_dispatcher_create(10, run_at_once, NULL, &writers->dispatcher),
        0);
}

static void start(struct writers *writers, pthread_t *threads, int count)
{
    for (int i = 0; i < count; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, write_tasks, writers), 0);
}

static void join(const pthread_t *threads, int count)
{
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
}

OL_CASE(a_hundred_writers_have_all_delivered_once)
{
    struct writers writers;
    pthread_t threads[WRITERS];
    init(&writers, TASKS);
    start(&writers, threads, WRITERS);
    join(threads, WRITERS);
    rt_pond_dispatcher_close_and_wait(writers.dispatcher);
    OL_CHECK_EQ(writers.accepted, WRITERS * TASKS);
    OL_CHECK_EQ(writers.delivered, WRITERS * TASKS);

    const struct rt_pond_dispatcher_counts counts =
        rt_pond_dispatcher_counts(writers.dispatcher);
    OL_CHECK_EQ(counts.pending, 0);
    OL_CHECK_EQ(counts.written, WRITERS * TASKS);
    OL_CHECK_EQ(counts.nodes, 1);
    OL_CHECK_EQ(counts.dead_slots, 10);
    OL_CHECK_EQ(rt_object_live(RT_CLOSURE), 10);
    OL_CHECK_EQ(rt_pond_dispatcher_destroy(writers.dispatcher), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_closed_dispatcher_takes_nothing)
{
    struct writers writers;
    init(&writers, 0);
    OL_CHECK_EQ(write_task(&writers), 0);
    rt_pond_dispatcher_close_and_wait(writers.dispatcher);
    OL_CHECK_EQ(write_task(&writers), -ESHUTDOWN);
    OL_CHECK_EQ(writers.delivered, 1);
    OL_CHECK_EQ(rt_pond_dispatcher_destroy(writers.dispatcher), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(an_open_dispatcher_cannot_be_destroyed)
{
    struct writers writers;
    init(&writers, 0);
    OL_CHECK_EQ(rt_pond_dispatcher_destroy(writers.dispatcher), -EBUSY);
    rt_pond_dispatcher_close_and_wait(writers.dispatcher);
    OL_CHECK_EQ(rt_pond_dispatcher_destroy(writers.dispatcher), 0);
}

OL_CASE(what_is_accepted_while_closing_is_delivered)
{
    struct writers writers;
    pthread_t threads[32];
    init(&writers, 32);
    start(&writers, threads, 32);
    rt_pond_dispatcher_close_and_wait(writers.dispatcher);
    join(threads, 32);
    OL_CHECK_EQ(writers.delivered, writers.accepted);
    OL_CHECK_EQ(rt_pond_dispatcher_destroy(writers.dispatcher), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_hundred_writers_have_all_delivered_once)
OL_CASES_ENTRY(a_closed_dispatcher_takes_nothing)
OL_CASES_ENTRY(an_open_dispatcher_cannot_be_destroyed)
OL_CASES_ENTRY(what_is_accepted_while_closing_is_delivered)
OL_CASES_END
