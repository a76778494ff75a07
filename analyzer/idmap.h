/* idmap.h - from ids that count up, with gaps, to numbers of our own.
 *
 * Shape:     runs of consecutive ids; a gap (a lost chunk's) starts a new
 *            run, so that memory grows with what was defined, never with
 *            what a damaged file claims.
 * Ownership: the caller's storage; the arrays inside are owned.
 * Threads:   one writer; then any number of readers.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_IDMAP_H
#define OL_ANALYZER_IDMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct ol_idmap_run {
    uint32_t id;  /* of its first value */
    size_t first; /* index of that */
};

struct ol_idmap {
    struct ol_idmap_run *run; /* owner */
    size_t run_count, run_room;
    uint32_t *value; /* owner */
    size_t value_count, value_room;
};

/* All zero is an empty one. */
void ol_idmap_deinit(struct ol_idmap *map);

/* Adds an id, higher than all before. */
OL_MUST_USE int ol_idmap_add(struct ol_idmap *map, uint32_t id, uint32_t value);

/* Returns whether the id is there, and its value. */
bool ol_idmap_find(const struct ol_idmap *map, uint64_t id, uint32_t *out);

#endif
