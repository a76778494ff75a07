/* context.h - a tree of things that can be cancelled, as Go's contexts are.
 *
 * Shape:     a context holds its parent; a parent holds its children until
 *            they are cancelled. A child that is never cancelled therefore
 *            lives as long as its parent, even if nobody else wants it.
 *            Who wants to be told of the cancelling waits for it, and the
 *            first who does makes the done object, a block of its own.
 * Units:     a cause is a negative errno; 0 = not cancelled.
 * Ownership: counted; create gives the caller one reference.
 * Threads:   all calls from any thread; one lock a tree, taken inside.
 *            Whoever waits is woken outside of it, by who cancels.
 * Errors:    create and done return NULL when there is no memory.
 * Source:    Go's package context, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CONTEXT_H
#define OL_RUNTIME_CONTEXT_H

#include "reference-runtime/core/future.h"

struct rt_context;

/* Makes a context; a parent that is cancelled cancels it. NULL makes a root.
 * Returns NULL if there is no memory. */
OL_MUST_USE struct rt_context *rt_context_create(struct rt_context *parent);

/* Takes one more reference. Returns the context. */
struct rt_context *rt_context_ref(struct rt_context *context);

/* Gives a reference back; NULL is fine. */
void rt_context_unref(struct rt_context *context);

/* Returns the header of the context. */
const struct rt_object *rt_context_object(const struct rt_context *context);

/* Cancels the context and all below it; the first cause stays. */
void rt_context_cancel(struct rt_context *context, int cause);

/* Returns why it was cancelled, or 0. */
int rt_context_cause(const struct rt_context *context);

/* Makes a future that is ready, its status the cause, when the context is
 * cancelled. It holds the context. */
OL_MUST_USE struct rt_future *rt_context_done(struct rt_context *context);

#endif
