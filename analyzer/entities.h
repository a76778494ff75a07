/* entities.h - what the annotations of a process speak about.
 *
 * Shape:     an entity lies in a live block at an offset, or at an address
 *            that is no block's. Entities of one block form a list. One
 *            whose block is gone stays as long as something holds it: blocks
 *            that it owns, or threads that entered it. Index 0 is none.
 * Ownership: the caller's storage; the arrays inside are owned. Pointers to
 *            entities last until the next one is made.
 * Threads:   one writer; then any number of readers.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_ENTITIES_H
#define OL_ANALYZER_ENTITIES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/blocks.h"
#include "analyzer/hash.h"
#include "base/attributes.h"
#include "trace/record.h"

struct ol_entity {
    uint64_t offset; /* in its block */
    uint32_t block;  /* 0: none, or gone */
    uint32_t next;   /* in the block; in the list of free ones */
    uint32_t kind;   /* 0: not born yet */
    uint32_t holds;
    uint32_t state, how; /* strings: the last step of its life, its end */
    int64_t refs;        /* taken less given back */
    bool ended;
    bool gone; /* its block was freed */
};

struct ol_entities {
    struct ol_entity *at; /* owner; [0] is none */
    size_t count, room;
    uint32_t free_list;
    struct ol_hash elsewhere; /* by address, or block of a parent process */
};

/* All zero is an empty one. */
void ol_entities_deinit(struct ol_entities *entities);

/* Finds or makes the entity in a live block. */
OL_MUST_USE int ol_entities_in_block(struct ol_entities *entities,
    struct ol_block *block, uint32_t block_index, uint64_t offset,
    uint32_t *out);

/* Finds or makes the entity that `ref` names, in no block that is known. */
OL_MUST_USE int ol_entities_elsewhere(
    struct ol_entities *entities, const struct ol_ref *ref, uint32_t *out);

/* One holder less. */
void ol_entities_let_go(struct ol_entities *entities, uint32_t index);

/* Its block is gone. */
void ol_entities_lose_block(struct ol_entities *entities, uint32_t index);

#endif
