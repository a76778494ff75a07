/* test_recording.c - the files of a recording, and one that is being written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/recording.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analyzer/model_build.h"
#include "tests/support/check.h"
#include "tests/support/support_trace.h"

enum {
    CHUNK = 4096,
    PATH_BYTES = 64,
};

static void write_file(
    const struct ol_trace *trace, const char *path, long hole)
{
    FILE *file = fopen(path, "wb");
    OL_CHECK(file != NULL);
    fwrite(trace->bytes, 1, trace->count, file);
    fflush(file);
    if (hole > 0)
        OL_CHECK_EQ(ftruncate(fileno(file), (long)trace->count + hole), 0);
    fclose(file);
}

/* As the process does: the file first, then the word. */
static void claim_more(const char *path, uint64_t claimed)
{
    FILE *file = fopen(path, "r+b");
    OL_CHECK(file != NULL);
    OL_CHECK_EQ(ftruncate(fileno(file), (long)claimed), 0);
    OL_CHECK_EQ(
        pwrite(fileno(file), &claimed, sizeof claimed, OL_CONTROL_OFFSET),
        sizeof claimed);
    fclose(file);
}

/* Three chunks of ten allocations. */
static void make(struct ol_trace *trace)
{
    struct ol_trace_stream stream;
    ol_trace_init(trace);
    ol_trace_begin(trace, &stream, 1, CHUNK);
    for (uint64_t i = 0; i < 30; i++) {
        if (i % 10 == 0) ol_trace_cut(&stream);
        (void)ol_trace_malloc(&stream, 2000 + i, OL_ROOT_NONE, 8);
    }
}

static void make_folder(char path[PATH_BYTES])
{
    snprintf(path, PATH_BYTES, "/tmp/test_recording.XXXXXX");
    OL_CHECK(mkdtemp(path) != NULL);
}

OL_CASE(only_what_is_claimed_is_mapped_so_that_a_file_may_be_trimmed)
{
    struct ol_trace trace;
    struct ol_mapping mapping;
    char folder[PATH_BYTES];
    char path[PATH_BYTES + 16];
    make_folder(folder);
    make(&trace);
    snprintf(path, sizeof path, "%s/1.trace", folder);
    write_file(&trace, path, 1 << 20);
    OL_CHECK_EQ(ol_recording_map(path, &mapping), 0);
    OL_CHECK_EQ(mapping.count, trace.count);
    /* The process ends and gives back what it did not use. */
    OL_CHECK_EQ(truncate(path, (long)trace.count), 0);
    OL_CHECK_EQ(memcmp(mapping.bytes, trace.bytes, trace.count), 0);
    ol_mapping_close(&mapping);
    ol_trace_deinit(&trace);
    unlink(path);
    rmdir(folder);
}

OL_CASE(what_is_claimed_after_the_look_is_no_damage)
{
    struct ol_trace trace;
    struct ol_model *model = NULL;
    struct ol_mapping mapping;
    struct ol_damage damage;
    const struct ol_model_options options = {0};
    char folder[PATH_BYTES];
    char path[PATH_BYTES + 16];
    make_folder(folder);
    make(&trace);
    snprintf(path, sizeof path, "%s/1.trace", folder);
    write_file(&trace, path, 0);
    OL_CHECK_EQ(ol_recording_map(path, &mapping), 0);
    claim_more(path, trace.count + CHUNK);
    OL_CHECK_EQ(ol_model_build_bytes(
                    mapping.bytes, mapping.count, &options, &model, &damage),
        0);
    OL_CHECK_EQ(ol_model_process(model, 0)->blocks.born, 30);
    OL_CHECK_EQ(ol_model_process(model, 0)->damage_count, 0);
    ol_model_destroy(model);
    ol_mapping_close(&mapping);
    ol_trace_deinit(&trace);
    unlink(path);
    rmdir(folder);
}

static void write_process(const char *folder, uint32_t pid, uint64_t start,
    uint32_t origin, const char *mark)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    char path[PATH_BYTES + 16];
    ol_trace_init(&trace);
    ol_trace_header(&trace)->pid = pid;
    ol_trace_header(&trace)->start_mono_ns = start;
    ol_trace_header(&trace)->origin = origin;
    ol_trace_seal(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    (void)ol_trace_malloc(&stream, 2000, OL_ROOT_NONE, 8);
    if (mark) ol_trace_mark(&stream, 2001, mark);
    snprintf(path, sizeof path, "%s/%u.trace", folder, pid);
    write_file(&trace, path, 0);
    ol_trace_deinit(&trace);
}

static void remove_processes(const char *folder)
{
    char path[PATH_BYTES + 16];
    for (unsigned pid = 1; pid < 10; pid++) {
        snprintf(path, sizeof path, "%s/%u.trace", folder, pid);
        unlink(path);
    }
    rmdir(folder);
}

OL_CASE(the_first_image_is_the_main_process_unless_another_marks_iterations)
{
    char folder[PATH_BYTES];
    struct ol_model *model = NULL;
    struct ol_damage damage;
    const struct ol_model_options options = {0};
    make_folder(folder);
    write_process(folder, 4, 400, OL_ORIGIN_START, NULL);
    write_process(folder, 3, 600, OL_ORIGIN_FORK, NULL);
    write_process(folder, 2, 500, OL_ORIGIN_EXEC, NULL);
    OL_CHECK_EQ(ol_model_build(folder, &options, &model, &damage), 0);
    OL_CHECK_EQ(ol_model_process_count(model), 3);
    OL_CHECK_EQ(ol_model_process(model, 0)->pid, 4);
    OL_CHECK_EQ(ol_model_process(model, 1)->pid, 2);
    OL_CHECK_EQ(ol_model_process(model, 2)->pid, 3);
    ol_model_destroy(model);

    write_process(folder, 3, 600, OL_ORIGIN_FORK, "round");
    OL_CHECK_EQ(ol_model_build(folder, &options, &model, &damage), 0);
    OL_CHECK_EQ(ol_model_process(model, 0)->pid, 3);
    OL_CHECK_EQ(ol_model_process(model, 1)->pid, 4);
    ol_model_destroy(model);
    remove_processes(folder);
}

OL_CASE(an_empty_folder_has_no_trace)
{
    char folder[PATH_BYTES];
    struct ol_recording recording;
    make_folder(folder);
    OL_CHECK_EQ(ol_recording_open(&recording, folder), -ENODATA);
    rmdir(folder);
    OL_CHECK_EQ(ol_recording_open(&recording, folder), -ENOENT);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(only_what_is_claimed_is_mapped_so_that_a_file_may_be_trimmed)
OL_CASES_ENTRY(what_is_claimed_after_the_look_is_no_damage)
OL_CASES_ENTRY(
    the_first_image_is_the_main_process_unless_another_marks_iterations)
OL_CASES_ENTRY(an_empty_folder_has_no_trace)
OL_CASES_END
