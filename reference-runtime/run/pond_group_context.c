/* pond_group_context.c - groups that end well leave their context.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_group_context.h"

#include <errno.h>
#include <stdbool.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/pond/pond_group.h"
#include "reference-runtime/run/held_task.h"
#include "reference-runtime/run/pond_repro.h"

static const struct rt_pond_variant *variant(
    const struct rt_workload_config *config)
{
    return rt_pond_variant_find(config->variant);
}

static bool stays(const struct rt_workload_config *config)
{
    return !variant(config)->cancels_when_done;
}

/* The buffer of v2.1.6 keeps the last tasks, and these their groups. */
static long kept(const struct rt_workload_config *config)
{
    if (!variant(config)->dispatches) return 0;
    return rt_pond_repro_dead_slots(
        variant(config), config->threads, config->rounds);
}

static void expect_contexts(const struct rt_workload_config *config,
    long contexts, struct rt_truth *out)
{
    rt_truth_add(out, "succeeded", config->rounds);
    rt_truth_add(out, "groups", kept(config));
    rt_truth_add(out, "contexts", contexts + 1);
    rt_truth_add(out, "context_dones", contexts + 1);
    rt_truth_add(out, "contexts_after_stop", kept(config) + 1);
    rt_truth_add(out, "left_over", 0);
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long contexts = stays(config) ? config->rounds : kept(config);
    expect_contexts(config, contexts, out);
}

static void expect_stopped(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    expect_contexts(config, kept(config), out);
}

static const char *finding(const struct rt_workload_config *config)
{
    return stays(config) ? "context STEADY 1.00, context-done STEADY 1.00"
                         : "none";
}

static const char *finding_stopped(const struct rt_workload_config *config)
{
    (void)config;
    return "none";
}

static int run_round(struct rt_pond *pond, bool stops)
{
    struct rt_pond_group *const group = rt_pond_group_create(pond, NULL);
    if (!group) return -ENOMEM;
    int err = rt_pond_group_submit(group, rt_held_task(NULL, NULL));
    if (!err) err = rt_pond_group_wait(group);
    if (stops) rt_pond_group_stop(group);
    rt_pond_wait_idle(pond);
    ol_ended(group, "completed");
    rt_pond_group_unref(group);
    return err;
}

static int run_rounds(
    const struct rt_workload_config *config, bool stops, struct rt_truth *out)
{
    const struct rt_pond_options options = {
        .variant = rt_pond_variant_find(config->variant),
        .max_workers = (size_t)config->threads,
    };
    struct rt_pond *pond = NULL;
    int err = rt_pond_create(&options, &pond);
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(pond, stops);
        ol_mark("round");
    }
    if (err) return err;

    rt_truth_add(out, "succeeded", (long)rt_pond_counts(pond).succeeded);
    rt_truth_add(out, "groups", rt_object_live(RT_GROUP));
    rt_truth_add(out, "contexts", rt_object_live(RT_CONTEXT));
    rt_truth_add(out, "context_dones", rt_object_live(RT_DONE));
    rt_pond_stop_and_wait(pond);
    rt_truth_add(out, "contexts_after_stop", rt_object_live(RT_CONTEXT));
    err = rt_pond_destroy(pond);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    return run_rounds(config, false, out);
}

static int run_stopped(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    return run_rounds(config, true, out);
}

const struct rt_workload rt_workload_pond_group_context = {
    .name = "pond/group-context",
    .summary = "the context of a group that ended well stays with the pool",
    .round = "make a group, submit one task, wait, drop the group",
    .variants = (const char *const[]){"v2.7.0", "v2.1.6", "v2.2.0", "v2.3.1",
        "v2.3.2", "v2.3.3", "v2.6.2", "cancel-on-done", NULL},
    .rounds = 1000,
    .sizes = (const long[]){100000, 0},
    .threads = 1,
    .finding = finding,
    .expect = expect,
    .run = run,
};

const struct rt_workload rt_workload_pond_group_stop = {
    .name = "pond/group-stop",
    .summary = "as pond/group-context, but the user stops each group",
    .round = "make a group, submit one task, wait, stop and drop the group",
    .variants = (const char *const[]){"v2.7.0", "v2.1.6", "v2.2.0", "v2.3.1",
        "v2.3.2", "v2.3.3", "v2.6.2", "cancel-on-done", NULL},
    .rounds = 1000,
    .threads = 1,
    .finding = finding_stopped,
    .expect = expect_stopped,
    .run = run_stopped,
};
