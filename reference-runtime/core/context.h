/* context.h - a tree of things that can be cancelled, as Go's contexts are.
 *
 * Shape:     a context holds its parent; a parent holds its children until
 *            they are cancelled. A child that is never cancelled therefore
 *            lives as long as its parent, even if nobody else wants it.
 *            Who wants to be told of the cancelling watches the context,
 *            and the first watch makes its done object, a block of its own.
 * Units:     a cause is a negative errno; 0 = not cancelled.
 * Ownership: counted; create gives the caller one reference.
 * Threads:   all calls from any thread; one lock a tree, taken inside. A
 *            watcher is called under that lock: it may take locks of its
 *            own, but must not call into contexts.
 * Errors:    create returns NULL and watch -ENOMEM when there is no memory.
 * Source:    Go's package context, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CONTEXT_H
#define OL_RUNTIME_CONTEXT_H

#include "base/list.h"
#include "reference-runtime/core/object.h"

struct rt_context;

/* Called once when the context is cancelled. The caller's storage. */
struct rt_context_watcher {
    struct ol_list link;
    void (*cancelled)(void *env);
    void *env; /* borrowed */
};

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

/* Has `watcher` called when the context is cancelled, or now if it is.
 * Returns 0, or -ENOMEM. */
OL_MUST_USE int rt_context_watch(
    struct rt_context *context, struct rt_context_watcher *watcher);

/* Ends a watch: when this returns the watcher is not being called. */
void rt_context_unwatch(
    struct rt_context *context, struct rt_context_watcher *watcher);

#endif
