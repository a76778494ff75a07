/* pond_edge.c - Pond's leak #110 where one node ends.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_edge.h"

#include "include/outlive/outlive.h"
#include "reference-runtime/run/held_task.h"
#include "reference-runtime/run/pond_repro.h"

/* How many tasks have gone through the queue after that many rounds: up to
 * the end of a node, then one more, then up to the end of the next node. */
static long queued_after(long rounds)
{
    long capacity = 1024;
    long sum = capacity;
    for (long round = 3; round <= rounds; round += 2) {
        capacity += capacity / 2;
        if (capacity > 100L * 1024) capacity = 100L * 1024;
        sum += capacity;
    }
    return rounds % 2 == 0 ? sum + 1 : sum;
}

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_pond_variant *const variant =
        rt_pond_variant_find(config->variant);
    const long queued = queued_after(config->rounds);
    const long dead = rt_pond_repro_dead_slots(variant, 1, queued);
    rt_truth_add(out, "queued", queued);
    rt_truth_add(out, "nodes", 1);
    rt_truth_add(out, "dead_slots", dead);
    rt_truth_add(out, "closures", dead);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    (void)config;
    return "unjudged; so few rounds prove nothing";
}

/* One task keeps the only worker busy while `count` others queue up. */
static int run_round(struct rt_pond *pond, struct rt_gate *gate, long count)
{
    rt_gate_close(gate);
    int err = rt_pond_go(pond, rt_held_task(gate, NULL));
    for (long task = 0; task < count && !err; task++)
        err = rt_pond_go(pond, rt_held_task(gate, NULL));
    rt_gate_open(gate);
    rt_pond_wait_idle(pond);
    return err;
}

static void state(struct rt_pond *pond, struct rt_truth *out)
{
    const struct rt_pond_counts counts = rt_pond_counts(pond);
    rt_truth_add(out, "queued", (long)counts.queued);
    rt_truth_add(out, "nodes", rt_object_live(RT_NODE));
    rt_truth_add(out, "dead_slots", (long)counts.dead_slots);
    rt_truth_add(out, "closures", rt_object_live(RT_CLOSURE));
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    const struct rt_pond_options options = {
        .variant = rt_pond_variant_find(config->variant),
        .max_workers = 1,
    };
    struct rt_pond *pond = NULL;
    struct rt_gate gate;
    rt_gate_init(&gate);
    int err = rt_pond_create(&options, &pond);
    long queued = 0;
    for (long round = 1; round <= config->rounds && !err; round++) {
        const long target = queued_after(round);
        err = run_round(pond, &gate, target - queued);
        queued = target;
        ol_mark("round");
    }
    if (!err) state(pond, out);

    const int busy = rt_pond_destroy(pond);
    const int held = rt_gate_deinit(&gate);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy ? busy : held;
}

const struct rt_workload rt_workload_pond_edge = {
    .name = "pond/edge",
    .summary = "where one node of the queue ends (alitto/pond#110)",
    .round = "as many queued tasks as fill the node at hand, or one more",
    .variants = (const char *const[]){"v2.3.2", "v2.2.0", "v2.3.1", "v2.3.3",
        "v2.6.2", "v2.7.0", "cancel-on-done", NULL},
    .rounds = 4,
    .sizes = (const long[]){1, 2, 3, 0},
    .finding = finding,
    .expect = expect,
    .run = run,
};
