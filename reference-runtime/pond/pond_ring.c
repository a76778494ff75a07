/* pond_ring.c - a bounded queue of tasks.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_ring.h"

#include <errno.h>
#include <stdlib.h>

int rt_pond_ring_init(struct rt_pond_ring *ring, size_t capacity)
{
    struct rt_pond_closure **const slots =
        calloc(capacity, sizeof(struct rt_pond_closure *));
    if (!slots) return -ENOMEM;
    *ring = (struct rt_pond_ring){.slots = slots, .capacity = capacity};
    return 0;
}

int rt_pond_ring_deinit(struct rt_pond_ring *ring)
{
    if (ring->count > 0) return -EBUSY;
    free(ring->slots);
    *ring = (struct rt_pond_ring){0};
    return 0;
}

bool rt_pond_ring_put(
    struct rt_pond_ring *ring, struct rt_pond_closure *closure)
{
    if (ring->count == ring->capacity) return false;
    ring->slots[(ring->first + ring->count++) % ring->capacity] = closure;
    return true;
}

struct rt_pond_closure *rt_pond_ring_take(struct rt_pond_ring *ring)
{
    if (ring->count == 0) return NULL;
    struct rt_pond_closure *const closure = ring->slots[ring->first];
    ring->slots[ring->first] = NULL;
    ring->first = (ring->first + 1) % ring->capacity;
    ring->count--;
    return closure;
}
