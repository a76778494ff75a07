/* workload.c - the table of workloads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/workload.h"

#include <string.h>

#include "reference-runtime/run/pond_blocked_submit.h"
#include "reference-runtime/run/pond_edge.h"
#include "reference-runtime/run/pond_free.h"
#include "reference-runtime/run/pond_gated.h"
#include "reference-runtime/run/pond_group_context.h"
#include "reference-runtime/run/pond_group_results.h"
#include "reference-runtime/run/pond_strand.h"

static const struct rt_workload *const workloads[] = {
    &rt_workload_pond_gated,
    &rt_workload_pond_free,
    &rt_workload_pond_edge,
    &rt_workload_pond_strand,
    &rt_workload_pond_group_context,
    &rt_workload_pond_group_stop,
    &rt_workload_pond_group_results,
    &rt_workload_pond_blocked_submit,
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
