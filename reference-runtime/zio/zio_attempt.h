/* zio_attempt.h - what came of making an item, good or bad.
 *
 * Shape:     an item or a failure, and the scope in which it was made: the
 *            one way to give back what making it has acquired. Its stage
 *            tells where its slot is; none once the scope is closed.
 * Ownership: counted; the queue, a lease or a frame holds it. It owns its
 *            scope until that is closed. Dropped before, the scope is lost
 *            with all that was acquired in it: there is nobody left to close
 *            it. That is the leak of zio/zio#9152.
 * Threads:   one holder at a time.
 * Source:    ZPool's Attempted.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_ATTEMPT_H
#define OL_RUNTIME_ZIO_ATTEMPT_H

#include "reference-runtime/core/scope.h"
#include "reference-runtime/zio/zio_state.h"

struct rt_zio_attempt {
    struct rt_object object;
    struct rt_zio_pool *pool; /* borrowed: whoever holds us holds it */
    enum rt_zio_stage stage;
    int status;
    intptr_t value;         /* if status is 0, owner of an item */
    struct rt_scope *scope; /* owner; NULL: closed */
};

/* Makes one that is being made, with an open scope. Returns NULL if there is
 * no memory. */
OL_MUST_USE struct rt_zio_attempt *rt_zio_attempt_create(
    struct rt_zio_pool *pool);

/* Gives a reference back; NULL is fine. */
void rt_zio_attempt_unref(struct rt_zio_attempt *attempt);

/* Somebody else has it now. */
void rt_zio_attempt_move(
    struct rt_zio_attempt *attempt, enum rt_zio_stage stage);

/* Returns its item, borrowed, or NULL if it is a failure or closed. */
struct rt_object *rt_zio_attempt_item(const struct rt_zio_attempt *attempt);

/* Returns whether it is an item that may be leased. */
bool rt_zio_attempt_is_valid(const struct rt_zio_attempt *attempt);

/* ---- Closing, a frame ---- */

struct rt_zio_closing {
    struct rt_zio_attempt *attempt; /* borrowed */
    struct rt_future *future;       /* owner */
};

/* Begins to close its scope; `stage` tells whether it has a slot. */
void rt_zio_closing_begin(struct rt_zio_closing *closing,
    struct rt_zio_attempt *attempt, enum rt_zio_stage stage);

OL_MUST_USE enum rt_poll rt_zio_closing_poll(
    struct rt_zio_closing *closing, const struct rt_waker *waker);

#endif
