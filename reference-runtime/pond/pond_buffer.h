/* pond_buffer.h - the queue of a pool: a linked list of growing arrays.
 *
 * Shape:     reader -> node -> ... -> writer. A node is filled once and
 *            drained once, its slots are never reused; when it is full the
 *            next one is half as large again. A drained node goes when the
 *            reader steps over to the next.
 *            Of a node's slots [0, read) are consumed, [read, written) are
 *            pending. The leaky form copies on reading, so that consumed
 *            slots still hold their closures (they are *dead*); the fixed
 *            form moves.
 * Units:     counts of slots.
 * Ownership: write takes over the caller's reference, read gives one to it.
 * Threads:   none of its own: the pool's lock guards it.
 * Errors:    init and write return -ENOMEM, with nothing changed.
 * Source:    Pond's internal/linkedbuffer, v2.2.0 to v2.7.0.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_POND_BUFFER_H
#define OL_RUNTIME_POND_BUFFER_H

#include <stdint.h>

#include "reference-runtime/pond/pond_closure.h"

struct rt_pond_node;

struct rt_pond_buffer {
    struct rt_pond_node *reader; /* owner of the chain */
    struct rt_pond_node *writer; /* borrowed: the last of the chain */
    size_t max_capacity;
    uint64_t written;
    uint64_t read;
    bool clears_slots;
};

/* Makes an empty buffer of one node of `capacity`; later nodes grow up to
 * `max_capacity`. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_pond_buffer_init(struct rt_pond_buffer *buffer,
    size_t capacity, size_t max_capacity, bool clears_slots);

/* Lets go of all nodes and of what they hold. Can be called again. */
void rt_pond_buffer_deinit(struct rt_pond_buffer *buffer);

/* Appends a closure. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_pond_buffer_write(
    struct rt_pond_buffer *buffer, struct rt_pond_closure *closure);

/* Takes the oldest closure; NULL if there is none. A node that was stepped
 * over is handed out, else NULL: unref it outside of the lock, for its dead
 * slots run the user's drop functions. */
OL_MUST_USE struct rt_pond_closure *rt_pond_buffer_read(
    struct rt_pond_buffer *buffer, struct rt_object **passed_out);

/* Returns how many closures are pending. */
uint64_t rt_pond_buffer_pending(const struct rt_pond_buffer *buffer);

/* Returns how many consumed slots still hold a closure. */
size_t rt_pond_buffer_dead(const struct rt_pond_buffer *buffer);

/* Returns how many nodes there are. */
size_t rt_pond_buffer_nodes(const struct rt_pond_buffer *buffer);

/* Visits the reader's node, on behalf of the pool that holds the buffer. */
void rt_pond_buffer_each_edge(const struct rt_pond_buffer *buffer,
    const struct rt_object *holder, rt_object_edge_fn visit, void *env);

#endif
