/* arena.h - memory that is freed all at once.
 *
 * Shape:     blocks of growing size, filled from their beginning.
 * Ownership: what is handed out lives, unmoved, until deinit.
 * Threads:   one at a time.
 * Errors:    NULL when memory is out.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_ARENA_H
#define OL_ANALYZER_ARENA_H

#include <stddef.h>

#include "base/attributes.h"

struct ol_arena_block;

struct ol_arena {
    struct ol_arena_block *newest; /* owner; the others follow it */
};

/* All zero is an empty one. */
void ol_arena_init(struct ol_arena *arena);
void ol_arena_deinit(struct ol_arena *arena);

/* Returns `bytes` zeroed bytes, aligned for any type. */
OL_MUST_USE void *ol_arena_get(struct ol_arena *arena, size_t bytes);

/* Returns a copy of `count` bytes with a NUL after it. */
OL_MUST_USE char *ol_arena_copy(
    struct ol_arena *arena, const void *text, size_t count);

#endif
