/* pond_blocked_submit.h - Pond's #108: a lost wake-up.
 *
 * A submitter finds the queue full; before it sleeps the workers drain the
 * queue. Up to v2.3.1 nobody will wake it, and it holds its task for ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_BLOCKED_SUBMIT_H
#define OL_RUNTIME_POND_BLOCKED_SUBMIT_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_pond_blocked_submit;

#endif
