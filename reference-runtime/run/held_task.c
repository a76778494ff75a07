/* held_task.c - the task that workloads submit: it waits at a gate.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/held_task.h"

static int hold(const struct rt_pond_fn *self, long *value)
{
    const struct rt_payload *const payload = self->env;
    if (self->shared) rt_gate_pass(self->shared);
    if (payload) *value = payload->bytes[0];
    return 0;
}

struct rt_pond_fn rt_held_task(struct rt_gate *gate, struct rt_payload *payload)
{
    return (struct rt_pond_fn){
        .run = hold,
        .drop = rt_payload_drop,
        .env = payload ? rt_payload_ref(payload) : NULL,
        .shared = gate,
    };
}
