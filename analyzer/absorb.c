/* absorb.c - see absorb.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/absorb.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/lifetimes.h"
#include "analyzer/owners.h"
#include "analyzer/stories.h"

/* ---- Births ---- */

static int classify(struct ol_absorb *absorb, struct ol_site_id site)
{
    const struct ol_model_options *options = absorb->options;
    struct ol_tables *tables = &absorb->model->tables;
    const char *name = NULL;
    if (!options->classify) return 0;
    int error = options->classify(options->classify_context, absorb->model,
        tables->site[site.index].stack, &name);
    if (error || !name) return error;
    uint32_t kind = 0;
    error = ol_tables_keep(tables, name, strlen(name), &kind);
    tables->site[site.index].rule_kind = (struct ol_kind_id){kind};
    return error;
}

static void count_stack(struct ol_absorb *absorb, struct ol_stack_id stack)
{
    struct ol_evidence *evidence = &absorb->process->shown.evidence;
    const uint32_t root = absorb->model->tables.node[stack.index].root;
    if (root == OL_ROOT_TRUNCATED) evidence->truncated_stacks++;
    if (root == OL_ROOT_GUESSED) evidence->guessed_stacks++;
    if (root == OL_ROOT_NONE) evidence->missing_stacks++;
}

/* Moves to the new block what a realloc does not end. */
static void carry_over(struct ol_absorb *absorb, struct ol_block *from,
    struct ol_block *to, uint32_t to_index)
{
    struct ol_entity *entities = absorb->process->entities.at;
    to->own_kind = from->own_kind;
    to->owner = from->owner;
    to->adopted = from->adopted;
    to->entity = from->entity;
    for (uint32_t at = to->entity; at != 0; at = entities[at].next)
        entities[at].block = to_index;
    from->entity = 0;
    if (to->owner != 0) entities[to->owner].holds++;
}

/* Of the entities that a realloc carried over, the ended ones' bytes. */
static void carry_ended(
    struct ol_absorb *absorb, const struct ol_block *block, uint64_t old_bytes)
{
    struct ol_store_process *process = absorb->process;
    const struct ol_entity *entities = process->entities.at;
    for (uint32_t at = block->entity; at != 0; at = entities[at].next) {
        if (!entities[at].ended || entities[at].kind == 0) continue;
        struct ol_kind_totals *totals =
            &process->kind[process->kind_of[entities[at].kind] - 1].totals;
        totals->ended_live_bytes += block->bytes - old_bytes;
    }
}

static void own_by_entered(struct ol_absorb *absorb,
    const struct ol_absorb_stream *stream, struct ol_block *block)
{
    if (stream->entered_count == 0) return;
    block->owner = stream->entered[stream->entered_count - 1];
    if (block->owner != 0) absorb->process->entities.at[block->owner].holds++;
}

/* The block of a realloc that is not decided, 0 if there is none. It is
 * looked up again: hostile records may have ended it meanwhile. */
static uint32_t find_released(
    const struct ol_absorb *absorb, const struct ol_absorb_stream *stream)
{
    const struct ol_ref *ref = &stream->released;
    if (ref->form == OL_REF_NONE) return 0;
    return ol_blocks_find(&absorb->process->blocks, ref->stream, ref->number);
}

/* Ends the block of a realloc that has turned out to be its end. */
static int settle_released(
    struct ol_absorb *absorb, struct ol_absorb_stream *stream)
{
    const uint32_t released = find_released(absorb, stream);
    stream->released = (struct ol_ref){0};
    return released != 0 ? ol_lifetimes_end(absorb, released) : 0;
}

/* Finds the site of an allocation. */
static int find_site(struct ol_absorb *absorb,
    const struct ol_absorb_stream *stream, const struct ol_record *record,
    struct ol_site_id *out)
{
    bool is_new = false;
    const struct ol_stack_id stack =
        ol_tables_stack(stream->scope, record->value[OL_VALUE_STACK]);
    count_stack(absorb, stack);
    const int error =
        ol_tables_site(&absorb->model->tables, stack, out, &is_new);
    if (error || !is_new) return error;
    return classify(absorb, *out);
}

/* Makes the block of an allocation, with what it takes over from the block
 * that was released for it. */
static int make_block(struct ol_absorb *absorb, struct ol_absorb_stream *stream,
    const struct ol_merge_head *head, uint32_t index)
{
    const struct ol_record *record = &head->record;
    struct ol_blocks *blocks = &absorb->process->blocks;
    struct ol_site_id site = {0};
    int error = find_site(absorb, stream, record, &site);
    if (error) return error;
    struct ol_block *block = &blocks->at[index];
    block->bytes = record->value[OL_VALUE_BYTES];
    block->born_tick = record->tick;
    block->site = site.index;
    const uint32_t released =
        record->type == OL_RECORD_REALLOC ? find_released(absorb, stream) : 0;
    if (released != 0) {
        const uint64_t old_bytes = blocks->at[released].bytes;
        carry_over(absorb, &blocks->at[released], block, index);
        carry_ended(absorb, block, old_bytes);
    }
    if (block->owner == 0) own_by_entered(absorb, stream, block);
    error = settle_released(absorb, stream);
    return error ? error : ol_lifetimes_begin(absorb, index);
}

/* A block whose end was met before its birth leaves no trace but in the
 * counts. */
static int take_alloc(struct ol_absorb *absorb, struct ol_absorb_stream *stream,
    const struct ol_merge_head *head)
{
    const struct ol_record *record = &head->record;
    struct ol_evidence *evidence = &absorb->process->shown.evidence;
    struct ol_blocks *blocks = &absorb->process->blocks;
    const uint32_t id = head->cursor.decoder.stream;
    const uint64_t number = record->value[OL_VALUE_NUMBER];
    evidence->allocs++;
    if (record->type == OL_RECORD_REALLOC) evidence->reallocs++;
    /* Sums of sizes must not wrap: no program has blocks this large. */
    if (record->value[OL_VALUE_BYTES] > UINT64_C(1) << 48) return 0;

    uint32_t index = absorb->early > 0 ? ol_blocks_find(blocks, id, number) : 0;
    const bool early = index != 0;
    if (early) {
        absorb->early--;
        blocks->at[index].early = false;
    } else {
        const int error = ol_blocks_add(blocks, id, number, &index);
        if (error) return error;
    }
    const int error = make_block(absorb, stream, head, index);
    return error || !early ? error : ol_lifetimes_end(absorb, index);
}

/* ---- Deaths ---- */

/* A free of a block that is not there. */
static int take_strange_free(struct ol_absorb *absorb, const struct ol_ref *ref)
{
    struct ol_evidence *evidence = &absorb->process->shown.evidence;
    const struct ol_reader *reader = absorb->reader;
    if (reader->header.origin == OL_ORIGIN_FORK &&
        ref->stream < reader->header.first_stream) {
        evidence->inherited_frees++;
        return 0;
    }
    const struct ol_reader_stream *stream = ol_reader_find(reader, ref->stream);
    const bool to_come =
        stream != NULL && ref->number < stream->allocs &&
        ref->number >= absorb->stream[stream - reader->stream].given;
    if (!to_come) {
        evidence->stray_frees++;
        return 0;
    }
    uint32_t index = 0;
    struct ol_blocks *blocks = &absorb->process->blocks;
    const int error = ol_blocks_add(blocks, ref->stream, ref->number, &index);
    if (error) return error;
    blocks->at[index].early = true;
    absorb->early++;
    return 0;
}

static int take_free(struct ol_absorb *absorb, struct ol_absorb_stream *stream,
    const struct ol_record *record)
{
    const struct ol_ref *ref = &record->ref[0];
    absorb->process->shown.evidence.frees++;
    int error = settle_released(absorb, stream);
    if (error) return error;
    const struct ol_blocks *blocks = &absorb->process->blocks;
    const uint32_t index = ol_blocks_find(blocks, ref->stream, ref->number);
    if (index == 0) return take_strange_free(absorb, ref);
    if (blocks->at[index].early) {
        absorb->process->shown.evidence.stray_frees++;
        return 0;
    }
    if (record->type == OL_RECORD_FREE) return ol_lifetimes_end(absorb, index);
    stream->released = *ref;
    return 0;
}

/* ---- Public ---- */

int ol_absorb_begin(struct ol_absorb *absorb, const struct ol_reader *reader,
    const struct ol_tables_scope *scope)
{
    absorb->reader = reader;
    absorb->stream = calloc(reader->stream_count + 1, sizeof *absorb->stream);
    if (!absorb->stream) return -ENOMEM;
    for (size_t i = 0; i < reader->stream_count; i++)
        absorb->stream[i].scope = &scope[i];
    return 0;
}

static int reach(struct ol_absorb *absorb, uint64_t tick)
{
    struct ol_timeline *timeline = &absorb->process->timeline;
    if (tick <= absorb->tick) return 0;
    absorb->tick = tick;
    absorb->point = ol_timeline_point(timeline, tick, OL_SERIES_POINTS);
    return ol_timeline_reach(timeline, tick) ? ol_lifetimes_grow_up(absorb) : 0;
}

static int take_other(struct ol_absorb *absorb, struct ol_absorb_stream *stream,
    const struct ol_record *record)
{
    struct ol_evidence *evidence = &absorb->process->shown.evidence;
    switch (record->type) {
    case OL_RECORD_THREAD:
        evidence->threads++;
        ol_stories_leave_all(absorb, stream);
        return 0;
    case OL_RECORD_FOREIGN_FREE:
        evidence->foreign_frees += record->value[0];
        return 0;
    case OL_RECORD_RESTORE:
        if (stream->released.form != OL_REF_NONE) evidence->frees--;
        stream->released = (struct ol_ref){0};
        return 0;
    case OL_RECORD_LOST:
        if (record->value[0] < OL_LOST_COUNT)
            absorb->lost[record->value[0]] += record->value[1];
        return 0;
    default:
        if (record->type < OL_RECORD_BORN || record->type > OL_RECORD_SNAPSHOT)
            return 0;
        return ol_stories_take(absorb, stream, record);
    }
}

int ol_absorb_take(struct ol_absorb *absorb, const struct ol_merge_head *head)
{
    const struct ol_record *record = &head->record;
    struct ol_absorb_stream *stream = &absorb->stream[head->index];
    int error = reach(absorb, record->tick);
    if (error) return error;
    switch (record->type) {
    case OL_RECORD_MALLOC:
    case OL_RECORD_CALLOC:
    case OL_RECORD_REALLOC:
    case OL_RECORD_ALIGNED:
        error = take_alloc(absorb, stream, head);
        break;
    case OL_RECORD_FREE:
    case OL_RECORD_RELEASE:
        error = take_free(absorb, stream, record);
        break;
    case OL_RECORD_NODE:
        break;
    default:
        error = take_other(absorb, stream, record);
    }
    stream->given = head->cursor.decoder.state.alloc;
    return error;
}

/* The control page counts what no record could be written for; where it is
 * lost, the records stand. */
static void count_lost(struct ol_absorb *absorb)
{
    struct ol_evidence *evidence = &absorb->process->shown.evidence;
    for (size_t i = 0; i < OL_LOST_COUNT; i++) {
        evidence->lost[i] = absorb->reader->lost[i];
        if (absorb->lost[i] > evidence->lost[i])
            evidence->lost[i] = absorb->lost[i];
        evidence->lost_total += evidence->lost[i];
    }
}

int ol_absorb_finish(struct ol_absorb *absorb)
{
    struct ol_store_process *process = absorb->process;
    struct ol_evidence *evidence = &process->shown.evidence;
    for (size_t i = 0; i < absorb->reader->stream_count; i++) {
        const int error = settle_released(absorb, &absorb->stream[i]);
        if (error) return error;
    }
    int error = ol_lifetimes_grow_up(absorb);
    if (!error && !ol_timeline_is_past(&process->timeline))
        error = ol_owners_count(process);
    const int64_t iterations = ol_timeline_iterations(&process->timeline);
    for (size_t i = 0; !error && i < process->group_count; i++)
        error = ol_cohorts_finish(&process->group[i].cohorts, iterations);
    evidence->events =
        evidence->allocs + evidence->frees + evidence->annotations;
    count_lost(absorb);
    return error;
}

void ol_absorb_deinit(struct ol_absorb *absorb)
{
    if (!absorb->stream) return;
    for (size_t i = 0; i < absorb->reader->stream_count; i++)
        free(absorb->stream[i].entered);
    free(absorb->stream);
    absorb->stream = NULL;
}
