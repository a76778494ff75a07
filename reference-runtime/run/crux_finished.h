/* crux_finished.h - tasks that are done, and what becomes of their slots.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_FINISHED_H
#define OL_RUNTIME_CRUX_FINISHED_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_slots;

#endif
