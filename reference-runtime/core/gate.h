/* gate.h - holds threads back until they are let through together.
 *
 * Shape:     closed or open; `waiting` counts who stands before it.
 * Ownership: the caller's storage.
 * Threads:   all calls but init and deinit from any thread.
 * Errors:    deinit returns -EBUSY while a thread waits.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_GATE_H
#define OL_RUNTIME_GATE_H

#include <pthread.h>
#include <stdbool.h>

#include "base/attributes.h"

struct rt_gate {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    bool is_open;     /* guarded by mutex */
    unsigned waiting; /* guarded by mutex */
};

/* Makes a closed gate. */
void rt_gate_init(struct rt_gate *gate);

/* Returns 0, or -EBUSY while a thread waits at the gate. */
OL_MUST_USE int rt_gate_deinit(struct rt_gate *gate);

/* Lets everybody through, now and until it is closed. */
void rt_gate_open(struct rt_gate *gate);

/* Holds back who comes from now on. */
void rt_gate_close(struct rt_gate *gate);

/* Passes the open gate, or waits for that. */
void rt_gate_pass(struct rt_gate *gate);

/* Waits until `count` threads wait at the gate at once. */
void rt_gate_await(struct rt_gate *gate, unsigned count);

#endif
