/* crux_slab.c - numbers for things, the lowest numbers first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_slab.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>

enum {
    FIRST_CAPACITY = 4
};

struct rt_crux_slot {
    void *entry; /* borrowed; NULL: the slot is free */
    uint32_t next_free;
};

void rt_crux_slab_init(struct rt_crux_slab *slab)
{
    *slab = (struct rt_crux_slab){0};
}

int rt_crux_slab_deinit(struct rt_crux_slab *slab)
{
    if (slab->count > 0) return -EBUSY;
    free(slab->slots);
    *slab = (struct rt_crux_slab){0};
    return 0;
}

int rt_crux_slab_reserve(struct rt_crux_slab *slab)
{
    if (slab->count < slab->capacity) return 0;
    if (slab->capacity > UINT32_MAX / 2) return -ENOMEM;
    const uint32_t capacity =
        slab->capacity ? 2 * slab->capacity : FIRST_CAPACITY;
    struct rt_crux_slot *const slots =
        realloc(slab->slots, capacity * sizeof *slots);
    if (!slots) return -ENOMEM;
    slab->slots = slots;
    slab->capacity = capacity;
    return 0;
}

uint32_t rt_crux_slab_insert(struct rt_crux_slab *slab, void *entry)
{
    assert(entry && slab->count < slab->capacity);
    const uint32_t number = slab->free;
    struct rt_crux_slot *const slot = &slab->slots[number];
    if (number == slab->used) {
        slab->used++;
        slab->free++;
    } else {
        slab->free = slot->next_free;
    }
    slot->entry = entry;
    slab->count++;
    return number;
}

void *rt_crux_slab_get(const struct rt_crux_slab *slab, uint32_t number)
{
    return number < slab->used ? slab->slots[number].entry : NULL;
}

void *rt_crux_slab_remove(struct rt_crux_slab *slab, uint32_t number)
{
    void *const entry = rt_crux_slab_get(slab, number);
    if (!entry) return NULL;
    slab->slots[number] = (struct rt_crux_slot){.next_free = slab->free};
    slab->free = number;
    slab->count--;
    return entry;
}
