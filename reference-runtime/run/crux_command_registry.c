/* crux_command_registry.c - what the bridge keeps of effects that nobody
 * answers, and of streams that have ended.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_command_registry.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_bridge.h"
#include "reference-runtime/crux/crux_command_stream.h"

enum {
    OPERATION = 7
};

/* What the shell was told last. */
struct asked {
    long count;
    uint32_t number;
};

static void ask(uint32_t number, intptr_t operation, void *env)
{
    struct asked *const asked = env;
    asked->count += operation == OPERATION;
    asked->number = number;
}

struct world {
    const struct rt_crux_command_variant *variant;
    struct rt_crux_bridge *bridge; /* owner */
    struct asked asked;
    long errors; /* of answers that came too late */
};

typedef int (*round_fn)(struct world *world);

static int run_rounds(const struct rt_workload_config *config, round_fn round,
    struct world *world)
{
    world->variant = rt_crux_command_variant_find(config->variant);
    const struct rt_crux_shell shell = {ask, &world->asked};
    world->bridge = rt_crux_bridge_create(world->variant, shell);
    int err = world->bridge ? 0 : -ENOMEM;
    for (long i = 0; i < config->rounds && !err; i++) {
        err = round(world);
        rt_stack_scrub();
        ol_mark("round");
    }
    return err;
}

static void close_world(struct world *world, struct rt_truth *out)
{
    rt_crux_bridge_destroy(world->bridge);
    rt_truth_add(out, "left_over", rt_object_live_all());
}

/* ---- Effects that nobody answers, such as to draw anew ---- */

static bool keeps_notifies(const struct rt_workload_config *config)
{
    return !rt_crux_command_variant_find(config->variant)->forgets_notifies;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const bool kept = keeps_notifies(config);
    rt_truth_add(out, "asked", config->rounds);
    rt_truth_add(out, "entries", kept ? config->rounds : 0);
    rt_truth_add(out, "last_number", kept ? config->rounds - 1 : -1);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    return keeps_notifies(config) ? "registration STEADY 1.00" : "none";
}

OL_NOINLINE static int notify(struct world *world)
{
    struct rt_crux_command *const command =
        rt_crux_command_create(world->variant);
    if (!command) return -ENOMEM;
    const int err =
        rt_crux_context_notify(rt_crux_command_context(command), OPERATION);
    if (!err) return rt_crux_bridge_process(world->bridge, command);
    rt_crux_command_unref(command);
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct world world = {0};
    const int err = run_rounds(config, notify, &world);
    if (!err) {
        const uint32_t number = world.asked.number;
        rt_truth_add(out, "asked", world.asked.count);
        rt_truth_add(
            out, "entries", (long)rt_crux_bridge_entries(world.bridge));
        rt_truth_add(out, "last_number",
            number == RT_CRUX_BRIDGE_NO_NUMBER ? -1 : (long)number);
    }
    close_world(&world, out);
    return err;
}

/* ---- Streams that nobody listens to any more ---- */

static bool keeps_ended(const struct rt_workload_config *config)
{
    return !rt_crux_command_variant_find(config->variant)->forgets_ended;
}

static void expect_stream(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    rt_truth_add(out, "asked", config->rounds);
    rt_truth_add(out, "too_late", config->rounds);
    rt_truth_add(out, "tasks", 0);
    rt_truth_add(out, "entries", keeps_ended(config) ? config->rounds : 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding_stream(const struct rt_workload_config *config)
{
    return keeps_ended(config) ? "registration STEADY 1.00, channel STEADY 1.00"
                               : "none";
}

/* Waits for the first value of a stream, and no longer. */
static int spawn_first(struct rt_crux_command *command)
{
    struct rt_crux_command_stream *const stream = rt_crux_command_stream_create(
        rt_crux_command_context(command), OPERATION);
    if (!stream) return -ENOMEM;
    const int err =
        rt_crux_command_spawn(command, rt_crux_command_stream_next(stream));
    rt_crux_command_stream_unref(stream);
    return err;
}

OL_NOINLINE static int stream(struct world *world)
{
    struct rt_crux_command *const command =
        rt_crux_command_create(world->variant);
    if (!command) return -ENOMEM;
    int err = spawn_first(command);
    if (err) {
        rt_crux_command_unref(command);
        return err;
    }
    err = rt_crux_bridge_process(world->bridge, command);
    const uint32_t number = world->asked.number;
    if (!err) err = rt_crux_bridge_resolve(world->bridge, number, 1);
    if (err) return err;
    world->errors += rt_crux_bridge_resolve(world->bridge, number, 2) == -EPIPE;
    return 0;
}

static int run_stream(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    struct world world = {0};
    const int err = run_rounds(config, stream, &world);
    if (!err) {
        rt_truth_add(out, "asked", world.asked.count);
        rt_truth_add(out, "too_late", world.errors);
        rt_truth_add(out, "tasks", rt_object_live(RT_TASK));
        rt_truth_add(
            out, "entries", (long)rt_crux_bridge_entries(world.bridge));
    }
    close_world(&world, out);
    return err;
}

const struct rt_workload rt_workload_crux_command_registry = {
    .name = "crux-command/registry",
    .summary = "the bridge keeps an entry for what nobody will answer",
    .round = "an event that has the shell draw anew",
    .variants = (const char *const[]){"0.19.0", "0.11.0", "0.13.0", "0.20.0",
        "strict", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 100000, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_crux_command_registry_stream = {
    .name = "crux-command/registry-stream",
    .summary = "the bridge keeps the entry of a stream that has ended",
    .round = "a task takes one value of a stream; the shell sends two",
    .variants = (const char *const[]){"0.20.0", "0.11.0", "0.13.0", "0.19.0",
        "strict", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 0},
    .finding = finding_stream,
    .expect = expect_stream,
    .run = run_stream,
};
