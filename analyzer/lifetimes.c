/* lifetimes.c - see lifetimes.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/lifetimes.h"

/* ---- Labels ---- */

static uint32_t kind_of(
    const struct ol_absorb *absorb, const struct ol_block *block)
{
    if (block->own_kind != 0) return block->own_kind;
    const struct ol_entity *entities = absorb->process->entities.at;
    if (block->owner != 0 && entities[block->owner].kind != 0)
        return entities[block->owner].kind;
    return absorb->model->tables.site[block->site].rule_kind.index;
}

static int find_group(
    struct ol_absorb *absorb, const struct ol_block *block, uint32_t *out)
{
    struct ol_store_label label = {
        .kind = kind_of(absorb, block),
        .site = block->site,
        .adopted = block->adopted,
    };
    if (block->adopted)
        label.owner_kind = absorb->process->entities.at[block->owner].kind;
    return ol_store_get_group(absorb->process, &label, out);
}

/* ---- The list of young blocks ---- */

static void add_young(struct ol_absorb *absorb, uint32_t index)
{
    struct ol_block *at = absorb->process->blocks.at;
    at[index].young = true;
    at[index].newer = 0;
    at[index].older = absorb->youngest;
    if (absorb->youngest != 0) at[absorb->youngest].newer = index;
    absorb->youngest = index;
}

static void remove_young(struct ol_absorb *absorb, uint32_t index)
{
    struct ol_block *at = absorb->process->blocks.at;
    const struct ol_block *block = &at[index];
    if (block->newer != 0)
        at[block->newer].older = block->older;
    else
        absorb->youngest = block->older;
    if (block->older != 0) at[block->older].newer = block->newer;
    at[index].young = false;
}

/* ---- Counting ---- */

/* Adds the block to its group and kind, as born in this iteration. */
static int enter_group(struct ol_absorb *absorb, uint32_t index, uint32_t group)
{
    struct ol_store_process *process = absorb->process;
    struct ol_block *block = &process->blocks.at[index];
    struct ol_group *to = &process->group[group];
    uint32_t kind = 0;
    int error = ol_store_get_kind(process, to->kind.index, &kind);
    if (error) return error;
    ol_store_count_birth(&process->kind[kind].totals.blocks, block->bytes);
    error = ol_store_sample(&process->kind[kind], absorb->point);
    if (error) return error;
    const uint64_t ns = ol_timeline_ns(&process->timeline, block->born_tick);
    if (to->blocks.born == 0 || ns < to->first_ns) to->first_ns = ns;
    if (ns > to->last_ns) to->last_ns = ns;
    ol_store_count_birth(&to->blocks, block->bytes);
    block->group = group;
    block->born_iteration = process->timeline.iteration;
    add_young(absorb, index);
    return 0;
}

/* The cohorts learn of a young block's birth. */
static int tell_birth(struct ol_absorb *absorb, uint32_t index)
{
    const struct ol_block *block = &absorb->process->blocks.at[index];
    remove_young(absorb, index);
    return ol_cohorts_add_birth(&absorb->process->group[block->group].cohorts,
        block->born_iteration, block->bytes);
}

static int tell_death(struct ol_absorb *absorb, const struct ol_block *block)
{
    return ol_cohorts_add_death(&absorb->process->group[block->group].cohorts,
        block->born_iteration, absorb->process->timeline.iteration,
        block->bytes);
}

/* Takes the block out of its group and kind, by `count`. */
static int leave_group(struct ol_absorb *absorb, const struct ol_block *block,
    void (*count)(struct ol_process_totals *totals, uint64_t bytes))
{
    struct ol_store_process *process = absorb->process;
    struct ol_group *group = &process->group[block->group];
    uint32_t kind = 0;
    const int error = ol_store_get_kind(process, group->kind.index, &kind);
    if (error) return error;
    count(&group->blocks, block->bytes);
    count(&process->kind[kind].totals.blocks, block->bytes);
    return ol_store_sample(&process->kind[kind], absorb->point);
}

/* ---- Entities in the block ---- */

/* An ended entity's memory goes at last. */
static int settle_ended(struct ol_absorb *absorb,
    const struct ol_entity *entity, const struct ol_block *block)
{
    if (!entity->ended || entity->kind == 0) return 0;
    uint32_t kind = 0;
    const int error = ol_store_get_kind(absorb->process, entity->kind, &kind);
    if (error) return error;
    struct ol_kind_totals *totals = &absorb->process->kind[kind].totals;
    totals->ended_live--;
    totals->ended_live_bytes -= block->bytes;
    return 0;
}

static int lose_entities(struct ol_absorb *absorb, const struct ol_block *block)
{
    struct ol_entities *entities = &absorb->process->entities;
    for (uint32_t at = block->entity; at != 0;) {
        const uint32_t next = entities->at[at].next;
        const int error = settle_ended(absorb, &entities->at[at], block);
        if (error) return error;
        ol_entities_lose_block(entities, at);
        at = next;
    }
    return 0;
}

/* ---- Public ---- */

int ol_lifetimes_begin(struct ol_absorb *absorb, uint32_t index)
{
    uint32_t group = 0;
    const struct ol_block *block = &absorb->process->blocks.at[index];
    const int error = find_group(absorb, block, &group);
    if (error) return error;
    ol_store_count_birth(&absorb->process->shown.blocks, block->bytes);
    return enter_group(absorb, index, group);
}

int ol_lifetimes_end(struct ol_absorb *absorb, uint32_t index)
{
    struct ol_store_process *process = absorb->process;
    const struct ol_block *block = &process->blocks.at[index];
    int error = block->young ? tell_birth(absorb, index) : 0;
    if (!error) error = tell_death(absorb, block);
    if (!error) error = leave_group(absorb, block, ol_store_count_death);
    if (!error) error = lose_entities(absorb, block);
    if (error) return error;
    ol_store_count_death(&process->shown.blocks, block->bytes);
    if (block->owner != 0) ol_entities_let_go(&process->entities, block->owner);
    ol_blocks_remove(&process->blocks, index);
    return 0;
}

int ol_lifetimes_relabel(struct ol_absorb *absorb, uint32_t index)
{
    const struct ol_block *block = &absorb->process->blocks.at[index];
    uint32_t group = 0;
    int error = find_group(absorb, block, &group);
    if (error || group == block->group) return error;
    if (block->young)
        remove_young(absorb, index);
    else
        error = tell_death(absorb, block);
    if (!error) error = leave_group(absorb, block, ol_store_count_move);
    return error ? error : enter_group(absorb, index, group);
}

int ol_lifetimes_grow_up(struct ol_absorb *absorb)
{
    while (absorb->youngest != 0) {
        const int error = tell_birth(absorb, absorb->youngest);
        if (error) return error;
    }
    return 0;
}
