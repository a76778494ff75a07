/* crux_command_abort.c - hosted commands that are aborted stay until
 * something else wakes their host.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_command_abort.h"

#include <errno.h>
#include <stdlib.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_compose.h"
#include "reference-runtime/run/crux_held.h"

/* ---- The shell: holds on to all that it is asked ---- */

struct shell {
    struct rt_object object;
    size_t count;
    struct rt_crux_effect *effects[]; /* owner */
};

static void forget_all(struct shell *shell)
{
    while (shell->count > 0)
        rt_crux_effect_unref(shell->effects[--shell->count]);
}

static void drop(struct rt_object *object)
{
    forget_all((struct shell *)object);
}

static const struct rt_object_type type = {.kind = RT_SHELL, .drop = drop};

static struct shell *create_shell(long rounds)
{
    return rt_object_create(
        &type, sizeof(struct shell) +
                   (size_t)rounds * sizeof(struct rt_crux_effect *));
}

/* The shell means to answer one day: to hold them is its business. */
static void hold(struct shell *shell, struct rt_crux_effect *effect)
{
    ol_adopt(shell, effect);
    ol_adopt(shell, effect->resolve.sender.channel);
    shell->effects[shell->count++] = effect;
}

/* ---- What should be ---- */

static bool wakes(const struct rt_workload_config *config)
{
    return rt_crux_command_variant_find(config->variant)->abort_wakes;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    rt_truth_add(out, "suspended", config->rounds);
    rt_truth_add(out, "alive_after_abort", wakes(config) ? 0 : config->rounds);
    rt_truth_add(out, "alive_after_drop", 0);
    rt_truth_add(out, "done", 1);
    rt_truth_add(out, "left_over", 0);
}

/* The third task is the hosted command's array of tasks: made for its host. */
static const char *finding(const struct rt_workload_config *config)
{
    if (wakes(config)) {
        return "owner-bounded effect 1.00, owner-bounded channel 1.00; "
               "the shell has not answered yet";
    }
    return "task STEADY 1.00, task STEADY 1.00, task STEADY 1.00, "
           "payload STEADY 1.00, command STEADY 1.00, context STEADY 1.00, "
           "future STEADY 1.00, future STEADY 1.00, future STEADY 1.00, "
           "join-handle STEADY 1.00, join-handle STEADY 1.00, "
           "waker STEADY 1.00, waker STEADY 1.00, waker-slot STEADY 1.00, "
           "cancellation-source STEADY 1.00, channel STEADY 1.00, "
           "channel STEADY 1.00, channel STEADY 1.00, channel STEADY 1.00, "
           "channel STEADY 1.00, channel STEADY 1.00, "
           "owner-bounded effect 1.00, owner-bounded channel 1.00; "
           "all of the command, while the shell has not answered";
}

/* ---- What is ---- */

struct world {
    const struct rt_crux_command_variant *variant;
    struct rt_crux_command *root; /* owner */
    struct shell *shell;          /* owner */
    size_t payload_bytes;
    long suspended;
};

static int open_world(
    struct world *world, const struct rt_workload_config *config)
{
    world->variant = rt_crux_command_variant_find(config->variant);
    world->payload_bytes = config->payload_bytes;
    world->root = rt_crux_command_create(world->variant);
    world->shell = create_shell(config->rounds);
    return world->root && world->shell ? 0 : -ENOMEM;
}

static void close_world(struct world *world)
{
    if (world->shell) rt_object_unref(&world->shell->object);
    rt_crux_command_unref(world->root);
}

/* Hosts one and runs it up to its request, then aborts it. */
OL_NOINLINE static int run_round(struct world *world, long round)
{
    struct rt_crux_command *const hosted =
        rt_crux_held_command(world->variant, round, world->payload_bytes);
    if (!hosted) return -ENOMEM;
    struct rt_crux_abort_handle *const handle =
        rt_crux_command_abort_handle(hosted);
    const long before = rt_object_live(RT_PAYLOAD) - 1;
    int err = rt_crux_compose_and(world->root, hosted);
    struct rt_crux_effect *const effect =
        err ? NULL : rt_crux_command_take_effect(world->root);
    if (effect) hold(world->shell, effect);
    if (!err && !effect) err = -ENOMEM;
    world->suspended += rt_object_live(RT_PAYLOAD) - before;

    rt_crux_abort_handle_abort(handle);
    rt_crux_abort_handle_unref(handle);
    return err ? err : rt_crux_command_run(world->root);
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct world world = {0};
    int err = open_world(&world, config);
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&world, round);
        rt_stack_scrub();
        ol_mark("round");
    }
    if (!err) {
        rt_truth_add(out, "suspended", world.suspended);
        rt_truth_add(out, "alive_after_abort", rt_object_live(RT_PAYLOAD));
        forget_all(world.shell);
        const bool done = rt_crux_command_is_done(world.root);
        rt_truth_add(out, "alive_after_drop", rt_object_live(RT_PAYLOAD));
        rt_truth_add(out, "done", done);
    }
    close_world(&world);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_command_abort = {
    .name = "crux-command/abort",
    .summary = "an aborted command stays until its host is woken otherwise",
    .round = "host a command up to its request, abort it, run the host",
    .variants = (const char *const[]){"0.19.0", "0.11.0", "0.13.0", "0.20.0",
        "strict", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 0},
    .payload_bytes = 4096,
    .finding = finding,
    .expect = expect,
    .run = run,
};
