/* ce_late_push.h - gets that look too early and wait too late.
 *
 * Eight see that a deferred is not complete; it completes and calls who waits;
 * then they push themselves, look again, and clear their nodes. Where nothing
 * packs these stay with the deferred, which the program keeps.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_LATE_PUSH_H
#define OL_RUNTIME_CE_LATE_PUSH_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_late_push;

#endif
