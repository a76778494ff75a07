/* zio_ghosts.h - workload zio-pool/ghosts.
 *
 * Source:    ZPool.get since zio/zio#6701, read in the source.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_GHOSTS_H
#define OL_RUNTIME_ZIO_GHOSTS_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_ghosts;

#endif
