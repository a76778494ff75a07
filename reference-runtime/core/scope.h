/* scope.h - what has to be given back, and when.
 *
 * Shape:     OPEN -> CLOSED(exit), once. An open scope has finalizers; closing
 *            runs each exactly once, the newest first, one after the other.
 *            A finalizer may take its time: it then returns a future, and the
 *            next one starts when that is ready.
 * Units:     an exit is 0 or a negative errno: why the scope is closed.
 * Ownership: counted; and an open scope holds itself as long as it has
 *            finalizers: one that everybody has forgotten stays, with all
 *            that it was to give back. Closing hands that reference over: it
 *            is the future that closing is.
 * Threads:   all calls from any thread; one lock a scope, taken inside.
 *            Finalizers run outside of it, where the closing is polled.
 * Errors:    create, fork and add fail without memory, closing cannot. To
 *            drop a closing half-way leaves the rest undone: mask it.
 * Source:    ZIO's Scope, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_SCOPE_H
#define OL_RUNTIME_SCOPE_H

#include "reference-runtime/core/future.h"

struct rt_scope;
struct rt_finalizer;

/* What gives something back. Whoever is given one drops its env in the end:
 * right after running it, or without. */
struct rt_finalizer_fn {
    /* Returns a future of the rest of the work, which keeps what it needs, or
     * NULL when all is done. It is run once. */
    struct rt_future *(*run)(void *env, int exit);
    void (*drop)(void *env); /* gives env back; NULL if there is no need */
    void *env;               /* owner */
};

/* Makes an open scope. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_scope *rt_scope_create(void);

/* Makes an open scope that its parent closes, if nobody does before, and that
 * the parent forgets when it is closed. A parent that is closed closes it at
 * once. Returns NULL if there is no memory. */
OL_MUST_USE struct rt_scope *rt_scope_fork(struct rt_scope *parent);

/* Takes one more reference. Returns the scope. */
struct rt_scope *rt_scope_ref(struct rt_scope *scope);

/* Gives a reference back; NULL is fine. */
void rt_scope_unref(struct rt_scope *scope);

/* Returns its header. */
const struct rt_object *rt_scope_object(const struct rt_scope *scope);

bool rt_scope_is_open(struct rt_scope *scope);

/* Returns how many finalizers it has. */
size_t rt_scope_size(struct rt_scope *scope);

/* Returns what it was closed with; only of a scope that is closed. */
int rt_scope_exit(struct rt_scope *scope);

/* Adds a finalizer, and takes fn over. `out`, if not NULL, gets a reference
 * to it, or NULL after an error. Returns 0; -ENOMEM, or -ECANCELED if the
 * scope is closed: then fn is still the caller's. */
OL_MUST_USE int rt_scope_add(struct rt_scope *scope, struct rt_finalizer_fn fn,
    struct rt_finalizer **out);

/* The same, but has a closed scope run it now. Returns 0, with what is left
 * of that in `running`, NULL if nothing; or -ENOMEM, and fn is the
 * caller's. */
OL_MUST_USE int rt_scope_add_or_run(struct rt_scope *scope,
    struct rt_finalizer_fn fn, struct rt_future **running);

/* Takes a finalizer out without running it, and gives the reference from add
 * back. Returns whether it was still there. */
bool rt_scope_remove(struct rt_scope *scope, struct rt_finalizer *finalizer);

/* Gives the reference from add back; NULL is fine. */
void rt_finalizer_unref(struct rt_finalizer *finalizer);

/* Closes the scope, and runs finalizers up to the first that takes its time.
 * Returns a future that does the rest, or NULL if there is no rest, as for a
 * scope that is closed already. Its status is that of the first finalizer
 * that failed. */
OL_MUST_USE struct rt_future *rt_scope_close(struct rt_scope *scope, int exit);

#endif
