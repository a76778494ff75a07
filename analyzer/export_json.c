/* export_json.c - all groups of a recording as JSON, frames kept once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>

#include "analyzer/envelope.h"
#include "analyzer/export.h"
#include "analyzer/lexicon.h"

enum {
    KEY_BYTES = 96
};

struct table {
    struct ol_lexicon seen;
    json_t *frames; /* borrowed; in the order of their numbers */
};

/* A frame's index in the table. Its texts are kept once, so that their
 * addresses tell frames apart. */
static json_t *index_of(
    struct table *table, const struct ol_symbols_frame *frame)
{
    char key[KEY_BYTES];
    const size_t count = table->seen.count;
    snprintf(key, sizeof key, "%p %p %p %" PRIu32 " %d",
        (const void *)frame->function, (const void *)frame->file,
        (const void *)frame->module, frame->line, frame->inlined);
    const struct ol_name *name = ol_lexicon_keep(&table->seen, key);
    if (!name) return NULL;
    if (table->seen.count > count) {
        const struct ol_site_stack one = {.at = frame, .count = 1};
        json_t *frames = ol_envelope_frames(&one);
        const int failed = json_array_extend(table->frames, frames);
        json_decref(frames);
        if (failed) return NULL;
    }
    return json_integer(name->number);
}

static json_t *stack_to_json(
    struct table *table, const struct ol_site_stack *stack)
{
    json_t *indices = json_array();
    for (size_t i = 0; i < stack->count; i++) {
        if (json_array_append_new(indices, index_of(table, &stack->at[i])) == 0)
            continue;
        json_decref(indices);
        return NULL;
    }
    return indices;
}

static json_t *group_to_json(struct table *table,
    const struct ol_naming *naming, const struct ol_group *group)
{
    struct ol_group_name name;
    const struct ol_process_totals *blocks = &group->blocks;
    if (ol_naming_group(naming, "growth", group, &name)) return NULL;
    return json_pack("{s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I,"
                     " s:I, s:I, s:o}",
        "kind", ol_model_kind_name(naming->model, group->kind), "fingerprint",
        name.fingerprint, "place", name.place, "adopted", (int)group->adopted,
        "born", (json_int_t)blocks->born, "born_bytes",
        (json_int_t)blocks->born_bytes, "freed", (json_int_t)blocks->freed,
        "live", (json_int_t)blocks->live, "live_bytes",
        (json_int_t)blocks->live_bytes, "peak", (json_int_t)blocks->peak,
        "peak_bytes", (json_int_t)blocks->peak_bytes, "first_ns",
        (json_int_t)group->first_ns, "last_ns", (json_int_t)group->last_ns,
        "stack", stack_to_json(table, &name.stack));
}

static json_t *process_to_json(struct table *table,
    const struct ol_naming *naming, const struct ol_process *process)
{
    json_t *groups = json_array();
    for (size_t i = 0; i < process->group_count; i++) {
        if (process->group[i].blocks.born == 0) continue;
        json_t *group = group_to_json(table, naming, &process->group[i]);
        if (json_array_append_new(groups, group) == 0) continue;
        json_decref(groups);
        return NULL;
    }
    return json_pack("{s:I, s:s, s:o}", "pid", (json_int_t)process->pid,
        "command", process->command, "groups", groups);
}

static int add_processes(
    struct table *table, const struct ol_naming *naming, json_t *processes)
{
    const size_t count = ol_model_process_count(naming->model);
    for (size_t i = 0; i < count; i++) {
        json_t *process =
            process_to_json(table, naming, ol_model_process(naming->model, i));
        if (json_array_append_new(processes, process)) return -ENOMEM;
    }
    return 0;
}

int ol_export_json(const struct ol_naming *naming, FILE *out)
{
    json_t *report = ol_envelope_create(naming->model, "export");
    json_t *processes = json_array();
    struct table table = {.frames = json_array()};
    int error = add_processes(&table, naming, processes);
    if (json_object_set_new(report, "processes", processes)) error = -ENOMEM;
    if (json_object_set_new(report, "frames", table.frames)) error = -ENOMEM;
    if (!error && json_dumpf(report, out, JSON_COMPACT)) error = -EIO;
    if (!error && fputc('\n', out) == EOF) error = -EIO;
    ol_lexicon_deinit(&table.seen);
    json_decref(report);
    return error;
}
