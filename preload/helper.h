/* helper.h - runs a function where descriptors do not count.
 *
 * Shape:     a task that shares our memory but has a copy of our table of
 *            descriptors, so that what it opens is never seen, closed or
 *            numbered by the program. The caller sleeps until it has ended.
 *            It is a thread, so that no wait() finds it and no signal tells
 *            of its end.
 * Threads:   any, with all signals blocked.
 * Errors:    where no such task can be made (process limits), ol_helper_try
 *            says so; ol_helper_run lets the caller run the function itself.
 * Source:    clone(2).
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_HELPER_H
#define OL_PRELOAD_HELPER_H

#include <stdbool.h>

#include "base/attributes.h"

typedef void (*ol_helper_fn)(void *argument);

/* Runs `fn`. It may make system calls and touch memory, nothing else. */
void ol_helper_run(ol_helper_fn fn, void *argument);

/* Runs `fn` there or not at all. Returns whether it did. */
OL_MUST_USE bool ol_helper_try(ol_helper_fn fn, void *argument);

#endif
