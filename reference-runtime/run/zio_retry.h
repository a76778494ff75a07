/* zio_retry.h - workload zio-pool/retry.
 *
 * Source:    zio/zio#6844.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_RETRY_H
#define OL_RUNTIME_ZIO_RETRY_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_retry;

#endif
