/* zio_init_interrupt.h - workload zio-pool/init-interrupt.
 *
 * Source:    zio/zio#9174.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_INIT_INTERRUPT_H
#define OL_RUNTIME_ZIO_INIT_INTERRUPT_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_zio_init_interrupt;

#endif
