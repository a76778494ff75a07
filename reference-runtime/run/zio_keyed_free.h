/* zio_keyed_free.h - workload zio-keyed/free: a crowd on a keyed pool.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_KEYED_FREE_H
#define OL_RUNTIME_ZIO_KEYED_FREE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_keyed_free;

#endif
