/* proto_wait_op.h - one wait on a channel, until it has a result.
 *
 * Shape:     an operation is in the ring of whoever waits on a channel, in
 *            the registrations of a source of cancellation, and in the hands
 *            of who waits (proto_wait.h). It has one continuation: a waker,
 *            or a task. It ends once: who ends it reserves that first.
 *            A pooled operation is used again and again; the token tells one
 *            use from the next.
 * Units:     results as in proto_wait_task.h.
 * Ownership: counted: ring, registration and wait own a share each.
 *            The operation owns its task even when it is over.
 * Threads:   all calls from any thread, those on one use one at a time. One
 *            lock an operation, never held while it continues; links are under
 *            the lock of the ring's owner.
 * Errors:    -EBUSY it has a continuation, -EINVAL the token is of an
 *            earlier use, -EINPROGRESS it is not over, -ENOMEM.
 * Source:    .NET's System.Threading.Channels.AsyncOperation and ValueTask,
 *            in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_WAIT_OP_H
#define OL_RUNTIME_PROTO_WAIT_OP_H

#include "reference-runtime/core/cancel.h"
#include "reference-runtime/core/waker.h"
#include "reference-runtime/protoactor/proto_wait_task.h"

struct rt_proto_wait_op;

/* Where an operation is listed, and how it leaves when it is cancelled; all
 * zero: it stays. */
struct rt_proto_wait_place {
    void (*leave)(struct rt_object *where, struct rt_proto_wait_op *op);
    struct rt_object *where; /* the operation holds it weakly */
};

/* For proto_ring.c alone. */
struct rt_proto_wait_links {
    struct rt_proto_wait_op *next; /* owner, in a ring */
    struct rt_proto_wait_op *prev; /* borrowed */
    /* Which ring it was added to, and when; written by that alone. */
    const void *ring;
    unsigned long lap;
};

/* Makes an operation; it is its first use. */
OL_MUST_USE struct rt_proto_wait_op *rt_proto_wait_op_create(void);

/* Makes a pooled one, which is not in use. */
OL_MUST_USE struct rt_proto_wait_op *rt_proto_wait_op_create_pooled(void);

/* Takes one more reference. Returns the operation. */
struct rt_proto_wait_op *rt_proto_wait_op_ref(struct rt_proto_wait_op *op);

/* Gives a reference back; NULL is fine. */
void rt_proto_wait_op_unref(struct rt_proto_wait_op *op);

/* Returns the header of the operation. */
const struct rt_object *rt_proto_wait_op_object(
    const struct rt_proto_wait_op *op);

/* ---- What is waited for ---- */

/* Begins a use of a pooled operation. Returns whether it was not in use. */
OL_MUST_USE bool rt_proto_wait_op_acquire(struct rt_proto_wait_op *op);

/* Has the operation cancelled with the source, here if that has happened. It
 * then leaves its place. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_proto_wait_op_arm(struct rt_proto_wait_op *op,
    struct rt_cancel_source *source, struct rt_proto_wait_place place);

/* Ends it with that result. Returns whether nobody else had. */
bool rt_proto_wait_op_complete(struct rt_proto_wait_op *op, int result);

/* Ends it with -ECANCELED, and leaves its registration with the source as it
 * is (fo-dicom#2009). Returns whether nobody else had ended it. */
bool rt_proto_wait_op_abandon(struct rt_proto_wait_op *op);

/* Returns its links. */
struct rt_proto_wait_links *rt_proto_wait_op_links(struct rt_proto_wait_op *op);

/* ---- Who waits ---- */

/* Returns the result, or -EINPROGRESS. */
int rt_proto_wait_op_result(const struct rt_proto_wait_op *op);

/* Returns the token of the present use. */
unsigned rt_proto_wait_op_token(struct rt_proto_wait_op *op);

/* Sets the continuation: a clone of the waker is fired when the operation is
 * over, or the waker here if it is. If `again` it may replace another waker.
 * Returns 0, -EBUSY or -EINVAL. */
OL_MUST_USE int rt_proto_wait_op_listen(struct rt_proto_wait_op *op,
    unsigned token, const struct rt_waker *waker, bool again);

/* Forgets the waker. */
void rt_proto_wait_op_unlisten(struct rt_proto_wait_op *op, unsigned token);

/* Sets a task as the continuation, which completes with the operation and
 * uses it up. Returns 0, -EBUSY or -EINVAL. */
OL_MUST_USE int rt_proto_wait_op_set_task(struct rt_proto_wait_op *op,
    unsigned token, struct rt_proto_wait_task *task);

/* Ends this use. Returns the result, -EINPROGRESS or -EINVAL. */
int rt_proto_wait_op_use_up(struct rt_proto_wait_op *op, unsigned token);

#endif
