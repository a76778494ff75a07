/* crux_command_evict.c - which tasks a command takes for dead.
 *
 * Three tasks a round: one wakes itself and keeps no waker (redbadger/crux
 * #339); one is woken by somebody else just before the command reads how many
 * wakers there are (#577); one waits for an answer that will not come, and is
 * the only one that is to be evicted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_command_evict.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/core/step.h"
#include "reference-runtime/crux/crux_command_waker.h"
#include "reference-runtime/crux/crux_poll_fn.h"
#include "reference-runtime/run/crux_held.h"

struct world {
    struct rt_crux_command *command; /* owner */
    size_t payload_bytes;
    int polls;             /* of the task that wakes itself */
    struct rt_waker waker; /* owner; of the task that is woken */
    bool woken;
    long self_woken, raced; /* tasks that completed */
    int err;                /* of the run that was come between */
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_crux_command_variant *const variant =
        rt_crux_command_variant_find(config->variant);
    const long rounds = config->rounds;
    const long self_woken = variant->keeps_self_woken ? rounds : 0;
    const long raced = variant->counts_before_flag ? rounds : 0;
    rt_truth_add(out, "self_woken_completed", self_woken);
    rt_truth_add(out, "raced_completed", raced);
    rt_truth_add(out, "evicted", 3 * rounds - self_woken - raced);
    rt_truth_add(out, "payloads", 0);
    rt_truth_add(out, "tasks", 0);
    rt_truth_add(out, "left_over", 0);
}

/* To evict too early is no leak. */
static const char *finding(const struct rt_workload_config *config)
{
    (void)config;
    return "none";
}

/* ---- Tasks ---- */

static enum rt_poll poll_self_waking(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    struct world *const world = env;
    *value_out = world->polls;
    if (++world->polls == 2) {
        world->self_woken++;
        return RT_READY;
    }
    struct rt_waker own = rt_waker_clone(waker);
    rt_waker_fire(&own);
    return RT_PENDING;
}

static enum rt_poll poll_woken(
    void *env, const struct rt_waker *waker, intptr_t *value_out)
{
    struct world *const world = env;
    *value_out = 0;
    if (world->woken) {
        world->raced++;
        return RT_READY;
    }
    world->waker = rt_waker_clone(waker);
    return RT_PENDING;
}

/* What somebody else does between two steps of the command. */
static void wake(void *env)
{
    struct world *const world = env;
    world->woken = true;
    rt_waker_fire(&world->waker);
}

static void run_command(void *env)
{
    struct world *const world = env;
    world->err = rt_crux_command_run(world->command);
}

/* ---- Rounds ---- */

static int run_self_waking(struct world *world)
{
    const struct rt_crux_poll_fn fn = {.poll = poll_self_waking, .env = world};
    world->polls = 0;
    const int err =
        rt_crux_command_spawn(world->command, rt_crux_poll_fn_create(fn));
    return err ? err : rt_crux_command_run(world->command);
}

static int run_raced(struct world *world)
{
    const struct rt_crux_poll_fn fn = {.poll = poll_woken, .env = world};
    const struct rt_step_pause pause = {
        .point = RT_CRUX_STEP_COUNT, .during = wake, .env = world};
    world->woken = false;
    const int err =
        rt_crux_command_spawn(world->command, rt_crux_poll_fn_create(fn));
    if (err) return err;
    const bool was_reached = rt_step_run_paused(&pause, run_command, world);
    return was_reached ? world->err : -EPROTO;
}

static int run_abandoned(struct world *world)
{
    struct rt_crux_context *const context =
        rt_crux_command_context(world->command);
    const int err = rt_crux_command_spawn(
        world->command, rt_crux_held_create(context, 0, world->payload_bytes));
    if (err) return err;
    struct rt_crux_effect *const effect =
        rt_crux_command_take_effect(world->command);
    if (!effect) return -ENOMEM;
    rt_crux_effect_unref(effect);
    return rt_crux_command_run(world->command);
}

OL_NOINLINE static int run_round(struct world *world)
{
    int err = run_self_waking(world);
    if (!err) err = run_raced(world);
    return err ? err : run_abandoned(world);
}

static void state(const struct world *world, struct rt_truth *out)
{
    const struct rt_crux_command_counts counts =
        rt_crux_command_counts(world->command);
    rt_truth_add(out, "self_woken_completed", world->self_woken);
    rt_truth_add(out, "raced_completed", world->raced);
    rt_truth_add(out, "evicted", (long)counts.evicted);
    rt_truth_add(out, "payloads", rt_object_live(RT_PAYLOAD));
    rt_truth_add(out, "tasks", rt_object_live(RT_TASK));
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct world world = {.payload_bytes = config->payload_bytes};
    world.command =
        rt_crux_command_create(rt_crux_command_variant_find(config->variant));
    int err = world.command ? 0 : -ENOMEM;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&world);
        rt_stack_scrub();
        ol_mark("round");
    }
    if (!err) state(&world, out);
    rt_crux_command_unref(world.command);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_command_evict = {
    .name = "crux-command/evict",
    .summary = "tasks that are woken are evicted (redbadger/crux#339, #577)",
    .round = "a task that wakes itself, one that is woken, one given up",
    .variants = (const char *const[]){"0.19.0", "0.11.0", "0.13.0", "0.20.0",
        "strict", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 0},
    .payload_bytes = 4096,
    .finding = finding,
    .expect = expect,
    .run = run,
};
