/* zio_fail.h - workloads zio-pool/fail, fail-fixed-5 and fail-fixed-10.
 *
 * Source:    zio/zio#9152.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_FAIL_H
#define OL_RUNTIME_ZIO_FAIL_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_fail;
extern const struct rt_workload rt_workload_zio_fail_fixed_5;
extern const struct rt_workload rt_workload_zio_fail_fixed_10;

#endif
