/* pond_repro.c - the program of Pond's issue #110.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/pond_repro.h"

#include <errno.h>

#include "reference-runtime/payload.h"

struct rt_pond_remains rt_pond_repro_remains(
    long count, long capacity, long max_capacity, long sharers)
{
    /* The node k with S(k-1) < count <= S(k), S being what nodes hold. */
    long before = 0;
    while (before + capacity < count) {
        before += capacity;
        capacity = capacity < 1024 ? 2 * capacity : capacity + capacity / 2;
        if (capacity > max_capacity) capacity = max_capacity;
    }
    if (count == 0) return (struct rt_pond_remains){0};
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

void rt_pond_repro_drop_payload(void *env)
{
    rt_payload_unref(env);
}
