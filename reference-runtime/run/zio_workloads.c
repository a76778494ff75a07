/* zio_workloads.c - the table of ZIO's workloads.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/zio_workloads.h"

#include <stddef.h>

#include "reference-runtime/run/zio_contention.h"
#include "reference-runtime/run/zio_excess.h"
#include "reference-runtime/run/zio_fail.h"
#include "reference-runtime/run/zio_fail_free.h"
#include "reference-runtime/run/zio_failed_in_scope.h"
#include "reference-runtime/run/zio_free.h"
#include "reference-runtime/run/zio_ghosts.h"
#include "reference-runtime/run/zio_init_interrupt.h"
#include "reference-runtime/run/zio_interrupt.h"
#include "reference-runtime/run/zio_invalidate.h"
#include "reference-runtime/run/zio_keyed_finalizers.h"
#include "reference-runtime/run/zio_keyed_free.h"
#include "reference-runtime/run/zio_keyed_invalidate.h"
#include "reference-runtime/run/zio_retry.h"

const struct rt_workload *const rt_zio_workloads[] = {
    &rt_workload_zio_interrupt,
    &rt_workload_zio_fail,
    &rt_workload_zio_fail_fixed_5,
    &rt_workload_zio_fail_fixed_10,
    &rt_workload_zio_init_interrupt,
    &rt_workload_zio_foreign_invalidate,
    &rt_workload_zio_double_invalidate,
    &rt_workload_zio_retry,
    &rt_workload_zio_contention,
    &rt_workload_zio_ghosts,
    &rt_workload_zio_excess,
    &rt_workload_zio_failed_in_scope,
    &rt_workload_zio_free,
    &rt_workload_zio_fail_free,
    &rt_workload_zio_keyed_invalidate,
    &rt_workload_zio_keyed_finalizers,
    &rt_workload_zio_keyed_free,
    NULL,
};
