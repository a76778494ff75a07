/* test_rt_proto_races.c - every interleaving of those who meet in a wait.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/core/explorer.h"
#include "reference-runtime/protoactor/proto_when_any.h"
#include "tests/runtime/rt_proto_fixture.h"
#include "tests/support/check.h"

/* Explores a program and checks that it had only the outcomes of `wanted`,
 * each of them at least once. */
static void explore(
    struct rt_explorer_program program, const long *wanted, size_t count)
{
    static struct rt_explorer_result result;
    OL_CHECK_EQ(rt_explorer_explore(&program, 1000000, &result), 0);
    for (size_t i = 0; i < result.count; i++) {
        printf("        %ld: %ld of %ld schedules, as %s\n",
            result.outcomes[i].value, result.outcomes[i].schedules,
            result.schedules, result.outcomes[i].first);
    }
    OL_CHECK_EQ(result.count, count);
    for (size_t i = 0; i < count; i++)
        OL_CHECK(rt_explorer_count(&result, wanted[i]) > 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- A wait, a write and a cancel ---- */

enum {
    WAIT,
    WRITE,
    CANCEL,
    WAIT_OPERATIONS
};

/* Outcomes: what the wait came to, and by 100 each what should not be. */
enum {
    TOLD_DATA = 1,
    TOLD_CANCELLED = 2,
    WRONG = 100
};

struct meeting {
    const char *kind;
    struct rt_proto_channel *channel;
    struct rt_cancel_source *source;
    struct rt_proto_wait wait;
    int refused; /* continuations */
    int rung;
    int told; /* the result when it was rung */
    int wakers;
};

static void ring(void *data)
{
    struct meeting *const meeting = data;
    meeting->rung++;
    if (meeting->wait.op)
        meeting->told = rt_proto_wait_op_result(meeting->wait.op);
}

static void *clone(void *data)
{
    struct meeting *const meeting = data;
    meeting->wakers++;
    return meeting;
}

static void drop(void *data)
{
    struct meeting *const meeting = data;
    meeting->wakers--;
}

static const struct rt_waker_type waker_type = {
    .wake = ring, .clone = clone, .drop = drop};

static void begin_meeting(void *env)
{
    struct meeting *const meeting = env;
    const char *const kind = meeting->kind;
    *meeting = (struct meeting){
        .kind = kind,
        .channel = rt_proto_fixture_channel(kind),
        .source = rt_cancel_create(),
    };
}

static void meet(size_t operation, void *env)
{
    struct meeting *const meeting = env;
    const struct rt_waker waker = {&waker_type, meeting};
    switch (operation) {
    case WAIT:
        meeting->wait =
            rt_proto_channel_wait_to_read(meeting->channel, meeting->source);
        meeting->refused = rt_proto_wait_listen(&meeting->wait, &waker);
        break;
    case WRITE:
        rt_proto_fixture_write(meeting->channel, 1);
        break;
    default:
        rt_cancel_request(meeting->source);
        break;
    }
}

/* The wait has ended once and told so once; nothing is left behind. */
static long end_meeting(void *env)
{
    struct meeting *const meeting = env;
    const bool has_waited = meeting->wait.op != NULL;
    const int result = rt_proto_wait_result(&meeting->wait);
    long outcome = result == 1            ? TOLD_DATA
                   : result == -ECANCELED ? TOLD_CANCELLED
                                          : WRONG;
    const struct rt_proto_channel_counts counts =
        rt_proto_channel_counts(meeting->channel);
    if (meeting->rung != 1 || meeting->wakers != 0) outcome += WRONG;
    if (has_waited && meeting->told != result) outcome += WRONG;
    if (meeting->refused) outcome += WRONG;
    if (counts.items != 1 || counts.pending != 0) outcome += WRONG;
    if (rt_cancel_registrations(meeting->source) != 0) outcome += WRONG;
    if (rt_object_live(RT_REGISTRATION) != 0) outcome += WRONG;
    /* What lingers was cancelled before the write. */
    if (counts.waiters != 0) outcome += WRONG;
    rt_proto_wait_drop(&meeting->wait);
    rt_proto_channel_unref(meeting->channel);
    rt_cancel_unref(meeting->source);
    if (rt_object_live_all() != 0) outcome += WRONG;
    return outcome;
}

/* Without the cancel whatever is left with the source stays there. */
static void explore_meeting(const char *kind, bool cancels)
{
    static const long wanted[] = {TOLD_DATA, TOLD_CANCELLED};
    struct meeting meeting = {.kind = kind};
    explore(
        (struct rt_explorer_program){
            .operations = cancels ? WAIT_OPERATIONS : CANCEL,
            .begin = begin_meeting,
            .run = meet,
            .end = end_meeting,
            .env = &meeting,
        },
        wanted, cancels ? 2 : 1);
}

OL_CASE(a_wait_ends_once_whoever_comes_first)
{
    static const char *const kinds[] = {"net9", "net10", "single-reader"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        explore_meeting(kinds[i], false);
        explore_meeting(kinds[i], true);
    }
}

/* ---- The first of two tasks ---- */

enum {
    RACE,
    FIRST,
    SECOND,
    RACE_OPERATIONS
};

struct duel {
    bool keeps_losers;
    struct rt_proto_wait_task *tasks[2];
    struct rt_future *race;
    struct rt_proto_fixture_bell bell;
};

static void begin_duel(void *env)
{
    struct duel *const duel = env;
    *duel = (struct duel){.keeps_losers = duel->keeps_losers};
    for (int i = 0; i < 2; i++)
        duel->tasks[i] = rt_proto_wait_task_create(-EINPROGRESS);
}

/* Only the first task may end, so that the other one's continuation would
 * stay for ever if it were not taken back. */
static void fight(size_t operation, void *env)
{
    struct duel *const duel = env;
    if (operation == RACE) {
        duel->race = rt_proto_when_any(duel->tasks, 2, duel->keeps_losers);
    } else {
        rt_proto_wait_task_complete(duel->tasks[operation - FIRST], 1);
    }
}

/* Outcomes: who won, and continuations that the tasks still have by ten. */
static long end_duel(void *env)
{
    struct duel *const duel = env;
    const struct rt_waker waker = rt_proto_fixture_waker(&duel->bell);
    const enum rt_poll state = rt_future_poll(duel->race, &waker);
    long outcome = state == RT_READY ? (long)duel->race->value : WRONG;
    for (int i = 0; i < 2; i++)
        outcome += 10 * (long)rt_proto_wait_task_continuations(duel->tasks[i]);
    rt_future_drop(duel->race);
    for (int i = 0; i < 2; i++)
        rt_proto_wait_task_unref(duel->tasks[i]);
    if (rt_object_live_all() != 0) outcome += WRONG;
    return outcome;
}

static void explore_duel(
    bool keeps_losers, size_t operations, const long *wanted, size_t count)
{
    struct duel duel = {.keeps_losers = keeps_losers};
    explore(
        (struct rt_explorer_program){
            .operations = operations,
            .begin = begin_duel,
            .run = fight,
            .end = end_duel,
            .env = &duel,
        },
        wanted, count);
}

OL_CASE(the_loser_forgets_the_race_in_every_order)
{
    static const long either[] = {0, 1};
    static const long first[] = {0};
    explore_duel(false, RACE_OPERATIONS, either, 2);
    explore_duel(false, RACE_OPERATIONS - 1, first, 1);
}

OL_CASE(a_loser_that_keeps_the_race_has_one_continuation)
{
    /* Added before the first task ended, or not at all. */
    static const long kept[] = {0, 10};
    explore_duel(true, RACE_OPERATIONS - 1, kept, 2);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_wait_ends_once_whoever_comes_first)
OL_CASES_ENTRY(the_loser_forgets_the_race_in_every_order)
OL_CASES_ENTRY(a_loser_that_keeps_the_race_has_one_continuation)
OL_CASES_END
