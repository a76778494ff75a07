/* pond_future.h - the results of many tasks, waited for together.
 *
 * Shape:     results gather in the order in which tasks end, each a block of
 *            its own, in one growing array. The first error cancels the
 *            future's context. Nothing is removed before deinit, however
 *            often one waits.
 * Units:     errors and causes are negative errno.
 * Ownership: the caller's storage. The results belong to `owner`, which is
 *            the object that the future is a part of, and go with it.
 * Threads:   all calls but init and deinit from any thread.
 * Errors:    deinit returns -EBUSY while somebody waits.
 * Source:    Pond's internal/future/composite.go.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_FUTURE_H
#define OL_RUNTIME_POND_FUTURE_H

#include <pthread.h>

#include "reference-runtime/core/context.h"
#include "reference-runtime/core/wait_list.h"

struct rt_pond_result;

struct rt_pond_future {
    const struct rt_object *owner; /* borrowed */
    pthread_mutex_t mutex;         /* guards what follows */
    struct rt_wait_list waits;
    struct rt_context *context;      /* owner */
    bool is_retired;                 /* the context was given back */
    struct rt_pond_result **results; /* owner, of the array and of each */
    size_t count;
    size_t capacity;
    int error; /* the first one; 0 while there is none */
};

/* Makes a future; it takes over the caller's reference to the context. */
void rt_pond_future_init(struct rt_pond_future *future,
    const struct rt_object *owner, struct rt_context *context);

/* Frees the results. Leaves the context to whoever else holds it: it is not
 * cancelled here. Returns 0, or -EBUSY while somebody waits. */
OL_MUST_USE int rt_pond_future_deinit(struct rt_pond_future *future);

/* Task `index` ended with `value`, or with `err` if that is not 0. What comes
 * after the first error, or after a cancel, is dropped. */
void rt_pond_future_resolve(
    struct rt_pond_future *future, size_t index, int err, long value);

/* Makes a future that is ready when `count` tasks have ended well, one has
 * failed, or the context is cancelled: status 0, the first error, or the
 * cause. It is to be dropped before deinit. Returns NULL if there is no
 * memory. */
OL_MUST_USE struct rt_future *rt_pond_future_done(
    struct rt_pond_future *future, size_t count);

/* Has this thread wait for that. Returns its status, or -ENOMEM. */
OL_MUST_USE int rt_pond_future_wait(
    struct rt_pond_future *future, size_t count);

/* Returns how many wait. */
size_t rt_pond_future_waiters(struct rt_pond_future *future);

/* Stores the values of the tasks below `count` by index. What has no result
 * is left alone. */
void rt_pond_future_values(
    struct rt_pond_future *future, size_t count, long *values_out);

/* Returns how many results there are. */
size_t rt_pond_future_count(struct rt_pond_future *future);

/* Cancels the context with that cause. */
void rt_pond_future_cancel(struct rt_pond_future *future, int cause);

/* Gives the context back although all went well. Tasks that come later need
 * a new one. */
void rt_pond_future_retire(struct rt_pond_future *future);

/* Returns whether a new context is needed. */
bool rt_pond_future_is_retired(struct rt_pond_future *future);

/* Puts a new context in the place of one that was given back, and takes over
 * the caller's reference to it. */
void rt_pond_future_renew(
    struct rt_pond_future *future, struct rt_context *context);

/* Returns a reference to the context. */
struct rt_context *rt_pond_future_context(struct rt_pond_future *future);

/* Visits the context and each result, on behalf of the owner. */
void rt_pond_future_each_edge(
    const struct rt_pond_future *future, rt_object_edge_fn visit, void *env);

#endif
