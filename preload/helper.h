/* helper.h - runs a function where descriptors do not count.
 *
 * Shape:     a task that shares our memory but has a copy of our table of
 *            descriptors, so that what it opens is never seen, closed or
 *            numbered by the program. The caller sleeps until it has ended.
 *            It is a thread, so that no wait() finds it and no signal tells
 *            of its end.
 * Threads:   all signals must be blocked, and one caller at a time.
 * Errors:    none: where no such task can be made (process limits), the
 *            caller runs the function itself.
 * Source:    clone(2).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_HELPER_H
#define OL_PRELOAD_HELPER_H

typedef void (*ol_helper_fn)(void *argument);

/* Runs `fn`. It may make system calls and touch memory, nothing else. */
void ol_helper_run(ol_helper_fn fn, void *argument);

#endif
