/* stack_scrub.h - forgets what finished calls left on the stack.
 *
 * A pointer in a dead stack slot looks like a reference to whoever scans
 * stacks conservatively. Long-lived loops call this after each step, so that
 * what they let go of is not held by their own leavings.
 *
 * Threads:   each scrubs its own stack.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_STACK_SCRUB_H
#define OL_RUNTIME_STACK_SCRUB_H

/* Zeroes the next kilobytes below the caller's frame. */
void rt_stack_scrub(void);

#endif
