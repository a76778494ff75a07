/* model.c - the queries; model_build.c fills what they read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/model.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/store.h"

size_t ol_model_process_count(const struct ol_model *model)
{
    return model->process_count;
}

const struct ol_process *ol_model_process(
    const struct ol_model *model, size_t index)
{
    return &model->process[index].shown;
}

bool ol_model_is_partial(const struct ol_process *process)
{
    const struct ol_evidence *evidence = &process->evidence;
    return evidence->lost_total > 0 || evidence->lost_chunks > 0 ||
           evidence->lost_allocs > 0 || evidence->stray_frees > 0 ||
           process->damage_count > 0 || evidence->end == OL_END_STOPPED;
}

const struct ol_damage *ol_model_refused(
    const struct ol_model *model, size_t *out_count)
{
    *out_count = model->refused_count;
    return model->refused;
}

const char *ol_model_path(const struct ol_model *model)
{
    return model->path;
}

const char *ol_model_kind_name(
    const struct ol_model *model, struct ol_kind_id kind)
{
    return model->tables.string[kind.index];
}

size_t ol_model_site_count(const struct ol_model *model)
{
    return model->tables.site_count;
}

const struct ol_site *ol_model_site(
    const struct ol_model *model, struct ol_site_id site)
{
    return &model->tables.site[site.index];
}

const struct ol_stack_node *ol_model_stack(
    const struct ol_model *model, struct ol_stack_id stack)
{
    return &model->tables.node[stack.index].node;
}

size_t ol_model_module_count(const struct ol_model *model)
{
    return model->tables.module_count;
}

const struct ol_module *ol_model_module(
    const struct ol_model *model, uint32_t module)
{
    return &model->tables.module[module];
}

/* ---- Live blocks ---- */

static int compare_blocks(const void *left, const void *right)
{
    const struct ol_block *a = *(const struct ol_block *const *)left;
    const struct ol_block *b = *(const struct ol_block *const *)right;
    if (a->stream != b->stream) return a->stream < b->stream ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static struct ol_live_block describe(
    const struct ol_store_process *process, const struct ol_block *block)
{
    struct ol_live_block live = {
        .stream = block->stream,
        .number = block->number,
        .bytes = block->bytes,
        .born_ns = ol_timeline_ns(&process->timeline, block->born_tick),
        .born_iteration = block->born_iteration,
        .group = &process->group[process->group_at[block->group]],
        .owned = block->owner != 0,
    };
    if (live.owned) {
        const struct ol_entity *owner = &process->entities.at[block->owner];
        live.owner_ended = owner->ended || owner->gone;
        live.owner_kind.index = owner->kind;
    }
    return live;
}

int ol_model_visit_live(const struct ol_model *model, size_t process,
    ol_live_fn visit, void *context)
{
    const struct ol_store_process *from = &model->process[process];
    const struct ol_blocks *blocks = &from->blocks;
    /* NOLINTNEXTLINE(bugprone-sizeof-expression): pointers are sorted */
    const struct ol_block **sorted = calloc(blocks->used + 1, sizeof *sorted);
    if (!sorted) return -ENOMEM;
    size_t count = 0;
    for (size_t i = 1; i < blocks->count; i++)
        if (blocks->at[i].used && !blocks->at[i].early)
            sorted[count++] = &blocks->at[i];
    /* NOLINTNEXTLINE(bugprone-sizeof-expression) */
    qsort(sorted, count, sizeof *sorted, compare_blocks);
    int got = 0;
    for (size_t i = 0; got == 0 && i < count; i++) {
        const struct ol_live_block live = describe(from, sorted[i]);
        got = visit(context, &live);
    }
    free(sorted);
    return got;
}

/* ---- Series ---- */

size_t ol_model_series_times(const struct ol_model *model, size_t process,
    uint64_t out_ns[OL_SERIES_POINTS])
{
    const struct ol_process *shown = &model->process[process].shown;
    if (shown->evidence.allocs == 0) return 0;
    for (uint64_t i = 0; i < OL_SERIES_POINTS; i++)
        out_ns[i] = (uint64_t)((double)shown->evidence.duration_ns /
                               OL_SERIES_POINTS * (double)(i + 1));
    return OL_SERIES_POINTS;
}

void ol_model_series_bytes(const struct ol_model *model, size_t process,
    size_t kind, uint64_t out_bytes[OL_SERIES_POINTS])
{
    const struct ol_store_kind *from = &model->process[process].kind[kind];
    uint64_t live_bytes = 0;
    size_t next = 0;
    for (uint32_t i = 0; i < OL_SERIES_POINTS; i++) {
        while (next < from->sample_count && from->sample[next].point <= i)
            live_bytes = from->sample[next++].live_bytes;
        out_bytes[i] = live_bytes;
    }
}
