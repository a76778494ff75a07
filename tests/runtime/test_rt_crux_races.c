/* test_rt_crux_races.c - every way in which polls, answers and drops of Crux
 * can meet.
 *
 * The numbers of schedules of a request are counted by hand, too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/explorer.h"
#include "reference-runtime/core/step.h"
#include "reference-runtime/crux/crux_request.h"
#include "reference-runtime/crux/crux_slots.h"
#include "tests/runtime/rt_probe.h"
#include "tests/support/check.h"

enum outcome {
    ANSWERED, /* the poll was given the answer */
    RUNG,     /* it was not, and its waker was woken after that */
    DROPPED,
    UNASKED, /* the shell came before the request */
    LOST,
    LEFT_OVER
};

static struct rt_explorer_result explore(
    const struct rt_explorer_program *program)
{
    struct rt_explorer_result result = {0};
    OL_CHECK_EQ(rt_explorer_explore(program, 1000000, &result), 0);
    OL_CHECK_EQ(rt_explorer_count(&result, LOST), 0);
    OL_CHECK_EQ(rt_explorer_count(&result, LEFT_OVER), 0);
    return result;
}

/* ---- A request: its task against the shell ---- */

struct asking {
    const struct rt_crux_variant *variant;
    bool is_drop;  /* the task gives up; else it polls */
    bool is_first; /* that is its first poll */

    struct rt_crux_sender shell;
    struct rt_crux_receiver requests;
    struct rt_crux_shell_request request;
    struct rt_bell *early; /* of a poll before */
    struct rt_bell *bell;
    enum rt_poll polled;
    intptr_t answer;
    bool asked;
    int err;
};

static void poll_once(struct asking *asking, struct rt_bell *bell)
{
    const struct rt_waker waker = rt_bell_waker(bell);
    int err = 0;
    asking->polled = rt_crux_shell_request_poll(
        &asking->request, &waker, &asking->answer, &err);
    if (asking->polled == RT_READY) asking->err |= err;
}

static void begin_asking(void *env)
{
    struct asking *const asking = env;
    asking->err = rt_crux_channel_open(&asking->shell, &asking->requests);
    asking->err |= rt_crux_shell_request_open(
        asking->variant, &asking->shell, 0, &asking->request);
    asking->early = rt_bell_create();
    asking->bell = rt_bell_create();
    asking->asked = false;
    asking->answer = 0;
    asking->polled = RT_PENDING;
    if (!asking->is_first) poll_once(asking, asking->early);
}

static void resolve(struct asking *asking)
{
    struct rt_crux_item item = {0};
    if (asking->is_first) rt_step("test: take the request");
    if (rt_crux_receiver_take(&asking->requests, &item) != 0) return;
    asking->asked = true;
    asking->err |= rt_crux_request_resolve(rt_crux_request_of(&item), 42);
    rt_crux_request_drop(rt_crux_request_of(&item));
}

static void run_asking(size_t operation, void *env)
{
    struct asking *const asking = env;
    if (operation == 1) {
        resolve(asking);
    } else if (asking->is_drop) {
        rt_crux_shell_request_drop(&asking->request);
    } else {
        poll_once(asking, asking->bell);
    }
}

static enum outcome judge_asking(const struct asking *asking)
{
    if (asking->is_drop) return DROPPED;
    if (asking->polled == RT_READY)
        return asking->answer == 42 ? ANSWERED : LOST;
    if (!asking->asked) return UNASKED;
    return asking->bell->rung == 1 ? RUNG : LOST;
}

static long end_asking(void *env)
{
    struct asking *const asking = env;
    const enum outcome outcome = judge_asking(asking);
    rt_crux_shell_request_drop(&asking->request);
    rt_crux_receiver_drop(&asking->requests);
    rt_crux_sender_drop(&asking->shell);
    rt_object_unref(&asking->early->object);
    rt_object_unref(&asking->bell->object);
    if (asking->err || rt_object_live_all() != 0) return LEFT_OVER;
    return outcome;
}

static struct rt_explorer_result explore_asking(struct asking *asking)
{
    const struct rt_explorer_program program = {
        .operations = 2,
        .begin = begin_asking,
        .run = run_asking,
        .end = end_asking,
        .env = asking,
    };
    return explore(&program);
}

static const char *const versions[] = {"0.2.0", "0.9.0", "0.9.1", NULL};

/* The poll asks, which is nothing now, and looks; the shell upgrades, answers
 * and wakes: 10 ways to mix them. The look is before the answer in 3, as the
 * upgrade may be before, between and after the poll's two. */
OL_CASE(an_answer_during_a_poll_is_seen_or_wakes)
{
    for (const char *const *version = versions; *version; version++) {
        struct asking asking = {.variant = rt_crux_variant_find(*version)};
        const struct rt_explorer_result result = explore_asking(&asking);
        OL_CHECK_EQ(result.schedules, 10);
        OL_CHECK_EQ(rt_explorer_count(&result, ANSWERED), 7);
        OL_CHECK_EQ(rt_explorer_count(&result, RUNG), 3);
    }
}

/* Now the shell first takes the request: before the poll asks, and that is
 * all; or after, and then the look is before one of the shell's four steps or
 * behind them. */
OL_CASE(an_answer_during_the_first_poll_is_seen_or_wakes)
{
    for (const char *const *version = versions; *version; version++) {
        struct asking asking = {
            .variant = rt_crux_variant_find(*version), .is_first = true};
        const struct rt_explorer_result result = explore_asking(&asking);
        OL_CHECK_EQ(result.schedules, 6);
        OL_CHECK_EQ(rt_explorer_count(&result, UNASKED), 1);
        OL_CHECK_EQ(rt_explorer_count(&result, RUNG), 3);
        OL_CHECK_EQ(rt_explorer_count(&result, ANSWERED), 2);
    }
}

/* The task gives up before the upgrade, which then fails; or in one of three
 * places after it. */
OL_CASE(an_answer_during_a_drop_leaves_nothing)
{
    for (const char *const *version = versions; *version; version++) {
        struct asking asking = {
            .variant = rt_crux_variant_find(*version), .is_drop = true};
        const struct rt_explorer_result result = explore_asking(&asking);
        OL_CHECK_EQ(result.schedules, 4);
        OL_CHECK_EQ(rt_explorer_count(&result, DROPPED), 4);
    }
}

/* ---- A slot: two that run it against one that wakes ---- */

enum {
    FIRST,
    SECOND,
    WAKES
};

struct running {
    bool requeues; /* what is unavailable is put back */

    struct rt_object *owner;
    struct rt_crux_slots slots;
    struct rt_crux_sender ready;
    struct rt_crux_receiver woken;
    struct rt_waker waker;
    bool is_set;
    int err;
};

static const struct rt_object_type owner_type = {.kind = RT_EXECUTOR};

static enum rt_poll look(
    struct rt_future *call, const struct rt_waker *waker, void *env)
{
    struct running *const running = env;
    struct rt_waker old = rt_waker_replace(&running->waker, waker);
    rt_waker_drop(&old);
    rt_step("test: look");
    if (running->is_set) return rt_future_finish(call, 0, 0);
    return RT_PENDING;
}

static void pass(struct running *running)
{
    struct rt_crux_item item = {0};
    if (rt_crux_receiver_take(&running->woken, &item) != 0) return;
    const enum rt_crux_run run = rt_crux_slots_run(
        &running->slots, (uint32_t)item.value, &running->ready);
    if (run == RT_CRUX_UNAVAILABLE && running->requeues)
        running->err |= rt_crux_sender_send(&running->ready, item);
}

static void begin_running(void *env)
{
    struct running *const running = env;
    uint32_t id = 0;
    running->owner = rt_object_create(&owner_type, sizeof *running->owner);
    running->is_set = false;
    rt_crux_slots_init(&running->slots, running->owner, true);
    running->err = rt_crux_channel_open(&running->ready, &running->woken);
    running->err |=
        rt_crux_slots_insert(&running->slots, rt_call(look, running), &id);
    rt_crux_slots_run(&running->slots, id, &running->ready);
    rt_waker_wake(&running->waker);
}

static void run_running(size_t operation, void *env)
{
    struct running *const running = env;
    if (operation != WAKES) {
        rt_step("test: take the number");
        pass(running);
        return;
    }
    rt_step("test: set");
    running->is_set = true;
    struct rt_waker waker = rt_waker_clone(&running->waker);
    rt_step("test: wake");
    rt_waker_fire(&waker);
}

/* What is still in the queue is run at last. */
static long end_running(void *env)
{
    struct running *const running = env;
    while (rt_crux_receiver_count(&running->woken) > 0)
        pass(running);
    const bool done = rt_object_live(RT_FUTURE) == 0;
    rt_crux_slots_deinit(&running->slots);
    rt_waker_drop(&running->waker);
    rt_crux_sender_drop(&running->ready);
    rt_crux_receiver_drop(&running->woken);
    rt_object_unref(running->owner);
    if (running->err || rt_object_live_all() != 0) return LEFT_OVER;
    return done ? ANSWERED : LOST;
}

OL_CASE(a_wake_while_the_task_is_polled_is_put_back)
{
    struct running running = {.requeues = true};
    const struct rt_explorer_program program = {
        .operations = 3,
        .begin = begin_running,
        .run = run_running,
        .end = end_running,
        .env = &running,
    };
    const struct rt_explorer_result result = explore(&program);
    OL_CHECK_EQ(rt_explorer_count(&result, ANSWERED), result.schedules);
    OL_CHECK_EQ(result.schedules, 242);
}

/* As it was before 665dc812. There is one way: one takes the number and looks,
 * it is set and woken, the other takes that number and then the slot, the
 * first parks. Either may be the first. */
OL_CASE(without_that_it_would_be_lost)
{
    struct running running = {.requeues = false};
    const struct rt_explorer_program program = {
        .operations = 3,
        .begin = begin_running,
        .run = run_running,
        .end = end_running,
        .env = &running,
    };
    struct rt_explorer_result result = {0};
    OL_CHECK_EQ(rt_explorer_explore(&program, 1000000, &result), 0);
    OL_CHECK_EQ(rt_explorer_count(&result, LEFT_OVER), 0);
    OL_CHECK_EQ(result.schedules, 242);
    OL_CHECK_EQ(rt_explorer_count(&result, LOST), 2);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(an_answer_during_a_poll_is_seen_or_wakes)
OL_CASES_ENTRY(an_answer_during_the_first_poll_is_seen_or_wakes)
OL_CASES_ENTRY(an_answer_during_a_drop_leaves_nothing)
OL_CASES_ENTRY(a_wake_while_the_task_is_polled_is_put_back)
OL_CASES_ENTRY(without_that_it_would_be_lost)
OL_CASES_END
