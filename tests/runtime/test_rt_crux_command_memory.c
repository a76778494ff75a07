/* test_rt_crux_command_memory.c - commands when there is no memory: the n-th
 * allocation fails, n = 0, 1, … until none does, and nothing is left over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_bridge.h"
#include "reference-runtime/crux/crux_command_request.h"
#include "reference-runtime/crux/crux_command_stream.h"
#include "reference-runtime/crux/crux_compose.h"
#include "reference-runtime/run/crux_held.h"
#include "tests/runtime/rt_no_memory.h"
#include "tests/support/check.h"

typedef void (*program_fn)(const struct rt_crux_command_variant *variant);

/* Whatever fails, the program goes on to its end: that is what is tested. */
static void go_on(int err)
{
    (void)err;
}

struct run {
    program_fn program;
    const struct rt_crux_command_variant *variant;
};

static void run_program(void *env)
{
    const struct run *const run = env;
    run->program(run->variant);
}

static void fail_each(program_fn program)
{
    static const char *const versions[] = {
        "0.11.0", "0.13.0", "pr423", "0.19.0", "0.20.0", "strict"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct run run = {program, rt_crux_command_variant_find(versions[i])};
        OL_CHECK(rt_no_memory_each(run_program, &run) > 49);
    }
}

/* ---- A command of commands, with a join, a stream and a notification ---- */

enum {
    EFFECTS = 8
};

/* Returns the handle of one of them, or NULL. */
static struct rt_crux_join_handle *spawn_tasks(struct rt_crux_command *command)
{
    struct rt_crux_context *const context = rt_crux_command_context(command);
    struct rt_crux_command_stream *const stream =
        rt_crux_command_stream_create(context, 6);
    if (stream) {
        go_on(rt_crux_command_spawn(
            command, rt_crux_command_stream_next(stream)));
    }
    rt_crux_command_stream_unref(stream);
    go_on(rt_crux_context_notify(context, 7));
    struct rt_crux_join_handle *const handle = rt_crux_context_spawn(
        context, rt_crux_command_request_create(context, 5));
    if (handle) {
        go_on(
            rt_crux_command_spawn(command, rt_crux_join_handle_await(handle)));
    }
    return handle;
}

/* Answers every other effect, and lets go of them all. */
static void serve(struct rt_crux_command *command)
{
    for (int i = 0; i < EFFECTS; i++) {
        struct rt_crux_effect *const effect =
            rt_crux_command_take_effect(command);
        if (effect && i % 2 == 0) go_on(rt_crux_effect_resolve(effect, i));
        rt_crux_effect_unref(effect);
    }
}

static void run_commands(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_command *const parts[] = {
        rt_crux_held_command(variant, 1, 8),
        rt_crux_held_command(variant, 2, 8)};
    struct rt_crux_command *const command = rt_crux_compose_then(
        rt_crux_compose_all(parts, 2), rt_crux_held_command(variant, 3, 8));
    if (!command) return;
    struct rt_crux_join_handle *const handle = spawn_tasks(command);
    serve(command);
    if (handle) rt_crux_join_handle_abort(handle);
    rt_crux_join_handle_unref(handle);
    serve(command);
    rt_crux_command_unref(command);
}

OL_CASE(a_command_without_memory_leaves_nothing)
{
    fail_each(run_commands);
}

/* ---- A bridge ---- */

static void ask(uint32_t number, intptr_t operation, void *env)
{
    (void)number, (void)operation, (void)env;
}

static void run_bridge(const struct rt_crux_command_variant *variant)
{
    struct rt_crux_bridge *const bridge =
        rt_crux_bridge_create(variant, (struct rt_crux_shell){ask, NULL});
    for (int i = 0; i < 2 && bridge; i++) {
        struct rt_crux_command *const command =
            rt_crux_held_command(variant, i, 8);
        if (command) {
            go_on(rt_crux_context_notify(rt_crux_command_context(command), 9));
        }
        go_on(rt_crux_bridge_process(bridge, command));
        go_on(rt_crux_bridge_resolve(bridge, 0, 1));
    }
    rt_crux_bridge_destroy(bridge);
}

OL_CASE(a_bridge_without_memory_leaves_nothing)
{
    fail_each(run_bridge);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_command_without_memory_leaves_nothing)
OL_CASES_ENTRY(a_bridge_without_memory_leaves_nothing)
OL_CASES_END
