/* acquire_release.h - to have something only with its finalizer.
 *
 * Shape:     mask; acquire; add the finalizer; unmask. No interrupt comes
 *            between having something and knowing how to give it back.
 * Units:     the value is that of `acquire`.
 * Ownership: takes `acquire` and `release`, and holds the scope until ready.
 * Threads:   as future.h; poll it from within a task.
 * Errors:    NULL when there is no memory: `acquire` and env are dropped.
 * Source:    ZIO.acquireRelease, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ACQUIRE_RELEASE_H
#define OL_RUNTIME_ACQUIRE_RELEASE_H

#include "reference-runtime/core/scope.h"

/* How what was acquired is given back. */
struct rt_release_fn {
    /* As of a finalizer, and told the value that was acquired. */
    struct rt_future *(*run)(void *env, intptr_t value, int exit);
    void (*drop)(void *env); /* gives env back; NULL if there is no need */
    void *env;               /* owner */
};

/* Makes a future that acquires, and gives back when the scope is closed, or
 * at once if it is closed already. If `acquire` fails it fails so too, and
 * nothing is given back. */
OL_MUST_USE struct rt_future *rt_acquire_release(struct rt_scope *scope,
    struct rt_future *acquire, struct rt_release_fn release);

#endif
