/* proto_workloads.c - the table of Proto.Actor's workloads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/proto_workloads.h"

#include <stddef.h>

#include "reference-runtime/run/proto_dispose.h"
#include "reference-runtime/run/proto_free.h"
#include "reference-runtime/run/proto_messages.h"
#include "reference-runtime/run/proto_poll_cancel.h"

const struct rt_workload *const rt_proto_workloads[] = {
    &rt_workload_proto_data,
    &rt_workload_proto_free,
    &rt_workload_proto_flush,
    &rt_workload_proto_reverse,
    &rt_workload_proto_burst,
    &rt_workload_proto_dispose,
    &rt_workload_proto_keep_loser,
    &rt_workload_proto_single_reader,
    &rt_workload_proto_poll_cancel,
    NULL,
};
