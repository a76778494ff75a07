/* zio_failed_in_scope.h - workload zio-pool/failed-in-scope.
 *
 * Source:    ZPool.get since zio/zio#9163, read in the source.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_FAILED_IN_SCOPE_H
#define OL_RUNTIME_ZIO_FAILED_IN_SCOPE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_failed_in_scope;

#endif
