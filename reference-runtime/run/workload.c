/* workload.c - the table of workloads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/workload.h"

#include <string.h>

#include "reference-runtime/run/pond_gated.h"

static const struct rt_workload *const workloads[] = {
    &rt_pond_gated,
};

const struct rt_workload *rt_workload_at(size_t index)
{
    if (index >= sizeof workloads / sizeof workloads[0]) return NULL;
    return workloads[index];
}

const struct rt_workload *rt_workload_find(const char *name)
{
    const struct rt_workload *workload = NULL;
    for (size_t i = 0; (workload = rt_workload_at(i)); i++)
        if (strcmp(workload->name, name) == 0) return workload;
    return NULL;
}

struct rt_workload_config rt_workload_defaults(
    const struct rt_workload *workload, const char *variant)
{
    return (struct rt_workload_config){
        .variant = variant,
        .rounds = workload->rounds,
        .threads = workload->threads,
        .payload_bytes = workload->payload_bytes,
    };
}

const char *rt_workload_variant(
    const struct rt_workload *workload, const char *name)
{
    for (const char *const *variant = workload->variants; *variant; variant++)
        if (strcmp(*variant, name) == 0) return *variant;
    return NULL;
}
