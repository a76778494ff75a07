/* crux_join_handle.h - to wait for a task of a command, or to abort it.
 *
 * Shape:     what a task and its handles share: whether it has ended, whether
 *            it is to be aborted, and who waits for it to end. Upstream, who
 *            waits is a channel of wakers: each poll of a join sends one
 *            more, and all stay there until the task ends. In the strict
 *            version each join has one place in a list.
 * Ownership: counted; the task holds one reference, each handle another.
 *            Handles reach the task's number and its command's host, not the
 *            task.
 * Threads:   all calls from any thread, but arm, end and leave from the
 *            thread that runs the command. Upstream, a join that is polled by
 *            another thread may miss the end that comes meanwhile: its waker
 *            is sent after those there were have been woken. Not so in the
 *            strict version.
 * Errors:    create and await return NULL when there is no memory. A join
 *            that cannot remember its waker is ready with -ENOMEM.
 * Source:    crux_core's JoinHandle, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_JOIN_HANDLE_H
#define OL_RUNTIME_CRUX_JOIN_HANDLE_H

#include "reference-runtime/crux/crux_atomic_waker.h"
#include "reference-runtime/crux/crux_channel.h"
#include "reference-runtime/crux/crux_variant.h"

struct rt_crux_join_handle;

/* Takes one more reference. Returns the handle. */
struct rt_crux_join_handle *rt_crux_join_handle_ref(
    struct rt_crux_join_handle *handle);

/* Gives a reference back; the task goes on. NULL is fine. */
void rt_crux_join_handle_unref(struct rt_crux_join_handle *handle);

/* Returns its header. */
const struct rt_object *rt_crux_join_handle_object(
    const struct rt_crux_join_handle *handle);

/* Makes a future that is ready, with status 0, when the task has ended in
 * whichever way. It holds the handle. */
OL_MUST_USE struct rt_future *rt_crux_join_handle_await(
    struct rt_crux_join_handle *handle);

/* Has the task dropped when its command next looks at it. Upstream nobody is
 * told that there is something to look at. */
void rt_crux_join_handle_abort(struct rt_crux_join_handle *handle);

/* Returns whether the task has ended. */
bool rt_crux_join_handle_has_ended(const struct rt_crux_join_handle *handle);

/* ---- The task's side ---- */

/* Makes one. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_join_handle *rt_crux_join_handle_create(
    const struct rt_crux_command_variant *variant);

/* Says that the task now has that number, of the command that `ready` and
 * `host` belong to. */
void rt_crux_join_handle_arm(struct rt_crux_join_handle *handle,
    uint32_t number, const struct rt_crux_sender *ready,
    struct rt_crux_atomic_waker *host);

bool rt_crux_join_handle_is_aborted(const struct rt_crux_join_handle *handle);

/* Says that the task has ended, and wakes who waits for that. */
void rt_crux_join_handle_end(struct rt_crux_join_handle *handle);

/* Lets go on behalf of a task that is dropped, ended or not. Upstream, who
 * still waits is forgotten. */
void rt_crux_join_handle_leave(struct rt_crux_join_handle *handle);

#endif
