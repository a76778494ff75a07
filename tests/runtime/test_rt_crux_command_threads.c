/* test_rt_crux_command_threads.c - commands that other threads wake, answer,
 * join and abort.
 *
 * A wake that is lost would have the test hang. TSan runs this, too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "reference-runtime/crux/crux_atomic_waker.h"
#include "reference-runtime/crux/crux_command_request.h"
#include "reference-runtime/crux/crux_host.h"
#include "reference-runtime/crux/crux_poll_fn.h"
#include "reference-runtime/run/workload.h"
#include "tests/support/check.h"

enum {
    THREADS = 8
};

struct crew {
    pthread_t threads[THREADS];
    void *(*work)(void *env);
};

static void start(struct crew *crew, void *(*work)(void *env), void *env)
{
    for (int i = 0; i < THREADS; i++)
        OL_CHECK_EQ(pthread_create(&crew->threads[i], NULL, work, env), 0);
}

static void finish(struct crew *crew)
{
    for (int i = 0; i < THREADS; i++)
        pthread_join(crew->threads[i], NULL);
}

static const struct rt_crux_command_variant *strict(void)
{
    return rt_crux_command_variant_find("strict");
}

/* ---- The slot of one waker ---- */

enum {
    BUMPS = 20000
};

struct counted {
    struct rt_crux_atomic_waker *slot;
    atomic_int bumps;
};

static void *bump(void *env)
{
    struct counted *const counted = env;
    for (int i = 0; i < BUMPS; i++) {
        atomic_fetch_add_explicit(&counted->bumps, 1, memory_order_relaxed);
        rt_crux_atomic_waker_wake(counted->slot);
    }
    return NULL;
}

static enum rt_poll poll_counted(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    struct counted *const counted = env;
    rt_crux_atomic_waker_register(counted->slot, waker);
    *value_out = atomic_load_explicit(&counted->bumps, memory_order_relaxed);
    return *value_out == (intptr_t)THREADS * BUMPS ? RT_READY : RT_PENDING;
}

OL_CASE(a_wake_while_a_waker_is_registered_is_not_lost)
{
    struct crew crew;
    struct counted counted = {.slot = rt_crux_atomic_waker_create()};
    const struct rt_crux_poll_fn fn = {.poll = poll_counted, .env = &counted};
    struct rt_future *const future = rt_crux_poll_fn_create(fn);
    OL_CHECK(counted.slot && future);
    start(&crew, bump, &counted);
    OL_CHECK_EQ(rt_future_block_on(future), 0);
    finish(&crew);
    OL_CHECK_EQ(future->value, THREADS * BUMPS);
    rt_future_drop(future);
    rt_crux_atomic_waker_unref(counted.slot);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Wakes against the eviction ---- */

static void run_free(const char *variant, long threads)
{
    const struct rt_workload *const workload =
        rt_workload_find("crux-command/free");
    struct rt_workload_config config = rt_workload_defaults(workload, variant);
    struct rt_truth truth = {0};
    struct rt_truth expected = {0};
    config.rounds = 300;
    config.threads = threads;
    workload->expect(&config, &expected);
    OL_CHECK_EQ(workload->run(&config, &truth), 0);
    for (size_t i = 0; i < expected.count; i++) {
        const struct rt_truth_row *const row =
            rt_truth_find(&truth, expected.rows[i].name);
        OL_CHECK(row);
        OL_CHECK_EQ(row->value, expected.rows[i].value);
    }
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(tasks_woken_by_threads_complete_or_are_evicted)
{
    run_free("0.13.0", 8);
    run_free("0.19.0", 8);
    run_free("0.20.0", 16);
}

OL_CASE(tasks_woken_by_threads_all_complete_in_the_strict_version)
{
    run_free("strict", 8);
    run_free("strict", 16);
    run_free("strict", 1);
}

/* ---- Answers ---- */

enum {
    REQUESTS = 64,
    ROUNDS = 100
};

struct shell {
    struct rt_crux_sender effects;
    struct rt_crux_receiver asked;
    atomic_bool closed;
};

static void *answer(void *env)
{
    struct shell *const shell = env;
    for (;;) {
        struct rt_crux_item item = {0};
        const bool closed = atomic_load(&shell->closed);
        if (rt_crux_receiver_take(&shell->asked, &item) == 0) {
            struct rt_crux_effect *const effect =
                (struct rt_crux_effect *)item.object;
            if (rt_crux_effect_resolve(effect, effect->operation) != 0) break;
            rt_crux_effect_unref(effect);
            continue;
        }
        if (closed) break;
        sched_yield();
    }
    return NULL;
}

/* Runs the command, hands its effects to the shell, until it is done. */
struct served {
    struct rt_crux_command *command;
    struct shell *shell;
};

static enum rt_poll poll_served(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    struct served *const served = env;
    *value_out = 0;
    for (;;) {
        int err = 0;
        struct rt_crux_item item = {0};
        if (rt_crux_command_poll(served->command, waker, &item, &err) ==
            RT_PENDING)
            return RT_PENDING;
        if (err || rt_crux_sender_send(&served->shell->effects, item) != 0)
            return RT_READY;
    }
}

static void run_requests(
    struct shell *shell, const struct rt_crux_command_variant *variant)
{
    struct served served = {rt_crux_command_create(variant), shell};
    struct rt_crux_context *const context =
        rt_crux_command_context(served.command);
    for (int i = 0; i < REQUESTS; i++) {
        OL_CHECK_EQ(rt_crux_command_spawn(served.command,
                        rt_crux_command_request_create(context, i)),
            0);
    }
    const struct rt_crux_poll_fn fn = {.poll = poll_served, .env = &served};
    struct rt_future *const future = rt_crux_poll_fn_create(fn);
    OL_CHECK_EQ(rt_future_block_on(future), 0);
    const struct rt_crux_command_counts counts =
        rt_crux_command_counts(served.command);
    OL_CHECK_EQ(counts.completed + counts.evicted, REQUESTS);
    if (variant->counts_before_flag) OL_CHECK_EQ(counts.evicted, 0);
    rt_future_drop(future);
    rt_crux_command_unref(served.command);
}

OL_CASE(answers_of_threads_reach_their_tasks)
{
    struct crew crew;
    struct shell shell = {.closed = false};
    OL_CHECK_EQ(rt_crux_channel_open(&shell.effects, &shell.asked), 0);
    start(&crew, answer, &shell);
    for (int round = 0; round < ROUNDS; round++) {
        run_requests(&shell, strict());
        run_requests(&shell, rt_crux_command_variant_find("0.19.0"));
    }
    atomic_store(&shell.closed, true);
    finish(&crew);
    rt_crux_sender_drop(&shell.effects);
    rt_crux_receiver_drop(&shell.asked);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Joins and aborts ---- */

struct joined {
    struct rt_crux_join_handle *handles[REQUESTS];
    atomic_int next; /* the handle that a thread takes */
    atomic_int errors;
    bool aborts; /* or waits */
};

static void *join_or_abort(void *env)
{
    struct joined *const joined = env;
    for (;;) {
        const int next = atomic_fetch_add(&joined->next, 1);
        if (next >= REQUESTS) return NULL;
        struct rt_crux_join_handle *const handle = joined->handles[next];
        if (joined->aborts) {
            rt_crux_join_handle_abort(handle);
            continue;
        }
        struct rt_future *const join = rt_crux_join_handle_await(handle);
        if (!join || rt_future_block_on(join) != 0)
            atomic_fetch_add(&joined->errors, 1);
        rt_future_drop(join);
    }
}

/* Keeps the effects, as a shell that does not answer. */
struct kept {
    struct rt_crux_command *command;
    struct rt_crux_effect *effects[REQUESTS];
    size_t count;
};

static enum rt_poll poll_kept(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    struct kept *const kept = env;
    *value_out = 0;
    for (;;) {
        int err = 0;
        struct rt_crux_item item = {0};
        if (rt_crux_command_poll(kept->command, waker, &item, &err) ==
            RT_PENDING)
            return RT_PENDING;
        if (err) return RT_READY;
        kept->effects[kept->count++] = (struct rt_crux_effect *)item.object;
    }
}

static void abort_all(struct joined *joined, struct kept *kept)
{
    struct rt_crux_context *const context =
        rt_crux_command_context(kept->command);
    for (int i = 0; i < REQUESTS; i++) {
        joined->handles[i] = rt_crux_context_spawn(
            context, rt_crux_command_request_create(context, i));
        OL_CHECK(joined->handles[i]);
    }
    struct crew crew;
    const struct rt_crux_poll_fn fn = {.poll = poll_kept, .env = kept};
    struct rt_future *const future = rt_crux_poll_fn_create(fn);
    joined->aborts = true;
    start(&crew, join_or_abort, joined);
    OL_CHECK_EQ(rt_future_block_on(future), 0);
    finish(&crew);
    rt_future_drop(future);
}

/* While the command runs for the first time, so that some have no number
 * yet; the command has to hear of all of them. */
OL_CASE(aborts_of_threads_end_all_tasks)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct joined joined = {.aborts = true};
        struct kept kept = {.command = rt_crux_command_create(strict())};
        abort_all(&joined, &kept);
        OL_CHECK_EQ(rt_crux_command_counts(kept.command).aborted, REQUESTS);
        for (size_t i = 0; i < kept.count; i++)
            rt_crux_effect_unref(kept.effects[i]);
        for (int i = 0; i < REQUESTS; i++)
            rt_crux_join_handle_unref(joined.handles[i]);
        rt_crux_command_unref(kept.command);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

static void answer_all(struct rt_crux_command *command)
{
    struct rt_crux_effect *effect = NULL;
    while ((effect = rt_crux_command_take_effect(command))) {
        OL_CHECK_EQ(rt_crux_effect_resolve(effect, 0), 0);
        rt_crux_effect_unref(effect);
        sched_yield();
    }
    OL_CHECK(rt_crux_command_is_done(command));
}

OL_CASE(threads_that_join_a_task_are_told_when_it_ends)
{
    for (int round = 0; round < ROUNDS; round++) {
        struct crew crew;
        struct joined joined = {.aborts = false};
        struct rt_crux_command *const command =
            rt_crux_command_create(strict());
        struct rt_crux_context *const context =
            rt_crux_command_context(command);
        for (int i = 0; i < REQUESTS; i++) {
            joined.handles[i] = rt_crux_context_spawn(
                context, rt_crux_command_request_create(context, i));
            OL_CHECK(joined.handles[i]);
        }
        start(&crew, join_or_abort, &joined);
        answer_all(command);
        finish(&crew);
        OL_CHECK_EQ(joined.errors, 0);
        for (int i = 0; i < REQUESTS; i++)
            rt_crux_join_handle_unref(joined.handles[i]);
        rt_crux_command_unref(command);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_wake_while_a_waker_is_registered_is_not_lost)
OL_CASES_ENTRY(tasks_woken_by_threads_complete_or_are_evicted)
OL_CASES_ENTRY(tasks_woken_by_threads_all_complete_in_the_strict_version)
OL_CASES_ENTRY(answers_of_threads_reach_their_tasks)
OL_CASES_ENTRY(aborts_of_threads_end_all_tasks)
OL_CASES_ENTRY(threads_that_join_a_task_are_told_when_it_ends)
OL_CASES_END
