/* zio_invalidate.h - workloads zio-pool/foreign-invalidate and
 * double-invalidate.
 *
 * Source:    zio/zio#9306.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_INVALIDATE_H
#define OL_RUNTIME_ZIO_INVALIDATE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_foreign_invalidate;
extern const struct rt_workload rt_workload_zio_double_invalidate;

#endif
