/* proto_wait.h - a wait in the hands of who waits.
 *
 * Shape:     a value: either the result, where there was no need to wait, or
 *            an operation and the token of this use of it. It can be used
 *            once: by asking for the result, by polling until it is ready, or
 *            by making a task of it.
 * Units:     results as in proto_wait_task.h.
 * Ownership: the wait owns a reference to its operation until it is dropped,
 *            polled ready, or made a task.
 * Threads:   one call at a time on one wait; from any thread.
 * Errors:    -EBUSY there is a continuation already, -EINVAL the wait has been
 *            used up, -EINPROGRESS it is not over, -ENOMEM.
 * Source:    .NET's ValueTask<bool>, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_PROTO_WAIT_H
#define OL_RUNTIME_PROTO_WAIT_H

#include "reference-runtime/core/future.h"
#include "reference-runtime/protoactor/proto_wait_op.h"

struct rt_proto_wait {
    struct rt_proto_wait_op *op; /* owner; NULL: there was no need to wait */
    int result;                  /* if there is no operation */
    unsigned token;
};

/* Returns a wait that is over. */
struct rt_proto_wait rt_proto_wait_over(int result);

/* Returns a wait for the present use of an operation, whose reference it
 * takes. */
struct rt_proto_wait rt_proto_wait_for(struct rt_proto_wait_op *op);

/* Returns whether there is a result. */
bool rt_proto_wait_is_over(const struct rt_proto_wait *wait);

/* Has the waker fired when it is over, or now. Returns 0, -EBUSY or
 * -EINVAL. */
OL_MUST_USE int rt_proto_wait_listen(
    struct rt_proto_wait *wait, const struct rt_waker *waker);

/* Uses the wait up, but does not drop it. Returns the result, -EINPROGRESS or
 * -EINVAL. */
int rt_proto_wait_result(struct rt_proto_wait *wait);

/* Uses the wait up and drops it if it is over, or keeps a clone of the waker
 * in place of the one before. */
OL_MUST_USE enum rt_poll rt_proto_wait_poll(
    struct rt_proto_wait *wait, const struct rt_waker *waker, int *out);

/* Makes a task of the wait, and drops it in any case. Returns 0, -EBUSY,
 * -EINVAL or -ENOMEM. */
OL_MUST_USE int rt_proto_wait_as_task(
    struct rt_proto_wait *wait, struct rt_proto_wait_task **out);

/* Waits no longer. The operation stays where it is listed. */
void rt_proto_wait_drop(struct rt_proto_wait *wait);

#endif
