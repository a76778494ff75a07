/* sandbox.h - whether the recorder may still make system calls.
 *
 * Shape:     a program that gives itself a seccomp filter has listed the
 *            calls that it makes, not those that we make: any of ours might
 *            kill it. From then on the recorder makes none. What fits the
 *            chunks and tables that are there is recorded, for which the
 *            thread gets a large chunk before; the rest is counted as lost.
 *            A filter that was there before the program began is not seen.
 * Threads:   any. The filter may be one thread's; the answer is everybody's.
 * Source:    seccomp(2).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_SANDBOX_H
#define OL_PRELOAD_SANDBOX_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/attributes.h"

extern OL_HIDDEN _Atomic bool ol_sandbox_closed;

/* Relaxed: the thread that is filtered has stored it itself. */
static inline bool ol_sandbox_is_closed(void)
{
    return OL_UNLIKELY(
        atomic_load_explicit(&ol_sandbox_closed, memory_order_relaxed));
}

#endif
