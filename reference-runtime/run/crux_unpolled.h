/* crux_unpolled.h - Crux before 0.3.0: requests that keep themselves.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_UNPOLLED_H
#define OL_RUNTIME_CRUX_UNPOLLED_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_unpolled;

#endif
