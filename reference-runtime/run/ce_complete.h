/* ce_complete.h - deferreds that complete, and what stays with them.
 *
 * The program keeps every deferred, as a cache does. `complete`: nothing
 * else. `pinned-handle`, `pinned-oldest`: the handle of one of those who
 * waited, the newest or the oldest, as of a finalizer that has yet to run; up
 * to ce-3.5.3 all below hangs on that (#3973). `throwing`: one of the
 * callbacks fails, and who is below it is never called.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_COMPLETE_H
#define OL_RUNTIME_CE_COMPLETE_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_ce_complete;
extern const struct rt_workload rt_workload_ce_pinned_handle;
extern const struct rt_workload rt_workload_ce_pinned_oldest;
extern const struct rt_workload rt_workload_ce_throwing;

#endif
