/* wait_list.h - who waits for one thing, the oldest first.
 *
 * Shape:     a list of waits; each is a link and a waker, embedded in the
 *            future that waits. In no list: not waiting.
 * Ownership: a wait owns its waker while it is listed; its storage is the
 *            future's, which leaves the list before it is freed.
 * Threads:   the lock of the thing waited for guards the list and its waits.
 *            Take wakers out under it, fire them after. rt_wait_leave alone
 *            locks it itself.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_WAIT_LIST_H
#define OL_RUNTIME_WAIT_LIST_H

#include <pthread.h>
#include <stddef.h>

#include "base/list.h"
#include "reference-runtime/core/waker.h"

struct rt_wait_list {
    struct ol_list waits;
    size_t count;
};

struct rt_wait {
    struct ol_list link;
    struct rt_wait_list *list; /* borrowed; NULL: in none */
    struct rt_waker waker;
};

void rt_wait_list_init(struct rt_wait_list *list);

/* Makes a wait that is in no list. */
void rt_wait_init(struct rt_wait *wait);

/* Waits at the end of the list, or stays where it is, to be woken by a clone
 * of `waker`. Returns the waker that this replaces, to be dropped after
 * unlocking. */
OL_MUST_USE struct rt_waker rt_wait_list_add(struct rt_wait_list *list,
    struct rt_wait *wait, const struct rt_waker *waker);

/* Stops waiting. Returns the waker, to be dropped after unlocking; nobody if
 * the wait was in no list. */
OL_MUST_USE struct rt_waker rt_wait_remove(struct rt_wait *wait);

/* Stops waiting, and drops the waker. `mutex` is what guards the list. */
void rt_wait_leave(struct rt_wait *wait, pthread_mutex_t *mutex);

/* Takes out the wait that is longest there. Returns it, or NULL; its waker is
 * still in it: move it out before unlocking, as the wait may be gone after
 * that, and fire it then. */
OL_MUST_USE struct rt_wait *rt_wait_list_take(struct rt_wait_list *list);

#endif
