/* gate.c - holds threads back until they are let through together.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/gate.h"

#include <errno.h>

void rt_gate_init(struct rt_gate *gate)
{
    *gate = (struct rt_gate){0};
    pthread_mutex_init(&gate->mutex, NULL);
    pthread_cond_init(&gate->changed, NULL);
}

int rt_gate_deinit(struct rt_gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    const bool busy = gate->waiting > 0;
    pthread_mutex_unlock(&gate->mutex);
    if (busy) return -EBUSY;

    pthread_cond_destroy(&gate->changed);
    pthread_mutex_destroy(&gate->mutex);
    return 0;
}

static void set_open(struct rt_gate *gate, bool is_open)
{
    pthread_mutex_lock(&gate->mutex);
    gate->is_open = is_open;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}

void rt_gate_open(struct rt_gate *gate)
{
    set_open(gate, true);
}

void rt_gate_close(struct rt_gate *gate)
{
    set_open(gate, false);
}

void rt_gate_pass(struct rt_gate *gate)
{
    pthread_mutex_lock(&gate->mutex);
    gate->waiting++;
    pthread_cond_broadcast(&gate->changed);
    while (!gate->is_open)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    gate->waiting--;
    pthread_mutex_unlock(&gate->mutex);
}

void rt_gate_await(struct rt_gate *gate, unsigned count)
{
    pthread_mutex_lock(&gate->mutex);
    while (gate->waiting < count)
        pthread_cond_wait(&gate->changed, &gate->mutex);
    pthread_mutex_unlock(&gate->mutex);
}
