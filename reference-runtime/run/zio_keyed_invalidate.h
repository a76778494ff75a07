/* zio_keyed_invalidate.h - workload zio-keyed/invalidate.
 *
 * Source:    zio/zio#9306.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_KEYED_INVALIDATE_H
#define OL_RUNTIME_ZIO_KEYED_INVALIDATE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_keyed_invalidate;

#endif
