/* zio_interrupt.h - workload zio-pool/interrupt.
 *
 * Source:    zio/zio#9152.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_INTERRUPT_H
#define OL_RUNTIME_ZIO_INTERRUPT_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_interrupt;

#endif
