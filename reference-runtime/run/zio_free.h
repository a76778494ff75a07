/* zio_free.h - workload zio-pool/free: a crowd on a pool, on many threads.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_FREE_H
#define OL_RUNTIME_ZIO_FREE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_free;

#endif
