/* crux_command_abort_spawned.c - Crux's #425: an aborted command keeps what
 * it has not spawned yet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_command_abort_spawned.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/crux/crux_compose.h"
#include "reference-runtime/run/crux_held.h"

/* Nobody has run the task; its context keeps the command from being done. */
static bool hangs(const struct rt_workload_config *config)
{
    const struct rt_crux_command_variant *const variant =
        rt_crux_command_variant_find(config->variant);
    return variant->waits_for_contexts && !variant->drops_unspawned;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long kept = hangs(config) ? config->rounds : 0;
    rt_truth_add(out, "hosted", kept);
    rt_truth_add(out, "payloads", kept);
    rt_truth_add(out, "done", kept == 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    if (!hangs(config)) return "none";
    return "task STEADY 1.00, task STEADY 1.00, payload STEADY 1.00, "
           "command STEADY 1.00, context STEADY 1.00, future STEADY 1.00, "
           "future STEADY 1.00, future STEADY 1.00, "
           "join-handle STEADY 1.00, join-handle STEADY 1.00, "
           "effect STEADY 1.00, message STEADY 1.00, waker STEADY 1.00, "
           "waker-slot STEADY 1.00, cancellation-source STEADY 1.00, "
           "channel STEADY 1.00, channel STEADY 1.00, channel STEADY 1.00, "
           "channel STEADY 1.00, channel STEADY 1.00, channel STEADY 1.00, "
           "channel STEADY 1.00; all of the command, which is never done";
}

OL_NOINLINE static int run_round(
    struct rt_crux_command *root, size_t payload_bytes)
{
    struct rt_crux_command *const hosted =
        rt_crux_held_command(rt_crux_command_variant(root), 0, payload_bytes);
    if (!hosted) return -ENOMEM;
    struct rt_crux_abort_handle *const handle =
        rt_crux_command_abort_handle(hosted);
    rt_crux_abort_handle_abort(handle);
    rt_crux_abort_handle_unref(handle);
    const int err = rt_crux_compose_and(root, hosted);
    return err ? err : rt_crux_command_run(root);
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_crux_command *const root =
        rt_crux_command_create(rt_crux_command_variant_find(config->variant));
    int err = root ? 0 : -ENOMEM;
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(root, config->payload_bytes);
        rt_stack_scrub();
        ol_mark("round");
    }
    if (!err) {
        rt_truth_add(out, "hosted", (long)rt_crux_command_counts(root).tasks);
        rt_truth_add(out, "payloads", rt_object_live(RT_PAYLOAD));
        rt_truth_add(out, "done", rt_crux_command_is_done(root));
    }
    rt_crux_command_unref(root);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_crux_command_abort_spawned = {
    .name = "crux-command/abort-spawned",
    .summary = "an aborted command keeps its unspawned tasks (crux#425)",
    .round = "abort a command that was never run, host it, run the host",
    .variants = (const char *const[]){"pr423", "0.11.0", "0.13.0", "0.19.0",
        "0.20.0", "strict", NULL},
    .rounds = 64,
    .sizes = (const long[]){1000, 0},
    .payload_bytes = 4096,
    .finding = finding,
    .expect = expect,
    .run = run,
};
