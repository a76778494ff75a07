/* zio_contention.h - workload zio-pool/contention.
 *
 * Source:    zio/zio#8820.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_CONTENTION_H
#define OL_RUNTIME_ZIO_CONTENTION_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_contention;

#endif
