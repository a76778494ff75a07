/* entities.c - see entities.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/entities.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/room.h"

void ol_entities_deinit(struct ol_entities *entities)
{
    free(entities->at);
    ol_hash_deinit(&entities->elsewhere);
    *entities = (struct ol_entities){0};
}

static int take_entity(struct ol_entities *entities, uint32_t *out)
{
    if (entities->free_list != 0) {
        *out = entities->free_list;
        entities->free_list = entities->at[*out].next;
        entities->at[*out] = (struct ol_entity){0};
        return 0;
    }
    if (entities->count == UINT32_MAX) return -ENOMEM;
    struct ol_entity *grown = ol_room_make(
        entities->at, &entities->room, entities->count + 1, sizeof *grown);
    if (!grown) return -ENOMEM;
    entities->at = grown;
    if (entities->count == 0) grown[entities->count++] = (struct ol_entity){0};
    *out = (uint32_t)entities->count++;
    entities->at[*out] = (struct ol_entity){0};
    return 0;
}

int ol_entities_in_block(struct ol_entities *entities, struct ol_block *block,
    uint32_t block_index, uint64_t offset, uint32_t *out)
{
    for (uint32_t at = block->entity; at != 0; at = entities->at[at].next) {
        if (entities->at[at].offset != offset) continue;
        *out = at;
        return 0;
    }
    const int error = take_entity(entities, out);
    if (error) return error;
    struct ol_entity *entity = &entities->at[*out];
    entity->block = block_index;
    entity->offset = offset;
    entity->next = block->entity;
    block->entity = *out;
    return 0;
}

int ol_entities_elsewhere(
    struct ol_entities *entities, const struct ol_ref *ref, uint32_t *out)
{
    const uint64_t key[3] = {
        (uint64_t)ref->form << 32 | ref->stream, ref->number, ref->offset};
    if (ol_hash_find(&entities->elsewhere, key, sizeof key, out)) return 0;
    uint32_t made = 0;
    const int error = take_entity(entities, &made);
    if (error) return error;
    if (!ol_hash_add(&entities->elsewhere, key, sizeof key, made))
        return -ENOMEM;
    entities->at[made].holds = 1; /* by the table, for good */
    *out = made;
    return 0;
}

static void free_if_lost(struct ol_entities *entities, uint32_t index)
{
    struct ol_entity *entity = &entities->at[index];
    if (!entity->gone || entity->holds > 0) return;
    entity->next = entities->free_list;
    entities->free_list = index;
}

void ol_entities_let_go(struct ol_entities *entities, uint32_t index)
{
    entities->at[index].holds--;
    free_if_lost(entities, index);
}

void ol_entities_lose_block(struct ol_entities *entities, uint32_t index)
{
    struct ol_entity *entity = &entities->at[index];
    entity->block = 0;
    entity->next = 0;
    entity->gone = true;
    free_if_lost(entities, index);
}
