/* crux_slab.h - numbers for things, the lowest numbers first.
 *
 * Shape:     an array of slots. A slot holds an entry, or the number of the
 *            next free slot; the one freed last is filled first.
 * Units:     numbers from 0; counts of slots and entries.
 * Ownership: the slab owns its array, and nothing of the entries.
 * Threads:   none of its own.
 * Errors:    -ENOMEM; -EBUSY while there are entries.
 * Source:    Rust's slab crate, in our own words. A number is used again: who
 *            kept one may find another entry there.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_SLAB_H
#define OL_RUNTIME_CRUX_SLAB_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct rt_crux_slot;

struct rt_crux_slab {
    struct rt_crux_slot *slots; /* owner */
    uint32_t capacity;
    uint32_t used; /* slots that ever held one: numbers are below it */
    uint32_t count;
    uint32_t free; /* the next to be filled; used if there is none below */
};

void rt_crux_slab_init(struct rt_crux_slab *slab);

/* Frees the array. Returns 0, or -EBUSY while there are entries. */
int rt_crux_slab_deinit(struct rt_crux_slab *slab);

/* Makes room, so that the next insert cannot fail. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_slab_reserve(struct rt_crux_slab *slab);

/* Keeps an entry, which is not NULL; there has to be room. Returns its
 * number. */
uint32_t rt_crux_slab_insert(struct rt_crux_slab *slab, void *entry);

/* Returns the entry of that number, or NULL. */
void *rt_crux_slab_get(const struct rt_crux_slab *slab, uint32_t number);

/* Takes the entry of that number out. Returns it, or NULL. */
void *rt_crux_slab_remove(struct rt_crux_slab *slab, uint32_t number);

#endif
