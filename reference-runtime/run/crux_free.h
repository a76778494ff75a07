/* crux_free.h - Crux's leak #268, with threads that ask and answer.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_FREE_H
#define OL_RUNTIME_CRUX_FREE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_free;

#endif
