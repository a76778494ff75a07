/* workload.c - the workloads of all systems.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/workload.h"

#include <string.h>

#include "reference-runtime/run/ce_workloads.h"
#include "reference-runtime/run/crux_command_workloads.h"
#include "reference-runtime/run/crux_workloads.h"
#include "reference-runtime/run/pond_workloads.h"
#include "reference-runtime/run/proto_workloads.h"
#include "reference-runtime/run/zio_workloads.h"

/* A table a system. */
static const struct rt_workload *const *const systems[] = {
    rt_pond_workloads,
    rt_ce_workloads,
    rt_zio_workloads,
    rt_crux_workloads,
    rt_crux_command_workloads,
    rt_proto_workloads,
};

const struct rt_workload *rt_workload_at(size_t index)
{
    for (size_t i = 0; i < sizeof systems / sizeof systems[0]; i++) {
        const struct rt_workload *const *workload = systems[i];
        for (; *workload && index > 0; index--)
            workload++;
        if (*workload) return *workload;
    }
    return NULL;
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
        .shape = workload->shape,
    };
}

const char *rt_workload_variant(
    const struct rt_workload *workload, const char *name)
{
    for (const char *const *variant = workload->variants; *variant; variant++)
        if (strcmp(*variant, name) == 0) return *variant;
    return NULL;
}
