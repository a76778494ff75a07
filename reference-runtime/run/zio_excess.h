/* zio_excess.h - workload zio-pool/excess.
 *
 * Source:    ZPool.excess, read in the source.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_EXCESS_H
#define OL_RUNTIME_ZIO_EXCESS_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_excess;

#endif
