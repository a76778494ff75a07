/* pond_repro.c - the program of Pond's issue #110.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_repro.h"

#include <errno.h>

long rt_pond_repro_queued(const struct rt_pond_variant *variant, long workers)
{
    return RT_POND_REPRO_SURPLUS + (variant->dispatches ? workers : 0);
}

/* Returns how many tasks filled the nodes before the one that holds the last
 * task: S(k-1) for the k with S(k-1) < count <= S(k). */
static long filled_before(
    const struct rt_pond_variant *variant, long workers, long count)
{
    long capacity = variant->dispatches ? 10 : 1024;
    const long batch =
        workers < RT_POND_LARGEST_BATCH ? workers : RT_POND_LARGEST_BATCH;
    const long largest = variant->dispatches ? batch : 100L * 1024;
    long before = 0;
    while (before + capacity < count) {
        before += capacity;
        capacity = capacity < 1024 ? 2 * capacity : capacity + capacity / 2;
        if (capacity > largest) capacity = largest;
    }
    return before;
}

long rt_pond_repro_dead_slots(
    const struct rt_pond_variant *variant, long workers, long count)
{
    if (variant->clears_slots) return 0;
    return count - filled_before(variant, workers, count);
}

struct rt_pond_remains rt_pond_repro_remains(
    const struct rt_pond_variant *variant, long workers, long rounds)
{
    const long sharers = rt_pond_repro_queued(variant, workers);
    const long count = sharers * rounds;
    if (variant->clears_slots || count == 0) return (struct rt_pond_remains){0};
    const long before = filled_before(variant, workers, count);
    return (struct rt_pond_remains){
        .slots = count - before,
        .payloads = (count - 1) / sharers - before / sharers + 1,
    };
}

int rt_pond_repro_init(
    struct rt_pond_repro *repro, const struct rt_workload_config *config)
{
    const struct rt_pond_options options = {
        .variant = rt_pond_variant_find(config->variant),
        .max_workers = (size_t)config->threads,
    };
    *repro = (struct rt_pond_repro){0};
    const int err = rt_pond_create(&options, &repro->pond);
    if (err) return err;
    repro->group = rt_pond_group_create(repro->pond, NULL);
    return repro->group ? 0 : -ENOMEM;
}

void rt_pond_repro_state(struct rt_pond_repro *repro, struct rt_truth *out)
{
    const struct rt_pond_counts counts = rt_pond_counts(repro->pond);
    rt_truth_add(out, "direct", (long)counts.direct);
    rt_truth_add(out, "queued", (long)counts.queued);
    rt_truth_add(out, "nodes", (long)counts.nodes);
    rt_truth_add(out, "dead_slots", (long)counts.dead_slots);
    rt_truth_add(out, "closures", rt_object_live(RT_CLOSURE));
    rt_truth_add(out, "payloads", rt_object_live(RT_PAYLOAD));
    rt_truth_add(out, "results", rt_object_live(RT_RESULT));
}

int rt_pond_repro_deinit(struct rt_pond_repro *repro)
{
    if (!repro->pond) return 0;
    rt_pond_stop_and_wait(repro->pond);
    rt_pond_group_unref(repro->group);
    repro->group = NULL;
    return rt_pond_destroy(repro->pond);
}
