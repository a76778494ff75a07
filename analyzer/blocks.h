/* blocks.h - the live blocks of a process, found by stream and number.
 *
 * Shape:     a pool of blocks and an open-addressed index into it. Index 0
 *            is no block. A block that was freed before its birth was met
 *            stands there too, marked early.
 * Units:     bytes as requested; ticks.
 * Ownership: the caller's storage; the arrays inside are owned. Pointers to
 *            blocks last until the next add.
 * Threads:   one writer; then any number of readers.
 * Errors:    -ENOMEM.
 * Source:    linear probing with backward shift: D. Knuth, The Art of
 *            Computer Programming 3, algorithm 6.4 R.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_BLOCKS_H
#define OL_ANALYZER_BLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct ol_block {
    uint64_t number; /* in its stream */
    uint64_t bytes;
    uint64_t born_tick;
    uint32_t stream;
    uint32_t group; /* index in the process */
    uint32_t site;
    uint32_t own_kind; /* that BORN gave it; 0 none */
    uint32_t owner;    /* entity; 0 none */
    uint32_t entity;   /* the first one inside it; 0 none */
    /* While it is as young as the current iteration: its neighbours in the
     * list of these (0 ends it). In the pool of free ones: `newer`. */
    uint32_t newer, older;
    int64_t born_iteration;
    bool used;
    bool early;   /* freed before it was met: nothing else counts */
    bool adopted; /* by `owner`; else entered, if that is not 0 */
    bool young;   /* in the list of the current iteration */
};

struct ol_blocks_slot {
    uint32_t index; /* 0: empty */
    uint32_t hash;
};

struct ol_blocks {
    struct ol_block *at; /* owner; [0] is unused */
    size_t count, room;
    uint32_t free_list;
    struct ol_blocks_slot *slot; /* owner */
    size_t slots;                /* a power of two, or 0 */
    size_t used;
};

/* All zero is an empty one. */
void ol_blocks_deinit(struct ol_blocks *blocks);

/* Returns the index of a block, 0 if it is not there. */
uint32_t ol_blocks_find(
    const struct ol_blocks *blocks, uint32_t stream, uint64_t number);

/* Adds a block that is not there: all zero but for its name. */
OL_MUST_USE int ol_blocks_add(
    struct ol_blocks *blocks, uint32_t stream, uint64_t number, uint32_t *out);

void ol_blocks_remove(struct ol_blocks *blocks, uint32_t index);

#endif
