/* zio_workloads.h - the workloads of ZIO.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_WORKLOADS_H
#define OL_RUNTIME_ZIO_WORKLOADS_H

#include "reference-runtime/run/workload.h"

/* Ends with NULL. */
extern const struct rt_workload *const rt_zio_workloads[];

#endif
