/* coroutine.h - a function that can be left in its middle and gone on with.
 *
 * Shape:     a stack of its own; resume runs it until it yields or returns.
 *            Resumed after that, it starts anew.
 * Ownership: created and destroyed.
 * Threads:   a coroutine belongs to the thread that first resumed it. What is
 *            thread-local there is the coroutine's as well.
 * Errors:    create returns NULL when there is no memory; destroy -EBUSY
 *            while it is in its middle.
 * Source:    makecontext(3); the sanitizers' interfaces for fibers.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_COROUTINE_H
#define OL_RUNTIME_COROUTINE_H

#include <stdbool.h>

#include "base/attributes.h"

struct rt_coroutine;

/* Makes one that runs `body`. */
OL_MUST_USE struct rt_coroutine *rt_coroutine_create(
    void (*body)(void *env), void *env);

/* Frees it; NULL is fine. Returns 0 or -EBUSY. */
OL_MUST_USE int rt_coroutine_destroy(struct rt_coroutine *coroutine);

/* Goes on with it. Returns whether it is in its middle: it has yielded. Not
 * from within itself. */
bool rt_coroutine_resume(struct rt_coroutine *coroutine);

/* Leaves the coroutine that runs, for who resumed it. */
void rt_coroutine_yield(void);

#endif
