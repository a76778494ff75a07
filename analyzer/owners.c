/* owners.c - see owners.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/owners.h"

#include <errno.h>
#include <stdlib.h>

/* A group and one of its owners. */
struct pair {
    uint32_t group, owner;
};

static int compare_pairs(const void *left, const void *right)
{
    const struct pair *a = left;
    const struct pair *b = right;
    if (a->group != b->group) return a->group < b->group ? -1 : 1;
    return a->owner < b->owner ? -1 : a->owner > b->owner;
}

static bool is_bounded(
    const struct ol_store_process *process, const struct ol_block *block)
{
    if (!block->used || block->early || !block->adopted) return false;
    const struct ol_entity *owner = &process->entities.at[block->owner];
    return !owner->ended && !owner->gone;
}

int ol_owners_count(struct ol_store_process *process)
{
    const struct ol_blocks *blocks = &process->blocks;
    size_t count = 0;
    for (size_t i = 1; i < blocks->count; i++)
        count += is_bounded(process, &blocks->at[i]);
    if (count == 0) return 0;
    struct pair *pair = calloc(count, sizeof *pair);
    if (!pair) return -ENOMEM;
    size_t at = 0;
    for (size_t i = 1; i < blocks->count; i++) {
        const struct ol_block *block = &blocks->at[i];
        if (!is_bounded(process, block)) continue;
        pair[at++] = (struct pair){block->group, block->owner};
        process->group[block->group].owner_live++;
        process->group[block->group].owner_live_bytes += block->bytes;
    }
    qsort(pair, count, sizeof *pair, compare_pairs);
    for (size_t i = 0; i < count; i++)
        if (i == 0 || compare_pairs(&pair[i - 1], &pair[i]) != 0)
            process->group[pair[i].group].owners++;
    free(pair);
    return 0;
}
