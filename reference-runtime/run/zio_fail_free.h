/* zio_fail_free.h - workload zio-pool/fail-free.
 *
 * Source:    zio/zio#9152, on threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_FAIL_FREE_H
#define OL_RUNTIME_ZIO_FAIL_FREE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_fail_free;

#endif
