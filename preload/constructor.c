/* constructor.c - what can only be done once the libraries are there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "preload/inherit.h"
#include "preload/lives.h"
#include "preload/threads.h"

/* Before the other constructors of this library; those of the libraries
 * that we need have run, and those of others perhaps too. */
__attribute__((constructor(101))) static void construct(void)
{
    (void)ol_threads_enter();
    ol_threads_leave();
    if (!ol_process.is_recording) return;
    if (!ol_process.settings.follows_exec) ol_inherit_nothing();
    /* Registered first, so it runs last. Without it an exit would look like
     * a kill: nothing else would be wrong. */
    (void)on_exit(ol_lives_exited, NULL);
}
