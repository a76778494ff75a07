/* arena.c - see arena.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/arena.h"

#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

enum {
    ALIGN = 16,
    FIRST_BYTES = 4096,
    LAST_BYTES = 1 << 20,
};

struct ol_arena_block {
    struct ol_arena_block *older; /* owner */
    size_t used, bytes;
    _Alignas(ALIGN) unsigned char at[];
};

static struct ol_arena_block *add_block(struct ol_arena *arena, size_t bytes)
{
    size_t room = FIRST_BYTES;
    if (arena->newest) room = arena->newest->bytes * 2;
    if (room > LAST_BYTES) room = LAST_BYTES;
    if (room < bytes) room = bytes;
    size_t total = 0;
    if (!ol_checked_add(room, sizeof(struct ol_arena_block), &total))
        return NULL;
    struct ol_arena_block *block = malloc(total);
    if (!block) return NULL;
    block->older = arena->newest;
    block->used = 0;
    block->bytes = room;
    arena->newest = block;
    return block;
}

void ol_arena_init(struct ol_arena *arena)
{
    arena->newest = NULL;
}

void ol_arena_deinit(struct ol_arena *arena)
{
    while (arena->newest) {
        struct ol_arena_block *block = arena->newest;
        arena->newest = block->older;
        free(block);
    }
}

void *ol_arena_get(struct ol_arena *arena, size_t bytes)
{
    size_t wanted = 0;
    if (!ol_checked_add(bytes, ALIGN - 1, &wanted)) return NULL;
    wanted &= ~(size_t)(ALIGN - 1);
    struct ol_arena_block *block = arena->newest;
    if (!block || block->bytes - block->used < wanted) {
        block = add_block(arena, wanted);
        if (!block) return NULL;
    }
    void *at = block->at + block->used;
    block->used += wanted;
    return memset(at, 0, wanted);
}

char *ol_arena_copy(struct ol_arena *arena, const void *text, size_t count)
{
    size_t bytes = 0;
    if (!ol_checked_add(count, 1, &bytes)) return NULL;
    char *copy = ol_arena_get(arena, bytes);
    if (copy && count > 0) memcpy(copy, text, count);
    return copy;
}
