/* hard.h - the frames that compact rules cannot describe.
 *
 * Shape:     their rules are on registers that a walk does not carry, but
 *            that functions keep: the lazy binder's are on rbx. So one walk
 *            more is made, from here, with all registers that are kept, by
 *            whole rows, to that frame and one step beyond.
 * Threads:   any, at once, on the thread's own behalf; signal safe; no
 *            locks.
 * Errors:    reads no more than a walk may.
 * Source:    DWARF 5, 6.4.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_HARD_H
#define OL_PRELOAD_HARD_H

#include <stdbool.h>

#include "base/attributes.h"
#include "preload/walk.h"

/* Goes from a frame that is HARD, on the calling thread's stack, to its
 * caller; not after a guess. Returns whether it did; the walk is unchanged
 * if not. */
OL_MUST_USE bool ol_hard_step(struct ol_walk *walk);

#endif
