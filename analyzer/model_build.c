/* model_build.c - two passes over each trace: one learns the names and the
 * time, one counts.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/model_build.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/absorb.h"
#include "analyzer/clean.h"
#include "analyzer/mapping.h"
#include "analyzer/merge.h"
#include "analyzer/owners.h"
#include "analyzer/reader.h"
#include "analyzer/recording.h"
#include "analyzer/room.h"
#include "analyzer/scopes.h"
#include "analyzer/store.h"

enum {
    PROGRESS_RECORDS = 1 << 18
};

/* ---- First pass ---- */

/* What is learnt of one trace. */
struct lesson {
    struct ol_timeline *timeline;
    struct ol_scopes scopes;
    uint64_t records;
    uint32_t exe, arguments; /* strings */
};

static bool is_key(const struct ol_bytes *bytes, const char *key)
{
    return bytes->count == strlen(key) &&
           memcmp(bytes->at, key, bytes->count) == 0;
}

static int learn_info(struct lesson *lesson, const struct ol_record *record)
{
    const struct ol_bytes *value = &record->bytes[1];
    uint32_t *to = NULL;
    if (is_key(&record->bytes[0], "exe")) to = &lesson->exe;
    if (is_key(&record->bytes[0], "argv")) to = &lesson->arguments;
    if (!to) return 0;
    char *text = malloc(value->count + 1);
    if (!text) return -ENOMEM;
    /* Arguments are separated, and ended, by NUL. */
    size_t count = value->count;
    if (count > 0) memcpy(text, value->at, count);
    while (count > 0 && text[count - 1] == 0)
        count--;
    for (size_t i = 0; i < count; i++)
        if (text[i] == 0 || text[i] == '\n' || text[i] == '\t') text[i] = ' ';
    const int error = ol_tables_keep(lesson->scopes.tables, text, count, to);
    free(text);
    return error;
}

static int learn(void *context, size_t stream, const struct ol_decoder *after,
    const struct ol_record *record)
{
    struct lesson *lesson = context;
    lesson->records++;
    int error = ol_scopes_learn(&lesson->scopes, stream, after, record);
    if (error) return error;
    uint32_t mark = 0;
    if (record->type == OL_RECORD_MARK)
        mark =
            ol_tables_string(&lesson->scopes.scope[stream], record->value[0]);
    if (record->type == OL_RECORD_INFO) error = learn_info(lesson, record);
    return error ? error : ol_timeline_learn(lesson->timeline, record, mark);
}

/* ---- Second pass ---- */

static int absorb_all(struct ol_absorb *absorb, const struct lesson *lesson)
{
    struct ol_merge merge;
    const struct ol_model_options *options = absorb->options;
    int error = ol_merge_open(&merge, absorb->reader);
    if (error) return error;
    uint64_t taken = 0;
    const struct ol_merge_head *head = NULL;
    while (!error && (head = ol_merge_next(&merge)) != NULL) {
        error = ol_absorb_take(absorb, head);
        if (++taken % PROGRESS_RECORDS == 0 && options->progress)
            options->progress(options->progress_context,
                (double)taken / (double)lesson->records);
    }
    ol_merge_close(&merge);
    return error ? error : ol_absorb_finish(absorb);
}

static int choose_time(struct ol_model *model, struct ol_timeline *timeline,
    const struct ol_reader *reader, const struct ol_model_options *options)
{
    struct ol_timeline_choice choice = {.slices = options->slices};
    choice.has_name = options->mark != NULL;
    if (choice.has_name) {
        const int error = ol_tables_keep(&model->tables, options->mark,
            strlen(options->mark), &choice.mark_name);
        if (error) return error;
    }
    ol_timeline_begin(timeline, reader, choice);
    return 0;
}

static int absorb_trace(struct ol_model *model,
    struct ol_store_process *process, const struct ol_reader *reader,
    const struct lesson *lesson, const struct ol_model_options *options)
{
    int error = choose_time(model, &process->timeline, reader, options);
    if (error) return error;
    struct ol_absorb absorb = {
        .model = model, .process = process, .options = options};
    error = ol_absorb_begin(&absorb, reader, lesson->scopes.scope);
    if (!error) error = absorb_all(&absorb, lesson);
    ol_absorb_deinit(&absorb);
    return error;
}

/* ---- What is shown ---- */

static int show_damage(struct ol_store_process *process,
    const struct ol_reader *reader, const char *file)
{
    process->damage = calloc(reader->damage_count + 1, sizeof *process->damage);
    if (!process->damage) return -ENOMEM;
    for (size_t i = 0; i < reader->damage_count; i++)
        process->damage[i] = (struct ol_damage){
            file, reader->damage[i].byte, reader->damage[i].what};
    process->shown.damage = process->damage;
    process->shown.damage_count = reader->damage_count;
    return 0;
}

static void show_iterations(
    const struct ol_model *model, struct ol_store_process *process)
{
    const struct ol_timeline *timeline = &process->timeline;
    struct ol_iterations *iterations = &process->shown.iterations;
    if (process->shown.evidence.allocs == 0) return;
    iterations->source =
        timeline->by_marks ? OL_ITERATION_MARKS : OL_ITERATION_SLICES;
    iterations->count = ol_timeline_iterations(timeline);
    if (timeline->by_marks)
        iterations->mark = model->tables.string[timeline->mark_name];
}

static void show_evidence(
    struct ol_store_process *process, const struct ol_reader *reader)
{
    struct ol_evidence *evidence = &process->shown.evidence;
    evidence->lost_chunks = reader->lost_chunks;
    evidence->lost_allocs = reader->lost_allocs;
    evidence->trace_bytes = reader->trace_bytes;
    evidence->streams = (uint32_t)reader->stream_count;
    evidence->end = reader->end;
    evidence->end_status = reader->end_status;
    evidence->duration_ns =
        ol_timeline_ns(&process->timeline, process->timeline.end_tick);
}

static void show_header(const struct ol_model *model,
    struct ol_store_process *process, const struct ol_reader *reader,
    const struct lesson *lesson)
{
    const struct ol_file_header *header = &reader->header;
    process->shown.pid = header->pid;
    process->shown.parent_pid = header->parent_pid;
    process->shown.origin = header->origin <= OL_ORIGIN_EXEC
                                ? (enum ol_origin)header->origin
                                : OL_ORIGIN_START;
    process->shown.start_real_ns = header->start_real_ns;
    const uint32_t command =
        lesson->arguments != 0 ? lesson->arguments : lesson->exe;
    process->shown.command = model->tables.string[command];
}

/* ---- One trace ---- */

static int build_process(struct ol_model *model, const void *bytes,
    size_t count, const struct ol_model_options *options,
    struct ol_damage *place)
{
    struct ol_store_process *grown = ol_room_make(model->process,
        &model->process_room, model->process_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    model->process = grown;
    struct ol_store_process *process = &grown[model->process_count];
    *process = (struct ol_store_process){.shown = {.file = place->file}};

    struct lesson lesson = {.timeline = &process->timeline};
    ol_scopes_init(&lesson.scopes, &model->tables);
    struct ol_reader reader;
    struct ol_place where;
    int error = ol_reader_open(&reader, bytes, count, learn, &lesson, &where);
    if (error) {
        place->byte = where.byte;
        place->what = where.what;
        goto fail_open;
    }
    error = ol_scopes_reach(&lesson.scopes, reader.stream_count);
    if (!error) error = absorb_trace(model, process, &reader, &lesson, options);
    if (!error) error = show_damage(process, &reader, place->file);
    if (!error) error = ol_store_show(process);
    if (error) goto fail_build;
    show_header(model, process, &reader, &lesson);
    show_evidence(process, &reader);
    show_iterations(model, process);
    model->process_count++;
    ol_reader_close(&reader);
    ol_scopes_deinit(&lesson.scopes);
    return 0;
fail_build:
    ol_reader_close(&reader);
fail_open:
    ol_scopes_deinit(&lesson.scopes);
    ol_store_process_deinit(process);
    return error;
}

static int add_refused(struct ol_model *model, const struct ol_damage *place)
{
    struct ol_damage *grown = ol_room_make(model->refused, &model->refused_room,
        model->refused_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    model->refused = grown;
    grown[model->refused_count++] = *place;
    return 0;
}

/* A file that cannot be used is noted; only lack of memory and the like end
 * the build. */
static int build_file(struct ol_model *model, const char *path,
    const struct ol_model_options *options)
{
    struct ol_mapping mapping;
    char *shown = ol_arena_copy(&model->arena, path, strlen(path));
    struct ol_damage place = {.file = shown};
    if (!shown) return -ENOMEM;
    ol_clean_text(shown, strlen(shown));
    int error = ol_recording_map(path, &mapping);
    if (error) {
        place.what = "cannot be read";
        return add_refused(model, &place);
    }
    error = build_process(model, mapping.bytes, mapping.count, options, &place);
    ol_mapping_close(&mapping);
    if (place.what) return add_refused(model, &place);
    return error;
}

/* ---- Public ---- */

static int create(const char *path, struct ol_model **out)
{
    struct ol_model *model = calloc(1, sizeof *model);
    if (!model) return -ENOMEM;
    int error = ol_tables_init(&model->tables);
    if (error) {
        free(model);
        return error;
    }
    char *shown = ol_arena_copy(&model->arena, path, strlen(path));
    if (!shown) {
        ol_model_destroy(model);
        return -ENOMEM;
    }
    ol_clean_text(shown, strlen(shown));
    model->path = shown;
    *out = model;
    return 0;
}

static bool is_marked(const struct ol_model *model, size_t index)
{
    return model->process[index].shown.iterations.source == OL_ITERATION_MARKS;
}

/* What the first process became by exec: a shell's last command, say. */
static size_t follow_exec(const struct ol_model *model)
{
    size_t at = 0;
    for (size_t i = 1; i < model->process_count; i++) {
        const struct ol_process *from = &model->process[at].shown;
        const struct ol_process *to = &model->process[i].shown;
        if (from->evidence.end == OL_END_EXEC && to->pid == from->pid &&
            to->origin == OL_ORIGIN_EXEC)
            at = i;
    }
    return at;
}

/* Puts the main process first: the first one that marks its iterations, for
 * that is the one that is meant when shells and test drivers are around it;
 * else the first traced image, or what it became. */
static void choose_main(struct ol_model *model)
{
    size_t main = 0;
    while (main < model->process_count && !is_marked(model, main))
        main++;
    if (main == model->process_count) main = follow_exec(model);
    const struct ol_store_process chosen = model->process[main];
    memmove(
        &model->process[1], &model->process[0], main * sizeof *model->process);
    model->process[0] = chosen;
}

/* Nothing usable: says what was wrong with the first file. */
static int check(const struct ol_model *model, struct ol_damage *out_damage)
{
    if (model->process_count > 0) return 0;
    if (model->refused_count == 0) return -ENODATA;
    out_damage->byte = model->refused[0].byte;
    out_damage->what = model->refused[0].what;
    return -ENODATA;
}

int ol_model_build(const char *path, const struct ol_model_options *options,
    struct ol_model **out, struct ol_damage *out_damage)
{
    struct ol_recording recording;
    struct ol_model *model = NULL;
    *out_damage = (struct ol_damage){.file = path};
    int error = ol_recording_open(&recording, path);
    if (error) return error;
    error = create(path, &model);
    for (size_t i = 0; !error && i < recording.count; i++) {
        const struct ol_recording_file *file = &recording.file[i];
        if (options->pid != 0 && file->pid != options->pid) continue;
        error = build_file(model, file->path, options);
    }
    ol_recording_close(&recording);
    if (!error) error = check(model, out_damage);
    if (!error) choose_main(model);
    if (error) {
        ol_model_destroy(model);
        return error;
    }
    *out = model;
    return 0;
}

int ol_model_build_bytes(const void *bytes, size_t count,
    const struct ol_model_options *options, struct ol_model **out,
    struct ol_damage *out_damage)
{
    struct ol_model *model = NULL;
    *out_damage = (struct ol_damage){.file = ""};
    int error = create("", &model);
    if (error) return error;
    error = build_process(model, bytes, count, options, out_damage);
    if (error) {
        ol_model_destroy(model);
        return error;
    }
    *out = model;
    return 0;
}

void ol_model_destroy(struct ol_model *model)
{
    if (!model) return;
    for (size_t i = 0; i < model->process_count; i++)
        ol_store_process_deinit(&model->process[i]);
    free(model->process);
    free(model->refused);
    ol_tables_deinit(&model->tables);
    ol_arena_deinit(&model->arena);
    free(model);
}
