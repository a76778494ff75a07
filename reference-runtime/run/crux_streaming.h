/* crux_streaming.h - Crux's streams: the shell answers until the task ends it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_STREAMING_H
#define OL_RUNTIME_CRUX_STREAMING_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_crux_stream;

#endif
