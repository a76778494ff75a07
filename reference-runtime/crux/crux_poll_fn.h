/* crux_poll_fn.h - a future made of a function.
 *
 * Ownership: the future owns `env` if there is a drop.
 * Threads:   as future.h.
 * Errors:    create returns NULL when there is no memory, and has dropped
 *            `env`.
 * Source:    poll_fn of Rust's futures, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_POLL_FN_H
#define OL_RUNTIME_CRUX_POLL_FN_H

#include "reference-runtime/core/future.h"

struct rt_crux_poll_fn {
    /* Stores the value when ready. */
    enum rt_poll (*poll)(
        void *env, const struct rt_waker *waker, intptr_t *value_out);
    void (*drop)(void *env); /* NULL: `env` is borrowed */
    void *env;
};

/* Makes a future that asks the function. */
OL_MUST_USE struct rt_future *rt_crux_poll_fn_create(struct rt_crux_poll_fn fn);

#endif
