/* zio_await.h - what the parts of a pool have in common when they wait.
 *
 * Shape:     a *frame* is a struct inside of a future, with begin and poll;
 *            it does in order what upstream's function of that name does,
 *            and waits for one future at a time.
 * Ownership: a frame's storage is its caller's.
 * Threads:   as future.h.
 * Source:    own; masks and their restoring as in ZIO.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_AWAIT_H
#define OL_RUNTIME_ZIO_AWAIT_H

#include "reference-runtime/core/task.h"

struct rt_zio_outcome {
    int status;
    intptr_t value;
};

/* Polls the future. When it is ready, stores how it ended, drops it and
 * leaves NULL. */
OL_MUST_USE enum rt_poll rt_zio_await(struct rt_future **future,
    const struct rt_waker *waker, struct rt_zio_outcome *out);

/* A part of a task that holds interrupts back; all zero: does not. */
struct rt_zio_mask {
    struct rt_task *task; /* borrowed */
};

/* Holds interrupts of the current task back from now on. Once is enough. */
void rt_zio_mask_hold(struct rt_zio_mask *mask);

/* Lets them through again. */
void rt_zio_mask_let_go(struct rt_zio_mask *mask);

/* Returns whether an interrupt would end the current task here. */
bool rt_zio_is_interruptible(void);

#endif
