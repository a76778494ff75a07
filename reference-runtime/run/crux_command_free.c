/* crux_command_free.c - commands whose tasks are woken by other threads.
 *
 * Each poll leaves the task's waker with threads that fire it at once: while
 * the command is reading whether anybody could wake the task (#577).
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_command_free.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_host.h"
#include "reference-runtime/run/waker_mailbox.h"

enum {
    TASKS = 32,
    WAKES = 8 /* of each task */
};

/* ---- The tasks ---- */

struct sleeper {
    struct rt_future future;
    struct rt_waker_mailbox *mailbox; /* borrowed */
    int wakes;
};

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct sleeper *const sleeper = (struct sleeper *)future;
    if (sleeper->wakes++ == WAKES) return rt_future_finish(future, 0, 0);
    rt_waker_mailbox_put(sleeper->mailbox, rt_waker_clone(waker));
    return RT_PENDING;
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll,
};

static struct rt_future *create_sleeper(struct rt_waker_mailbox *mailbox)
{
    struct sleeper *const sleeper = rt_future_create(&type, sizeof *sleeper);
    if (!sleeper) return NULL;
    sleeper->mailbox = mailbox;
    return &sleeper->future;
}

/* ---- What should be ---- */

/* Whether no task is ever lost; if not, the scheduler decides how many. */
static bool is_exact(const struct rt_workload_config *config)
{
    return rt_crux_command_variant_find(config->variant)->counts_before_flag;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    rt_truth_add(out, "tasks", TASKS * config->rounds);
    rt_truth_add(out, "tasks_minus_completed_minus_evicted", 0);
    if (is_exact(config)) rt_truth_add(out, "evicted", 0);
    rt_truth_add(out, "wakers", 0);
    rt_truth_add(out, "left_over", 0);
}

/* To evict too early is no leak. */
static const char *finding(const struct rt_workload_config *config)
{
    (void)config;
    return "none";
}

/* ---- What is ---- */

struct world {
    const struct rt_crux_command_variant *variant;
    struct rt_crux_command *root; /* owner */
    struct rt_waker_mailbox mailbox;
    long completed, evicted;
};

static struct rt_crux_command *create_command(struct world *world)
{
    struct rt_crux_command *const command =
        rt_crux_command_create(world->variant);
    int err = command ? 0 : -ENOMEM;
    for (int task = 0; task < TASKS && !err; task++)
        err = rt_crux_command_spawn(command, create_sleeper(&world->mailbox));
    if (!err) return command;
    rt_crux_command_unref(command);
    return NULL;
}

/* Sleeps on this thread whenever no task of the command is ready. */
OL_NOINLINE static int run_round(struct world *world)
{
    struct rt_crux_command *const command = create_command(world);
    struct rt_future *const host =
        rt_crux_host_create(rt_crux_command_context(world->root), command);
    if (!host) return -ENOMEM;
    const int err = rt_future_block_on(host);
    const struct rt_crux_command_counts counts =
        rt_crux_command_counts(command);
    world->completed += (long)counts.completed;
    world->evicted += (long)counts.evicted;
    rt_future_drop(host);
    rt_waker_mailbox_wait_idle(&world->mailbox);
    return err;
}

static void state(const struct world *world,
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long tasks = TASKS * config->rounds;
    rt_truth_add(out, "tasks", tasks);
    rt_truth_add(out, "tasks_minus_completed_minus_evicted",
        tasks - world->completed - world->evicted);
    if (is_exact(config)) rt_truth_add(out, "evicted", world->evicted);
    rt_truth_add(out, "wakers", rt_object_live(RT_WAKER));
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct world world = {
        .variant = rt_crux_command_variant_find(config->variant)};
    int err =
        rt_waker_mailbox_init(&world.mailbox, (size_t)config->threads, TASKS);
    if (err) return err;
    world.root = rt_crux_command_create(world.variant);
    if (!world.root) err = -ENOMEM;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&world);
        rt_stack_scrub();
        ol_mark("round");
    }
    if (!err) state(&world, config, out);
    rt_waker_mailbox_deinit(&world.mailbox);
    rt_crux_command_unref(world.root);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_command_free = {
    .name = "crux-command/free",
    .summary = "tasks woken by threads while they may be evicted (crux#577)",
    .round = "a command of 32 tasks, each woken 8 times",
    .variants =
        (const char *const[]){"strict", "0.13.0", "0.19.0", "0.20.0", NULL},
    .rounds = 64,
    .threads = 8,
    .finding = finding,
    .expect = expect,
    .run = run,
};
