/* hard.h - the frames that compact rules cannot describe, by libunwind.
 *
 * Shape:     libunwind is opened with RTLD_LOCAL, so that none of its names
 *            enters the program, and is asked for single frames only: it
 *            goes from here to the frame, then one step beyond.
 * Threads:   ol_hard_open once, by the constructor; ol_hard_step any, at
 *            once, but never in a signal handler nested in the recorder,
 *            nor in a forked child: libunwind takes locks.
 * Errors:    without libunwind no step succeeds.
 * Source:    libunwind(3).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_HARD_H
#define OL_PRELOAD_HARD_H

#include <stdbool.h>

#include "base/attributes.h"
#include "preload/walk.h"

/* Opens libunwind and lets it walk once, so that what it allocates for good
 * is there. Returns whether it can be used. */
bool ol_hard_open(void);

/* No more steps from now on: for the child of a fork. Signal safe. */
void ol_hard_forbid(void);

/* Goes from a frame that is HARD, on the calling thread's stack, to its
 * caller; not from an interrupted frame, nor after a guess. Returns whether
 * it did; the walk is unchanged if not. */
OL_MUST_USE bool ol_hard_step(struct ol_walk *walk);

#endif
