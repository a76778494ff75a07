/* constructor.c - what can only be done once the libraries are there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/hard.h"
#include "preload/threads.h"

/* Before the other constructors of this library; those of the libraries
 * that we need have run, and those of others perhaps too. */
__attribute__((constructor(101))) static void construct(void)
{
    (void)ol_threads_enter();
    ol_threads_leave();
    /* libunwind comes with allocations of its own, which are not the
     * program's. */
    const bool was_quiet = ol_threads_begin_quiet();
    (void)ol_hard_open();
    ol_threads_end_quiet(was_quiet);
}
