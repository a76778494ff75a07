/* crux_command_waker.h - wakes one task of one command.
 *
 * Shape:     the task's number, where to send it, and whom to wake so that
 *            somebody comes to receive it. Each poll of a task makes a new
 *            one; what the task waits for keeps clones. When only the one of
 *            the poll is left, nobody can wake the task again.
 * Ownership: counted; a clone is a reference. It reaches no task.
 * Threads:   all calls from any thread. A wake sends, then says so (release),
 *            and only then lets go (release): who reads the count first
 *            (acquire), and then whether it was woken, misses no wake.
 * Errors:    a wake that finds no memory for its message is none.
 * Source:    crux_core's command executor, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_COMMAND_WAKER_H
#define OL_RUNTIME_CRUX_COMMAND_WAKER_H

#include "reference-runtime/crux/crux_atomic_waker.h"
#include "reference-runtime/crux/crux_channel.h"
#include "reference-runtime/crux/crux_variant.h"

/* The steps of a wake, and of who asks whether to evict; see step.h. */
#define RT_CRUX_STEP_SEND   "command-waker: send the number"
#define RT_CRUX_STEP_FLAG   "command-waker: say that it was woken"
#define RT_CRUX_STEP_HOST   "command-waker: wake the host"
#define RT_CRUX_STEP_LET_GO "command-waker: let go, if it does"
#define RT_CRUX_STEP_COUNT  "command-waker: read the count"
#define RT_CRUX_STEP_WOKEN  "command-waker: read whether it was woken"

struct rt_crux_command_waker;

/* Makes the waker of a poll. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_crux_command_waker *rt_crux_command_waker_create(
    const struct rt_crux_sender *ready, struct rt_crux_atomic_waker *host);

/* Says whose it is, before anybody sees it. */
void rt_crux_command_waker_set_number(
    struct rt_crux_command_waker *waker, uint32_t number);

/* Gives the poll's reference back; NULL is fine. */
void rt_crux_command_waker_unref(struct rt_crux_command_waker *waker);

/* Returns it as a waker, borrowed: without a reference of its own. */
struct rt_waker rt_crux_command_waker_borrow(
    struct rt_crux_command_waker *waker);

/* Returns whether the task is to be evicted, after a poll that left it
 * pending: nobody holds a clone, and nobody has woken it. */
bool rt_crux_command_waker_is_abandoned(
    const struct rt_crux_command_waker *waker,
    const struct rt_crux_command_variant *variant);

#endif
