/* blocks.c - see blocks.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/blocks.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/room.h"

enum {
    FIRST_SLOTS = 1024
};

static uint32_t hash_name(uint32_t stream, uint64_t number)
{
    uint64_t mixed = number ^ (uint64_t)stream << 40;
    mixed = (mixed ^ mixed >> 33) * UINT64_C(0xff51afd7ed558ccd);
    mixed = (mixed ^ mixed >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
    return (uint32_t)(mixed >> 32);
}

static void place(
    struct ol_blocks_slot *slot, size_t slots, struct ol_blocks_slot entry)
{
    size_t at = entry.hash & (slots - 1);
    while (slot[at].index != 0)
        at = (at + 1) & (slots - 1);
    slot[at] = entry;
}

/* Keeps a quarter of the slots empty. */
static int grow(struct ol_blocks *blocks)
{
    if (blocks->used + 1 <= blocks->slots / 4 * 3) return 0;
    const size_t slots = blocks->slots ? blocks->slots * 2 : FIRST_SLOTS;
    struct ol_blocks_slot *slot = calloc(slots, sizeof *slot);
    if (!slot) return -ENOMEM;
    for (size_t i = 0; i < blocks->slots; i++)
        if (blocks->slot[i].index != 0) place(slot, slots, blocks->slot[i]);
    free(blocks->slot);
    blocks->slot = slot;
    blocks->slots = slots;
    return 0;
}

static int take_block(struct ol_blocks *blocks, uint32_t *out)
{
    if (blocks->free_list != 0) {
        *out = blocks->free_list;
        blocks->free_list = blocks->at[*out].newer;
        return 0;
    }
    if (blocks->count == UINT32_MAX) return -ENOMEM;
    struct ol_block *grown = ol_room_make(
        blocks->at, &blocks->room, blocks->count + 1, sizeof *grown);
    if (!grown) return -ENOMEM;
    blocks->at = grown;
    if (blocks->count == 0) grown[blocks->count++] = (struct ol_block){0};
    *out = (uint32_t)blocks->count++;
    return 0;
}

void ol_blocks_deinit(struct ol_blocks *blocks)
{
    free(blocks->at);
    free(blocks->slot);
    *blocks = (struct ol_blocks){0};
}

uint32_t ol_blocks_find(
    const struct ol_blocks *blocks, uint32_t stream, uint64_t number)
{
    if (blocks->slots == 0) return 0;
    const uint32_t hash = hash_name(stream, number);
    for (size_t at = hash & (blocks->slots - 1);;
         at = (at + 1) & (blocks->slots - 1)) {
        const struct ol_blocks_slot slot = blocks->slot[at];
        if (slot.index == 0) return 0;
        if (slot.hash != hash) continue;
        const struct ol_block *block = &blocks->at[slot.index];
        if (block->number == number && block->stream == stream)
            return slot.index;
    }
}

int ol_blocks_add(
    struct ol_blocks *blocks, uint32_t stream, uint64_t number, uint32_t *out)
{
    int error = grow(blocks);
    if (error) return error;
    uint32_t index = 0;
    error = take_block(blocks, &index);
    if (error) return error;
    blocks->at[index] =
        (struct ol_block){.stream = stream, .number = number, .used = true};
    place(blocks->slot, blocks->slots,
        (struct ol_blocks_slot){index, hash_name(stream, number)});
    blocks->used++;
    *out = index;
    return 0;
}

/* Closes the hole at `at` by moving back what was pushed past it. */
static void close_hole(struct ol_blocks *blocks, size_t at)
{
    const size_t mask = blocks->slots - 1;
    for (size_t next = (at + 1) & mask; blocks->slot[next].index != 0;
         next = (next + 1) & mask) {
        const size_t home = blocks->slot[next].hash & mask;
        if (((next - home) & mask) < ((next - at) & mask)) continue;
        blocks->slot[at] = blocks->slot[next];
        at = next;
    }
    blocks->slot[at] = (struct ol_blocks_slot){0};
}

void ol_blocks_remove(struct ol_blocks *blocks, uint32_t index)
{
    struct ol_block *block = &blocks->at[index];
    size_t at = hash_name(block->stream, block->number) & (blocks->slots - 1);
    while (blocks->slot[at].index != index)
        at = (at + 1) & (blocks->slots - 1);
    close_hole(blocks, at);
    blocks->used--;
    *block = (struct ol_block){.newer = blocks->free_list};
    blocks->free_list = index;
}
