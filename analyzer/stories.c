/* stories.c - see stories.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/stories.h"

#include <errno.h>

#include "analyzer/lifetimes.h"
#include "analyzer/owners.h"
#include "analyzer/room.h"

enum {
    /* Deeper entering without leaving is a program's error: what is beyond
     * is not counted, and memory stays bounded. */
    ENTERED_MAX = 1 << 16,
};

/* ---- Entities ---- */

static uint32_t find_block(
    const struct ol_absorb *absorb, const struct ol_ref *ref)
{
    if (ref->form != OL_REF_BLOCK) return 0;
    const struct ol_blocks *blocks = &absorb->process->blocks;
    const uint32_t index = ol_blocks_find(blocks, ref->stream, ref->number);
    return index != 0 && !blocks->at[index].early ? index : 0;
}

/* Whether a block that is not known is one that was born before this trace
 * began, so that it can be spoken about. */
static bool is_inherited(
    const struct ol_absorb *absorb, const struct ol_ref *ref)
{
    return ref->form == OL_REF_BLOCK &&
           ref->stream < absorb->reader->header.first_stream;
}

/* Finds or makes what `ref` speaks about; 0 for nothing, or for a block that
 * is gone. */
static int find_entity(
    struct ol_absorb *absorb, const struct ol_ref *ref, uint32_t *out)
{
    struct ol_store_process *process = absorb->process;
    const uint32_t block = find_block(absorb, ref);
    *out = 0;
    if (block != 0)
        return ol_entities_in_block(&process->entities,
            &process->blocks.at[block], block, ref->offset, out);
    if (ref->form == OL_REF_ADDRESS || is_inherited(absorb, ref))
        return ol_entities_elsewhere(&process->entities, ref, out);
    return 0;
}

/* ---- Life ---- */

static int count_ended(struct ol_absorb *absorb, const struct ol_entity *entity)
{
    uint32_t kind = 0;
    const int error = ol_store_get_kind(absorb->process, entity->kind, &kind);
    if (error) return error;
    struct ol_kind_totals *totals = &absorb->process->kind[kind].totals;
    totals->ended++;
    if (entity->block == 0) return 0;
    totals->ended_live++;
    totals->ended_live_bytes += absorb->process->blocks.at[entity->block].bytes;
    return 0;
}

/* Takes back what count_ended said of the life before. */
static void forget_end(struct ol_absorb *absorb, struct ol_entity *entity)
{
    struct ol_store_process *process = absorb->process;
    if (!entity->ended) return;
    entity->ended = false;
    entity->how = 0;
    if (entity->kind == 0 || entity->block == 0) return;
    struct ol_kind_totals *totals =
        &process->kind[process->kind_of[entity->kind] - 1].totals;
    totals->ended_live--;
    totals->ended_live_bytes -= process->blocks.at[entity->block].bytes;
}

static int take_born(
    struct ol_absorb *absorb, const struct ol_ref *ref, uint32_t kind)
{
    struct ol_store_process *process = absorb->process;
    uint32_t index = 0;
    uint32_t totals = 0;
    int error = find_entity(absorb, ref, &index);
    if (error || index == 0) return error;
    error = ol_store_get_kind(process, kind, &totals);
    if (error) return error;
    process->kind[totals].totals.entities++;
    struct ol_entity *entity = &process->entities.at[index];
    forget_end(absorb, entity);
    entity->kind = kind;
    entity->state = 0;
    entity->refs = 0;
    if (entity->block == 0) return 0;
    /* One that lies inside the block names it only if no other does. */
    struct ol_block *block = &process->blocks.at[entity->block];
    if (entity->offset != 0 && block->own_kind != 0) return 0;
    block->own_kind = kind;
    return ol_lifetimes_relabel(absorb, entity->block);
}

static int take_ended(
    struct ol_absorb *absorb, const struct ol_ref *ref, uint32_t how)
{
    uint32_t index = 0;
    const int error = find_entity(absorb, ref, &index);
    if (error || index == 0) return error;
    struct ol_entity *entity = &absorb->process->entities.at[index];
    if (entity->ended) return 0;
    entity->ended = true;
    entity->how = how;
    return entity->kind != 0 ? count_ended(absorb, entity) : 0;
}

static int take_state(
    struct ol_absorb *absorb, const struct ol_ref *ref, uint32_t state)
{
    uint32_t index = 0;
    const int error = find_entity(absorb, ref, &index);
    if (!error && index != 0) absorb->process->entities.at[index].state = state;
    return error;
}

static int take_count(
    struct ol_absorb *absorb, const struct ol_ref *ref, int64_t step)
{
    uint32_t index = 0;
    const int error = find_entity(absorb, ref, &index);
    if (!error && index != 0) absorb->process->entities.at[index].refs += step;
    return error;
}

/* ---- Owners ---- */

static int take_adopt(struct ol_absorb *absorb, const struct ol_record *record)
{
    struct ol_store_process *process = absorb->process;
    const uint32_t block_index = find_block(absorb, &record->ref[1]);
    uint32_t owner = 0;
    if (block_index == 0) return 0;
    const int error = find_entity(absorb, &record->ref[0], &owner);
    struct ol_block *block = &process->blocks.at[block_index];
    /* A block that adopts itself would hold itself. */
    if (error || process->entities.at == NULL ||
        (owner != 0 && process->entities.at[owner].block == block_index))
        return error;
    const uint32_t before = block->owner;
    if (owner != 0) process->entities.at[owner].holds++;
    block->owner = owner;
    block->adopted = owner != 0;
    const int failed = ol_lifetimes_relabel(absorb, block_index);
    if (before != 0) ol_entities_let_go(&process->entities, before);
    return failed;
}

static int take_enter(struct ol_absorb *absorb, struct ol_absorb_stream *stream,
    const struct ol_ref *ref)
{
    uint32_t index = 0;
    const int error = find_entity(absorb, ref, &index);
    if (error || stream->entered_count == ENTERED_MAX) return error;
    uint32_t *grown = ol_room_make(stream->entered, &stream->entered_room,
        stream->entered_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    stream->entered = grown;
    grown[stream->entered_count++] = index;
    if (index != 0) absorb->process->entities.at[index].holds++;
    return 0;
}

static void leave_to(
    struct ol_absorb *absorb, struct ol_absorb_stream *stream, size_t count)
{
    while (stream->entered_count > count) {
        const uint32_t index = stream->entered[--stream->entered_count];
        if (index != 0) ol_entities_let_go(&absorb->process->entities, index);
    }
}

/* Leaves the entity and what was entered inside it. One that was freed in
 * between can no longer be named: then the innermost is left, if that one is
 * gone. */
static int take_leave(struct ol_absorb *absorb, struct ol_absorb_stream *stream,
    const struct ol_ref *ref)
{
    uint32_t index = 0;
    const int error = find_entity(absorb, ref, &index);
    if (error) return error;
    for (size_t i = stream->entered_count; i-- > 0;) {
        if (stream->entered[i] != index) continue;
        leave_to(absorb, stream, i);
        return 0;
    }
    if (stream->entered_count == 0) return 0;
    const uint32_t innermost = stream->entered[stream->entered_count - 1];
    if (innermost == 0 || absorb->process->entities.at[innermost].gone)
        leave_to(absorb, stream, stream->entered_count - 1);
    return 0;
}

/* ---- Public ---- */

void ol_stories_leave_all(
    struct ol_absorb *absorb, struct ol_absorb_stream *stream)
{
    leave_to(absorb, stream, 0);
}

static int take_mark(struct ol_absorb *absorb, uint32_t name)
{
    absorb->process->shown.evidence.marks++;
    /* The young belong to the iteration that ends. */
    struct ol_timeline *timeline = &absorb->process->timeline;
    if (!timeline->by_marks || name != timeline->mark_name) return 0;
    const int error = ol_lifetimes_grow_up(absorb);
    (void)ol_timeline_pass_mark(timeline, name);
    if (error || !ol_timeline_is_past(timeline)) return error;
    return ol_owners_count(absorb->process);
}

int ol_stories_take(struct ol_absorb *absorb, struct ol_absorb_stream *stream,
    const struct ol_record *record)
{
    const struct ol_ref *ref = &record->ref[0];
    const uint32_t text = ol_tables_string(stream->scope, record->value[0]);
    absorb->process->shown.evidence.annotations++;
    switch (record->type) {
    case OL_RECORD_BORN:
        return take_born(absorb, ref, text);
    case OL_RECORD_ENTER:
        return take_enter(absorb, stream, ref);
    case OL_RECORD_LEAVE:
        return take_leave(absorb, stream, ref);
    case OL_RECORD_ADOPT:
        return take_adopt(absorb, record);
    case OL_RECORD_STATE:
        return take_state(absorb, ref, text);
    case OL_RECORD_ENDED:
        return take_ended(absorb, ref, text);
    case OL_RECORD_REF:
        return take_count(absorb, ref, 1);
    case OL_RECORD_UNREF:
        return take_count(absorb, ref, -1);
    case OL_RECORD_MARK:
        return take_mark(absorb, text);
    default:
        return 0;
    }
}
