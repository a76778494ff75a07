/* crux_abort_handle.h - to abort a command from outside.
 *
 * Shape:     a flag that the command looks at when it is run, and the way to
 *            who runs it, if that is another command.
 * Ownership: counted; the command holds one reference, each handle another.
 * Threads:   all calls from any thread.
 * Source:    crux_core's AbortHandle, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_ABORT_HANDLE_H
#define OL_RUNTIME_CRUX_ABORT_HANDLE_H

#include "reference-runtime/crux/crux_atomic_waker.h"
#include "reference-runtime/crux/crux_variant.h"

struct rt_crux_abort_handle;

/* Makes the handle of the command that `host` hosts. Returns NULL if there is
 * no memory. */
OL_MUST_USE struct rt_crux_abort_handle *rt_crux_abort_handle_create(
    const struct rt_crux_command_variant *variant,
    struct rt_crux_atomic_waker *host);

/* Takes one more reference. Returns the handle. */
struct rt_crux_abort_handle *rt_crux_abort_handle_ref(
    struct rt_crux_abort_handle *handle);

/* Gives a reference back; NULL is fine. */
void rt_crux_abort_handle_unref(struct rt_crux_abort_handle *handle);

/* Returns its header. */
const struct rt_object *rt_crux_abort_handle_object(
    const struct rt_crux_abort_handle *handle);

/* Has the command drop its tasks when it is next run. Upstream nobody is told
 * to run it. */
void rt_crux_abort_handle_abort(struct rt_crux_abort_handle *handle);

bool rt_crux_abort_handle_is_aborted(const struct rt_crux_abort_handle *handle);

#endif
