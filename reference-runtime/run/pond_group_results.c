/* pond_group_results.c - one group that is used for ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_group_results.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/run/held_task.h"
#include "reference-runtime/run/pond_repro.h"

/* The buffer of v2.1.6 keeps the last tasks, and these the group. */
static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_pond_variant *const variant =
        rt_pond_variant_find(config->variant);
    const long kept = variant->dispatches ? rt_pond_repro_dead_slots(variant,
                                                config->threads, config->rounds)
                                          : 0;
    rt_truth_add(out, "results", config->rounds);
    rt_truth_add(out, "closures", kept);
    rt_truth_add(out, "results_after_group", kept ? config->rounds : 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    (void)config;
    return "owner-bounded result 1.00";
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct rt_pond_repro repro;
    int err = rt_pond_repro_init(&repro, config);
    for (long round = 0; round < config->rounds && !err; round++) {
        err = rt_pond_group_submit(repro.group, rt_held_task(NULL, NULL));
        if (!err) err = rt_pond_group_wait(repro.group);
        rt_pond_wait_idle(repro.pond);
        ol_mark("round");
    }
    if (err) return err;

    rt_truth_add(out, "results", rt_object_live(RT_RESULT));
    rt_truth_add(out, "closures", rt_object_live(RT_CLOSURE));
    rt_pond_group_unref(repro.group);
    repro.group = NULL;
    rt_truth_add(out, "results_after_group", rt_object_live(RT_RESULT));
    err = rt_pond_repro_deinit(&repro);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err;
}

const struct rt_workload rt_workload_pond_group_results = {
    .name = "pond/group-results",
    .summary = "one long-lived group keeps a result for each task, by design",
    .round = "submit one task to the group and wait for it",
    .variants = (const char *const[]){"v2.7.0", "v2.1.6", "v2.2.0", "v2.3.1",
        "v2.3.2", "v2.3.3", "v2.6.2", "cancel-on-done", NULL},
    .rounds = 1000,
    .sizes = (const long[]){100000, 0},
    .threads = 1,
    .finding = finding,
    .expect = expect,
    .run = run,
};
