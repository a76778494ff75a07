/* cmd_events.c - `outlive events`: the records as text, in the order of time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/command.h"
#include "analyzer/mapping.h"
#include "analyzer/merge.h"
#include "analyzer/reader.h"
#include "analyzer/record_json.h"
#include "analyzer/record_text.h"
#include "analyzer/recording.h"
#include "analyzer/scopes.h"

/* Prints one record; counts down what is left to print. */
struct printer {
    const struct ol_options *options;
    size_t left;
    int error;
};

static int print(struct printer *printer, const struct ol_record_context *where,
    const struct ol_record *record)
{
    if (!printer->options->json) {
        ol_record_text_print(stdout, where, record);
        return 0;
    }
    json_t *object = ol_record_json(where, record);
    if (!object) return -ENOMEM;
    const int failed = json_dumpf(object, stdout, JSON_COMPACT);
    json_decref(object);
    return failed || putchar('\n') == EOF ? -EIO : 0;
}

static int print_records(struct printer *printer,
    const struct ol_reader *reader, const struct ol_scopes *scopes)
{
    struct ol_merge merge;
    struct ol_record_context where = {
        .tables = scopes->tables, .header = &reader->header};
    int error = ol_merge_open(&merge, reader);
    if (error) return error;
    const struct ol_merge_head *head = NULL;
    while (
        !error && printer->left > 0 && (head = ol_merge_next(&merge)) != NULL) {
        where.scope = &scopes->scope[head->index];
        where.after = &head->cursor.decoder;
        error = print(printer, &where, &head->record);
        printer->left--;
    }
    ol_merge_close(&merge);
    return error;
}

static void complain_of_damage(const struct ol_reader *reader, const char *path)
{
    for (size_t i = 0; i < reader->damage_count; i++)
        ol_command_complain("%s: byte %" PRIu64 ": %s", path,
            reader->damage[i].byte, reader->damage[i].what);
}

static int print_trace(struct printer *printer,
    const struct ol_mapping *mapping, const char *path, bool *out_damaged)
{
    struct ol_scopes scopes;
    struct ol_reader reader;
    struct ol_place place;
    struct ol_tables tables;
    int error = ol_tables_init(&tables);
    if (error) return error;
    ol_scopes_init(&scopes, &tables);
    error = ol_reader_open(&reader, mapping->bytes, mapping->count,
        ol_scopes_learn, &scopes, &place);
    if (error == -EBADMSG || error == -ENOTSUP) {
        ol_command_complain(
            "%s: byte %" PRIu64 ": %s", path, place.byte, place.what);
        *out_damaged = true;
        error = 0;
        goto fail_open;
    }
    if (error) goto fail_open;
    error = ol_scopes_reach(&scopes, reader.stream_count);
    if (!error) error = print_records(printer, &reader, &scopes);
    if (!error) complain_of_damage(&reader, path);
    *out_damaged |= reader.damage_count > 0;
    ol_reader_close(&reader);
fail_open:
    ol_scopes_deinit(&scopes);
    ol_tables_deinit(&tables);
    return error;
}

static int print_recording(struct printer *printer,
    const struct ol_recording *recording, bool *out_damaged)
{
    for (size_t i = 0; i < recording->count && printer->left > 0; i++) {
        const struct ol_recording_file *file = &recording->file[i];
        const struct ol_options *options = printer->options;
        struct ol_mapping mapping;
        if (options->pid != 0 && file->pid != options->pid) continue;
        int error = ol_recording_map(file->path, &mapping);
        if (error) return error;
        if (recording->count > 1 && !options->json)
            printf("# %s\n", file->path);
        error = print_trace(printer, &mapping, file->path, out_damaged);
        ol_mapping_close(&mapping);
        if (error) return error;
    }
    return 0;
}

static enum ol_exit run(const struct ol_options *options)
{
    const char *path = options->argument[0];
    struct ol_recording recording;
    bool damaged = false;
    int error = ol_recording_open(&recording, path);
    if (error == -ENODATA) {
        ol_command_complain("%s: no trace in it: nothing was recorded", path);
        return OL_EXIT_EVIDENCE;
    }
    if (error) {
        ol_command_complain("%s: %s", path, strerror(-error));
        return OL_EXIT_USAGE;
    }
    struct printer printer = {.options = options, .left = options->limit};
    error = print_recording(&printer, &recording, &damaged);
    ol_recording_close(&recording);
    if (error) {
        ol_command_complain("%s: %s", path, strerror(-error));
        return OL_EXIT_INTERNAL;
    }
    return damaged ? OL_EXIT_EVIDENCE : OL_EXIT_CLEAN;
}

const struct ol_command ol_command_events = {
    .name = "events",
    .arguments = "DIR",
    .summary = "the records as text, in the order of time",
    .examples = "  outlive events demo.olt | less\n"
                "  outlive events --json demo.olt | jq 'select(.type == "
                "\"mark\")'\n",
    .form = {.takes = OL_TAKES(JSON) | OL_TAKES(LIMIT) | OL_TAKES(PID),
        .limit = SIZE_MAX,
        .least = 1,
        .most = 1},
    .run = run,
};
