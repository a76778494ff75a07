/* pond_strand.h - Pond's #138: a cancelled pool strands its queue.
 *
 * One worker is busy and a hundred tasks wait when the pool's context is
 * cancelled. Up to v2.6.2 the worker ends without them, and who waits for
 * their group waits for ever.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_STRAND_H
#define OL_RUNTIME_POND_STRAND_H

#include "reference-runtime/run/workload.h"

extern const struct rt_workload rt_workload_pond_strand;

#endif
