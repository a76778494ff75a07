/* zio_keyed_finalizers.h - workload zio-keyed/finalizers.
 *
 * Source:    zio/zio#9329.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_KEYED_FINALIZERS_H
#define OL_RUNTIME_ZIO_KEYED_FINALIZERS_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_keyed_finalizers;

#endif
