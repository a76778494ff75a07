/* ce_adversarial.h - 16 of 512 give up, far apart.
 *
 * Upstream's case of adversarial cancellations: no pack reaches deep enough
 * to find any of them. Garbage stays, is counted right, and nobody who waits
 * on is lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_ADVERSARIAL_H
#define OL_RUNTIME_CE_ADVERSARIAL_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_adversarial;

#endif
