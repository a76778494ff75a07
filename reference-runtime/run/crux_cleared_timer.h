/* crux_cleared_timer.h - Crux's #292: who waits for a timer waits on when it
 * is cleared.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_CLEARED_TIMER_H
#define OL_RUNTIME_CRUX_CLEARED_TIMER_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_cleared_timer;

#endif
