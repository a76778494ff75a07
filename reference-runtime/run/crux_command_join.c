/* crux_command_join.c - who waits for a task and for a stream, again and
 * again, leaves a waker each time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_command_join.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_command.h"
#include "reference-runtime/crux/crux_command_request.h"
#include "reference-runtime/crux/crux_command_stream.h"

/* The operations. */
enum {
    REQUEST,
    STREAM
};

enum {
    JOINED, /* places in the select */
    STREAMED,
    PLACES
};

/* ---- The task: until the other one has ended or the stream has, takes what
 * the stream brings ---- */

struct listener {
    struct rt_future future;
    struct rt_crux_command_stream *stream; /* owner of a reference */
    struct rt_future *places[PLACES];      /* owner */
    struct rt_future *select;              /* owner; NULL between two */
};

static void drop(struct rt_object *object)
{
    struct listener *const listener = (struct listener *)object;
    rt_future_drop(listener->select);
    rt_future_drop(listener->places[STREAMED]);
    rt_future_drop(listener->places[JOINED]);
    rt_crux_command_stream_unref(listener->stream);
}

/* Both are asked again, from the first on, for each value of the stream. */
static bool listen(struct listener *listener)
{
    if (listener->select) return true;
    listener->places[STREAMED] = rt_crux_command_stream_next(listener->stream);
    if (!listener->places[STREAMED]) return false;
    listener->select = rt_select(listener->places, PLACES);
    return listener->select != NULL;
}

/* Returns whether to go on: the stream has brought a value. */
static bool take_value(struct listener *listener)
{
    const bool streamed = listener->select->value == STREAMED &&
                          listener->places[STREAMED]->status == 0;
    rt_future_drop(listener->select);
    rt_future_drop(listener->places[STREAMED]);
    listener->select = listener->places[STREAMED] = NULL;
    return streamed;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct listener *const listener = (struct listener *)future;
    do {
        if (!listen(listener)) return rt_future_finish(future, -ENOMEM, 0);
        if (rt_future_poll(listener->select, waker) == RT_PENDING)
            return RT_PENDING;
    } while (take_value(listener));
    return rt_future_finish(future, 0, 0);
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop},
    .poll = poll,
};

static struct rt_future *create_listener(
    struct rt_crux_context *context, struct rt_crux_join_handle *joined)
{
    struct listener *const listener = rt_future_create(&type, sizeof *listener);
    if (!listener) return NULL;
    listener->stream = rt_crux_command_stream_create(context, STREAM);
    listener->places[JOINED] = rt_crux_join_handle_await(joined);
    if (listener->stream && listener->places[JOINED]) return &listener->future;
    rt_future_drop(&listener->future);
    return NULL;
}

/* ---- What should be ---- */

static bool piles_up(const struct rt_workload_config *config)
{
    return !rt_crux_command_variant_find(config->variant)->one_waker_a_join;
}

/* One waker a poll of the listener, and that of the task it waits for. Each
 * value has the join asked twice: when it came, and for the next. */
static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const bool leaks = piles_up(config);
    rt_truth_add(out, "wakers", leaks ? config->rounds + 2 : 2);
    rt_truth_add(out, "messages", leaks ? 2 * config->rounds + 1 : 0);
    rt_truth_add(out, "tasks", 2);
    rt_truth_add(out, "wakers_after_end", 0);
    rt_truth_add(out, "tasks_after_end", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return piles_up(config) ? "waker STEADY 1.00, message STEADY 2.00" : "none";
}

/* ---- What is ---- */

struct world {
    struct rt_crux_command *command; /* owner */
    struct rt_crux_effect *request;  /* owner */
    struct rt_crux_effect *stream;   /* owner */
};

static int spawn_tasks(struct rt_crux_command *command)
{
    struct rt_crux_context *const context = rt_crux_command_context(command);
    struct rt_crux_join_handle *const handle = rt_crux_context_spawn(
        context, rt_crux_command_request_create(context, REQUEST));
    if (!handle) return -ENOMEM;
    const int err =
        rt_crux_command_spawn(command, create_listener(context, handle));
    rt_crux_join_handle_unref(handle);
    return err;
}

static int open_world(struct world *world, const char *variant)
{
    world->command =
        rt_crux_command_create(rt_crux_command_variant_find(variant));
    if (!world->command) return -ENOMEM;
    const int err = spawn_tasks(world->command);
    if (err) return err;
    world->request = rt_crux_command_take_effect(world->command);
    world->stream = rt_crux_command_take_effect(world->command);
    return world->request && world->stream ? 0 : -ENOMEM;
}

static void close_world(struct world *world)
{
    rt_crux_effect_unref(world->stream);
    rt_crux_effect_unref(world->request);
    rt_crux_command_unref(world->command);
}

OL_NOINLINE static int run_round(struct world *world, long round)
{
    const int err = rt_crux_effect_resolve(world->stream, round);
    return err ? err : rt_crux_command_run(world->command);
}

static void state(struct rt_truth *out)
{
    rt_truth_add(out, "wakers", rt_object_live(RT_WAKER));
    rt_truth_add(out, "messages", rt_object_live(RT_MESSAGE));
    rt_truth_add(out, "tasks", rt_object_live(RT_TASK));
}

/* The task that is waited for ends, and so ends the other. */
static int end_task(struct world *world, struct rt_truth *out)
{
    int err = rt_crux_effect_resolve(world->request, 0);
    if (!err) err = rt_crux_command_run(world->command);
    rt_truth_add(out, "wakers_after_end", rt_object_live(RT_WAKER));
    rt_truth_add(out, "tasks_after_end", rt_object_live(RT_TASK));
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct world world = {0};
    int err = open_world(&world, config->variant);
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&world, round);
        rt_stack_scrub();
        ol_mark("round");
    }
    if (!err) {
        state(out);
        err = end_task(&world, out);
    }
    close_world(&world);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_command_join = {
    .name = "crux-command/join",
    .summary = "each poll of a join leaves one more waker",
    .round = "one value of a stream, to who also waits for a task",
    .variants = (const char *const[]){"0.19.0", "0.11.0", "0.13.0", "0.20.0",
        "strict", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 10000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
