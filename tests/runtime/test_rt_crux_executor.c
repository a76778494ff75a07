/* test_rt_crux_executor.c - the executor of Crux, in both its kinds.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_executor.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference-runtime/run/crux_rig.h"
#include "reference-runtime/run/crux_tree.h"
#include "reference-runtime/run/reach.h"
#include "tests/support/check.h"

static const char *const versions[] = {
    "0.2.0", "0.9.0", "pr269-slab", "0.9.1", NULL};

struct fixture {
    struct rt_crux_executor *executor;
    struct rt_crux_spawner spawner;
};

static struct fixture make_executor(const char *version)
{
    struct fixture fixture = {0};
    const struct rt_crux_variant *const variant = rt_crux_variant_find(version);
    OL_CHECK(variant);
    OL_CHECK_EQ(
        rt_crux_executor_create(variant, &fixture.executor, &fixture.spawner),
        0);
    return fixture;
}

static void drop_executor(struct fixture *fixture)
{
    rt_crux_executor_destroy(fixture->executor);
    rt_crux_spawner_drop(&fixture->spawner);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void spawn(struct fixture *fixture, struct rt_future *future)
{
    OL_CHECK(future);
    OL_CHECK_EQ(rt_crux_spawner_spawn(&fixture->spawner, future), 0);
}

/* ---- A future under the test's control ---- */

struct hand {
    struct rt_future future;
    struct plan *plan; /* borrowed */
};

/* What a hand does, and what was done to it. */
struct plan {
    int polls_to_go; /* polls that return pending */
    bool wakes;      /* each of them wakes at once */
    bool keeps;      /* the last of them is remembered in `waker` */
    int polls, drops;
    struct rt_waker waker;
};

static enum rt_poll poll_hand(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct plan *const plan = ((struct hand *)future)->plan;
    plan->polls++;
    if (plan->polls_to_go-- <= 0) return rt_future_finish(future, 0, 0);
    if (plan->wakes) rt_waker_wake(waker);
    if (plan->keeps) {
        struct rt_waker old = rt_waker_replace(&plan->waker, waker);
        rt_waker_drop(&old);
    }
    return RT_PENDING;
}

static void drop_hand(struct rt_object *object)
{
    ((struct hand *)object)->plan->drops++;
}

static const struct rt_future_type hand_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_hand},
    .poll = poll_hand,
};

static struct rt_future *make_hand(struct plan *plan)
{
    struct hand *const hand = rt_future_create(&hand_type, sizeof *hand);
    OL_CHECK(hand);
    hand->plan = plan;
    return &hand->future;
}

/* ---- Life of a task ---- */

OL_CASE(a_task_is_polled_when_spawned_and_when_woken)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = make_executor(*version);
        struct plan plan = {.polls_to_go = 2, .keeps = true};
        spawn(&fixture, make_hand(&plan));
        OL_CHECK_EQ(plan.polls, 0);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(plan.polls, 1);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(plan.polls, 1);
        rt_waker_wake(&plan.waker);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(plan.polls, 2);
        rt_waker_fire(&plan.waker);
        OL_CHECK_EQ(plan.drops, 0);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(plan.polls, 3);
        OL_CHECK_EQ(plan.drops, 1);
        drop_executor(&fixture);
        OL_CHECK_EQ(plan.drops, 1);
    }
}

OL_CASE(a_task_that_wakes_itself_runs_until_it_does_not)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = make_executor(*version);
        struct plan plan = {.polls_to_go = 1000, .wakes = true};
        spawn(&fixture, make_hand(&plan));
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(plan.polls, 1001);
        OL_CHECK_EQ(plan.drops, 1);
        drop_executor(&fixture);
    }
}

OL_CASE(wakes_are_not_merged)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = make_executor(*version);
        struct plan plan = {.polls_to_go = 5, .keeps = true};
        spawn(&fixture, make_hand(&plan));
        rt_crux_executor_run(fixture.executor);
        for (int i = 0; i < 3; i++)
            rt_waker_wake(&plan.waker);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(plan.polls, 4);
        rt_waker_wake(&plan.waker);
        rt_crux_executor_run(fixture.executor);
        rt_waker_fire(&plan.waker);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(plan.drops, 1);
        drop_executor(&fixture);
    }
}

/* When it is woken, it spawns. */
struct parent {
    struct rt_future future;
    struct fixture *fixture; /* borrowed */
    struct plan *child;      /* borrowed */
    bool woken;
};

static enum rt_poll poll_parent(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct parent *const parent = (struct parent *)future;
    if (parent->woken) {
        spawn(parent->fixture, make_hand(parent->child));
        return rt_future_finish(future, 0, 0);
    }
    parent->woken = true;
    rt_waker_wake(waker);
    return RT_PENDING;
}

static const struct rt_future_type parent_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_parent,
};

OL_CASE(what_a_woken_task_spawns_runs_at_once)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = make_executor(*version);
        struct plan child = {.polls_to_go = 1, .wakes = true};
        struct parent *const parent =
            rt_future_create(&parent_type, sizeof *parent);
        OL_CHECK(parent);
        parent->fixture = &fixture;
        parent->child = &child;
        spawn(&fixture, &parent->future);
        rt_crux_executor_run(fixture.executor);
        OL_CHECK_EQ(child.polls, 2);
        OL_CHECK_EQ(child.drops, 1);
        drop_executor(&fixture);
    }
}

OL_CASE(a_task_that_was_never_polled_goes_with_the_executor)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = make_executor(*version);
        struct plan plan = {0};
        spawn(&fixture, make_hand(&plan));
        drop_executor(&fixture);
        OL_CHECK_EQ(plan.polls, 0);
        OL_CHECK_EQ(plan.drops, 1);
    }
}

OL_CASE(a_task_that_was_woken_goes_with_the_executor)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = make_executor(*version);
        struct plan plan = {.polls_to_go = 1, .keeps = true};
        spawn(&fixture, make_hand(&plan));
        rt_crux_executor_run(fixture.executor);
        rt_waker_fire(&plan.waker);
        drop_executor(&fixture);
        OL_CHECK_EQ(plan.drops, 1);
    }
}

OL_CASE(a_suspended_task_has_as_many_references_as_wakers)
{
    struct fixture fixture = make_executor("0.9.0");
    struct plan plan = {.polls_to_go = 1, .keeps = true};
    spawn(&fixture, make_hand(&plan));
    rt_crux_executor_run(fixture.executor);
    const struct rt_object *const task = plan.waker.data;
    OL_CHECK_EQ(task->type->kind, RT_TASK);
    OL_CHECK_EQ(task->strong, 1);
    struct rt_waker second = rt_waker_clone(&plan.waker);
    OL_CHECK_EQ(task->strong, 2);
    rt_waker_drop(&second);
    OL_CHECK_EQ(task->strong, 1);
    rt_waker_drop(&plan.waker);
    OL_CHECK_EQ(plan.drops, 1);
    drop_executor(&fixture);
}

OL_CASE(a_task_whose_last_waker_goes_stays_in_its_slot)
{
    struct fixture fixture = make_executor("0.9.1");
    struct plan plan = {.polls_to_go = 1, .keeps = true};
    spawn(&fixture, make_hand(&plan));
    rt_crux_executor_run(fixture.executor);
    OL_CHECK_EQ(rt_object_live(RT_TASK), 0);
    OL_CHECK_EQ(rt_object_live(RT_WAKER), 1);
    rt_waker_drop(&plan.waker);
    OL_CHECK_EQ(rt_object_live(RT_WAKER), 0);
    OL_CHECK_EQ(plan.drops, 0);
    drop_executor(&fixture);
    OL_CHECK_EQ(plan.drops, 1);
}

OL_CASE(without_an_executor_nothing_is_spawned)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = make_executor(*version);
        struct plan plan = {0};
        rt_crux_executor_destroy(fixture.executor);
        fixture.executor = NULL;
        OL_CHECK_EQ(
            rt_crux_spawner_spawn(&fixture.spawner, make_hand(&plan)), -EPIPE);
        OL_CHECK_EQ(plan.drops, 1);
        drop_executor(&fixture);
    }
}

/* ---- Late wakes ---- */

OL_CASE(a_late_wake_by_number_is_nothing)
{
    struct fixture fixture = make_executor("0.9.1");
    struct plan plan = {.polls_to_go = 1, .keeps = true};
    spawn(&fixture, make_hand(&plan));
    rt_crux_executor_run(fixture.executor);
    rt_crux_executor_destroy(fixture.executor);
    fixture.executor = NULL;
    OL_CHECK_EQ(plan.drops, 1);
    rt_waker_fire(&plan.waker);
    drop_executor(&fixture);
}

static void wake_too_late(void)
{
    struct fixture fixture = make_executor("0.9.0");
    struct plan plan = {.polls_to_go = 1, .keeps = true};
    spawn(&fixture, make_hand(&plan));
    rt_crux_executor_run(fixture.executor);
    rt_crux_executor_destroy(fixture.executor);
    rt_waker_wake(&plan.waker);
    _exit(0);
}

OL_CASE(a_late_wake_of_a_task_aborts)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) wake_too_late();
    OL_CHECK_EQ(waitpid(child, &status, 0), child);
    OL_CHECK(WIFSIGNALED(status));
    OL_CHECK_EQ(WTERMSIG(status), SIGABRT);
}

/* The number of a task that is done is that of the next one. */
OL_CASE(a_stale_waker_has_another_task_polled_once_too_often)
{
    struct fixture fixture = make_executor("0.9.1");
    struct plan first = {.polls_to_go = 1, .keeps = true};
    struct plan second = {.polls_to_go = 2, .keeps = true};
    spawn(&fixture, make_hand(&first));
    rt_crux_executor_run(fixture.executor);
    rt_waker_wake(&first.waker);
    rt_crux_executor_run(fixture.executor);
    OL_CHECK_EQ(first.drops, 1);

    spawn(&fixture, make_hand(&second));
    rt_crux_executor_run(fixture.executor);
    OL_CHECK_EQ(rt_crux_executor_counts(fixture.executor).slots, 1);
    OL_CHECK_EQ(second.polls, 1);
    rt_waker_fire(&first.waker);
    rt_crux_executor_run(fixture.executor);
    OL_CHECK_EQ(second.polls, 2);
    OL_CHECK_EQ(first.polls, 2);
    rt_waker_drop(&second.waker);
    drop_executor(&fixture);
    OL_CHECK_EQ(second.drops, 1);
}

OL_CASE(a_slot_that_is_never_freed_knows_no_late_wakes)
{
    struct fixture fixture = make_executor("pr269-slab");
    struct plan first = {.polls_to_go = 1, .keeps = true};
    struct plan second = {.polls_to_go = 1, .keeps = true};
    spawn(&fixture, make_hand(&first));
    rt_crux_executor_run(fixture.executor);
    rt_waker_wake(&first.waker);
    rt_crux_executor_run(fixture.executor);
    spawn(&fixture, make_hand(&second));
    rt_crux_executor_run(fixture.executor);
    OL_CHECK_EQ(rt_crux_executor_counts(fixture.executor).slots, 2);
    rt_waker_fire(&first.waker);
    rt_crux_executor_run(fixture.executor);
    OL_CHECK_EQ(first.polls, 2);
    OL_CHECK_EQ(second.polls, 1);
    rt_waker_drop(&second.waker);
    drop_executor(&fixture);
}

OL_CASE(slots_are_used_again_the_last_freed_first)
{
    struct fixture fixture = make_executor("0.9.1");
    struct plan plans[10];
    for (int i = 0; i < 10; i++) {
        plans[i] = (struct plan){.polls_to_go = 1, .keeps = true};
        spawn(&fixture, make_hand(&plans[i]));
    }
    rt_crux_executor_run(fixture.executor);
    OL_CHECK_EQ(rt_crux_executor_counts(fixture.executor).slots, 10);
    for (int i = 0; i < 10; i += 2)
        rt_waker_fire(&plans[i].waker);
    rt_crux_executor_run(fixture.executor);
    for (int i = 0; i < 10; i += 2) {
        plans[i] = (struct plan){.polls_to_go = 1, .keeps = true};
        spawn(&fixture, make_hand(&plans[i]));
    }
    rt_crux_executor_run(fixture.executor);
    OL_CHECK_EQ(rt_crux_executor_counts(fixture.executor).slots, 10);
    for (int i = 0; i < 10; i++)
        rt_waker_drop(&plans[i].waker);
    drop_executor(&fixture);
    for (int i = 0; i < 10; i++)
        OL_CHECK_EQ(plans[i].drops, 1);
}

/* ---- #268 ---- */

/* Returns the count of the token after executor and spawner are gone. */
static long token_after(const char *version, struct rt_crux_rig *rig)
{
    OL_CHECK_EQ(rt_crux_rig_init(rig, version), 0);
    OL_CHECK_EQ(rig->token->strong, 1);
    OL_CHECK_EQ(rt_crux_rig_spawn(rig, 16), 0);
    OL_CHECK_EQ(rig->token->strong, 2);
    rt_crux_executor_run(rig->executor);
    OL_CHECK_EQ(rig->token->strong, 2);
    rt_crux_request_drop(rt_crux_rig_take(rig));
    rt_crux_rig_drop_core(rig);
    return (long)rig->token->strong;
}

OL_CASE(test_task_does_not_leak)
{
    struct rt_crux_rig rig;
    OL_CHECK_EQ(token_after("0.9.1", &rig), 1);
    rt_crux_rig_deinit(&rig);
    OL_CHECK_EQ(token_after("pr269-slab", &rig), 1);
    rt_crux_rig_deinit(&rig);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void leak(const char *version)
{
    struct rt_crux_rig rig;
    if (setjmp(ol_check_abort) != 0) _exit(1);
    _exit(token_after(version, &rig) == 2 ? 0 : 1);
}

/* In a process that ends by _exit, where LeakSanitizer does not look. */
OL_CASE(test_task_does_not_leak_fails_up_to_0_9_0)
{
    static const char *const leaky[] = {"0.2.0", "0.3.0", "0.9.0"};
    for (int i = 0; i < 3; i++) {
        int status = 0;
        const pid_t child = fork();
        if (child == 0) leak(leaky[i]);
        OL_CHECK_EQ(waitpid(child, &status, 0), child);
        OL_CHECK_EQ(status, 0);
    }
}

/* Walks from the one suspended task, or future, of the rig. */
static void find_cycle(struct rt_crux_rig *rig, const char *version,
    enum rt_object_kind kind, struct rt_reach *out)
{
    OL_CHECK_EQ(rt_crux_rig_init(rig, version), 0);
    OL_CHECK_EQ(rt_crux_rig_spawn(rig, 16), 0);
    struct rt_reach reach;
    const struct rt_object *const executor =
        rt_crux_executor_object(rig->executor);
    const struct rt_object *first = NULL;
    OL_CHECK_EQ(rt_reach_walk(executor, &reach), 0);
    for (size_t i = 0; i < reach.count; i++) {
        if (reach.steps[i].object->type->kind == kind)
            first = reach.steps[i].object;
    }
    rt_reach_deinit(&reach);
    OL_CHECK(first);
    rt_crux_executor_run(rig->executor);
    OL_CHECK_EQ(rt_reach_walk(first, out), 0);
}

static void resolve_and_drop(struct rt_crux_rig *rig)
{
    struct rt_crux_request *const request = rt_crux_rig_take(rig);
    OL_CHECK_EQ(rt_crux_request_resolve(request, 1), 0);
    rt_crux_request_drop(request);
    rt_crux_executor_run(rig->executor);
    rt_crux_rig_deinit(rig);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_suspended_task_leads_back_to_itself_up_to_0_9_0)
{
    static const char *const leaky[] = {"0.2.0", "0.3.0", "0.9.0"};
    for (int i = 0; i < 3; i++) {
        struct rt_crux_rig rig;
        struct rt_reach reach;
        char text[128];
        find_cycle(&rig, leaky[i], RT_TASK, &reach);
        OL_CHECK(rt_reach_cycle(&reach, text, sizeof text));
        OL_CHECK_TEXT(text,
            "task -future-> future -request.state-> request-state "
            "-waker-> task");
        OL_CHECK_EQ(rt_reach_count(&reach, RT_PAYLOAD), 1);
        OL_CHECK_EQ(reach.steps[0].object->strong, 1);
        rt_reach_deinit(&reach);

        /* Nothing else leads to it. */
        OL_CHECK_EQ(
            rt_reach_walk(rt_crux_executor_object(rig.executor), &reach), 0);
        OL_CHECK_EQ(rt_reach_count(&reach, RT_TASK), 0);
        OL_CHECK_EQ(rt_reach_count(&reach, RT_FUTURE), 0);
        rt_reach_deinit(&reach);
        resolve_and_drop(&rig);
    }
}

OL_CASE(a_suspended_future_leads_nowhere_back_from_0_9_1_on)
{
    static const char *const fixed[] = {"pr269-slab", "0.9.1"};
    for (int i = 0; i < 2; i++) {
        struct rt_crux_rig rig;
        struct rt_reach reach;
        char text[128];
        find_cycle(&rig, fixed[i], RT_FUTURE, &reach);
        OL_CHECK(!rt_reach_cycle(&reach, text, sizeof text));
        OL_CHECK_EQ(rt_reach_count(&reach, RT_WAKER), 1);
        OL_CHECK_EQ(rt_reach_count(&reach, RT_EXECUTOR), 0);
        rt_reach_deinit(&reach);
        OL_CHECK_EQ(
            rt_reach_walk(rt_crux_executor_object(rig.executor), &reach), 0);
        OL_CHECK_EQ(rt_reach_count(&reach, RT_FUTURE), 1);
        rt_reach_deinit(&reach);
        resolve_and_drop(&rig);
    }
}

/* ---- Threads ---- */

enum {
    THREADS = 10,
    TREES = 100
};

static void *serve(void *arg)
{
    rt_crux_executor_run(arg);
    return NULL;
}

static void serve_by_threads(struct rt_crux_executor *executor)
{
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, serve, executor), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
}

OL_CASE(test_multithreaded_executor)
{
    for (const char *const *version = versions; *version; version++) {
        struct fixture fixture = make_executor(*version);
        atomic_long done = 0;
        for (uint32_t i = 0; i < TREES; i++)
            spawn(&fixture, rt_crux_tree(i * 2654435761U, &done));
        OL_CHECK_EQ(
            rt_object_live(RT_FUTURE), (long)TREES * RT_CRUX_TREE_NODES);
        serve_by_threads(fixture.executor);
        OL_CHECK_EQ(atomic_load(&done), 195700);
        const struct rt_crux_executor_counts counts =
            rt_crux_executor_counts(fixture.executor);
        OL_CHECK_EQ(counts.spawned, 0);
        OL_CHECK_EQ(counts.woken, 0);
        OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
        OL_CHECK_EQ(rt_object_live(RT_TASK), 0);
        OL_CHECK_EQ(rt_object_live(RT_WAKER), 0);
        drop_executor(&fixture);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_task_is_polled_when_spawned_and_when_woken)
OL_CASES_ENTRY(a_task_that_wakes_itself_runs_until_it_does_not)
OL_CASES_ENTRY(wakes_are_not_merged)
OL_CASES_ENTRY(what_a_woken_task_spawns_runs_at_once)
OL_CASES_ENTRY(a_task_that_was_never_polled_goes_with_the_executor)
OL_CASES_ENTRY(a_task_that_was_woken_goes_with_the_executor)
OL_CASES_ENTRY(a_suspended_task_has_as_many_references_as_wakers)
OL_CASES_ENTRY(a_task_whose_last_waker_goes_stays_in_its_slot)
OL_CASES_ENTRY(without_an_executor_nothing_is_spawned)
OL_CASES_ENTRY(a_late_wake_by_number_is_nothing)
OL_CASES_ENTRY(a_late_wake_of_a_task_aborts)
OL_CASES_ENTRY(a_stale_waker_has_another_task_polled_once_too_often)
OL_CASES_ENTRY(a_slot_that_is_never_freed_knows_no_late_wakes)
OL_CASES_ENTRY(slots_are_used_again_the_last_freed_first)
OL_CASES_ENTRY(test_task_does_not_leak)
OL_CASES_ENTRY(test_task_does_not_leak_fails_up_to_0_9_0)
OL_CASES_ENTRY(a_suspended_task_leads_back_to_itself_up_to_0_9_0)
OL_CASES_ENTRY(a_suspended_future_leads_nowhere_back_from_0_9_1_on)
OL_CASES_ENTRY(test_multithreaded_executor)
OL_CASES_END
