/* tables.c - see tables.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/tables.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/clean.h"
#include "analyzer/room.h"
#include "base/checked.h"

/* ---- Strings ---- */

static int add_string(struct ol_tables *tables, const char *text, size_t count)
{
    const char **grown = ol_room_make(tables->string, &tables->string_room,
        tables->string_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    tables->string = grown;
    const char *kept = ol_hash_add(
        &tables->strings, text, count, (uint32_t)tables->string_count);
    if (!kept) return -ENOMEM;
    grown[tables->string_count++] = kept;
    return 0;
}

int ol_tables_keep(
    struct ol_tables *tables, const void *text, size_t count, uint32_t *out)
{
    char stack[256];
    char *clean = count <= sizeof stack ? stack : malloc(count);
    if (!clean) return -ENOMEM;
    int error = 0;
    if (count > 0) memcpy(clean, text, count);
    ol_clean_text(clean, count);
    if (!ol_hash_find(&tables->strings, clean, count, out)) {
        error = add_string(tables, clean, count);
        if (!error) *out = (uint32_t)tables->string_count - 1;
    }
    if (clean != stack) free(clean);
    return error;
}

/* ---- Modules ---- */

static int add_module(
    struct ol_tables *tables, const struct ol_record *record, uint32_t path)
{
    struct ol_module *grown = ol_room_make(tables->module, &tables->module_room,
        tables->module_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    tables->module = grown;
    const struct ol_bytes *id = &record->bytes[1];
    struct ol_module module = {
        .path = tables->string[path],
        .build_id_bytes = id->count,
        .flags = (uint32_t)record->value[3],
    };
    if (id->count > 0) {
        module.build_id =
            (const uint8_t *)ol_arena_copy(&tables->arena, id->at, id->count);
        if (!module.build_id) return -ENOMEM;
    }
    grown[tables->module_count] = module;
    return 0;
}

/* The same file, with the same build-id, is the same module. */
static int define_module(struct ol_tables *tables,
    struct ol_tables_scope *scope, const struct ol_record *record, uint32_t id)
{
    uint32_t path = 0;
    int error = ol_tables_keep(
        tables, record->bytes[0].at, record->bytes[0].count, &path);
    if (error) return error;
    const struct ol_bytes *build_id = &record->bytes[1];
    size_t bytes = 0;
    if (!ol_checked_add(sizeof path, build_id->count, &bytes)) return -ENOMEM;
    unsigned char *key = malloc(bytes);
    if (!key) return -ENOMEM;
    memcpy(key, &path, sizeof path);
    if (build_id->count > 0)
        memcpy(key + sizeof path, build_id->at, build_id->count);
    uint32_t ours = (uint32_t)tables->module_count;
    if (!ol_hash_find(&tables->modules, key, bytes, &ours)) {
        error = add_module(tables, record, path);
        if (!error && !ol_hash_add(&tables->modules, key, bytes, ours))
            error = -ENOMEM;
        if (!error) tables->module_count++;
    }
    free(key);
    return error ? error : ol_idmap_add(&scope->module, id, ours);
}

/* ---- Frames and nodes ---- */

static int keep_frame(
    struct ol_tables *tables, struct ol_frame frame, uint32_t *out)
{
    const uint64_t key[2] = {frame.module, frame.address};
    if (ol_hash_find(&tables->frames, key, sizeof key, out)) return 0;
    struct ol_frame *grown = ol_room_make(
        tables->frame, &tables->frame_room, tables->frame_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    tables->frame = grown;
    const uint32_t ours = (uint32_t)tables->frame_count;
    if (!ol_hash_add(&tables->frames, key, sizeof key, ours)) return -ENOMEM;
    grown[tables->frame_count++] = frame;
    *out = ours;
    return 0;
}

static int define_frame(struct ol_tables *tables, struct ol_tables_scope *scope,
    const struct ol_record *record, uint32_t id)
{
    struct ol_frame frame = {OL_MODULE_UNKNOWN, record->value[1]};
    uint32_t ours = 0;
    (void)ol_idmap_find(&scope->module, record->value[0], &frame.module);
    const int error = keep_frame(tables, frame, &ours);
    return error ? error : ol_idmap_add(&scope->frame, id, ours);
}

static int keep_node(struct ol_tables *tables, struct ol_stack_id parent,
    uint32_t frame, uint32_t *out)
{
    const uint32_t key[2] = {parent.index, frame};
    if (ol_hash_find(&tables->nodes, key, sizeof key, out)) return 0;
    struct ol_tables_node *grown = ol_room_make(
        tables->node, &tables->node_room, tables->node_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    tables->node = grown;
    const uint32_t ours = (uint32_t)tables->node_count;
    if (!ol_hash_add(&tables->nodes, key, sizeof key, ours)) return -ENOMEM;
    grown[tables->node_count++] = (struct ol_tables_node){
        .node = {.parent = parent, .frame = tables->frame[frame]},
        .root = grown[parent.index].root};
    *out = ours;
    return 0;
}

static int define_node(struct ol_tables *tables, struct ol_tables_scope *scope,
    const struct ol_record *record)
{
    struct ol_stack_id parent =
        ol_tables_stack(scope, record->value[OL_VALUE_PARENT]);
    uint32_t frame = 0;
    uint32_t ours = 0;
    if (!ol_idmap_find(&scope->frame, record->value[OL_VALUE_FRAME], &frame)) {
        const int error =
            keep_frame(tables, (struct ol_frame){OL_MODULE_UNKNOWN, 0}, &frame);
        if (error) return error;
    }
    const int error = keep_node(tables, parent, frame, &ours);
    if (error) return error;
    return ol_idmap_add(
        &scope->node, (uint32_t)record->value[OL_VALUE_NODE], ours);
}

/* ---- Public ---- */

int ol_tables_init(struct ol_tables *tables)
{
    *tables = (struct ol_tables){0};
    uint32_t empty = 0;
    int error = ol_tables_keep(tables, "", 0, &empty);
    if (error) goto fail_init;
    error = -ENOMEM;
    for (uint32_t i = 0; i < OL_ROOT_COUNT; i++) {
        struct ol_tables_node *grown = ol_room_make(tables->node,
            &tables->node_room, tables->node_count, sizeof *grown);
        if (!grown) goto fail_init;
        tables->node = grown;
        grown[tables->node_count++] = (struct ol_tables_node){.root = i};
    }
    return 0;
fail_init:
    ol_tables_deinit(tables);
    return error;
}

void ol_tables_deinit(struct ol_tables *tables)
{
    ol_arena_deinit(&tables->arena);
    ol_hash_deinit(&tables->strings);
    ol_hash_deinit(&tables->modules);
    ol_hash_deinit(&tables->frames);
    ol_hash_deinit(&tables->nodes);
    free(tables->string);
    free(tables->module);
    free(tables->frame);
    free(tables->node);
    free(tables->site);
    *tables = (struct ol_tables){0};
}

void ol_tables_scope_deinit(struct ol_tables_scope *scope)
{
    ol_idmap_deinit(&scope->string);
    ol_idmap_deinit(&scope->module);
    ol_idmap_deinit(&scope->frame);
    ol_idmap_deinit(&scope->node);
}

int ol_tables_define(struct ol_tables *tables, struct ol_tables_scope *scope,
    const struct ol_decoder *after, const struct ol_record *record)
{
    uint32_t ours = 0;
    switch (record->type) {
    case OL_RECORD_STRING: {
        const int error = ol_tables_keep(
            tables, record->bytes[0].at, record->bytes[0].count, &ours);
        if (error) return error;
        return ol_idmap_add(&scope->string, after->state.string - 1, ours);
    }
    case OL_RECORD_MODULE:
        return define_module(tables, scope, record, after->state.module - 1);
    case OL_RECORD_FRAME:
        return define_frame(tables, scope, record, after->state.frame - 1);
    case OL_RECORD_NODE:
        return define_node(tables, scope, record);
    default:
        return 0;
    }
}

uint32_t ol_tables_string(const struct ol_tables_scope *scope, uint64_t id)
{
    uint32_t ours = 0;
    (void)ol_idmap_find(&scope->string, id, &ours);
    return ours;
}

struct ol_stack_id ol_tables_stack(
    const struct ol_tables_scope *scope, uint64_t id)
{
    uint32_t ours = OL_ROOT_TRUNCATED;
    if (id < OL_ROOT_COUNT) return (struct ol_stack_id){(uint32_t)id};
    (void)ol_idmap_find(&scope->node, id, &ours);
    return (struct ol_stack_id){ours};
}

int ol_tables_site(struct ol_tables *tables, struct ol_stack_id stack,
    struct ol_site_id *out, bool *out_new)
{
    struct ol_tables_node *node = &tables->node[stack.index];
    *out_new = node->site == 0;
    if (node->site == 0) {
        struct ol_site *grown = ol_room_make(tables->site, &tables->site_room,
            tables->site_count, sizeof *grown);
        if (!grown) return -ENOMEM;
        tables->site = grown;
        grown[tables->site_count++] = (struct ol_site){.stack = stack};
        node->site = (uint32_t)tables->site_count;
    }
    *out = (struct ol_site_id){node->site - 1};
    return 0;
}
