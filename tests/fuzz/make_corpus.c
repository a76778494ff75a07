/* make_corpus.c - writes the small traces that fuzzing the reader starts
 * from: make_corpus DIRECTORY.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "tests/support/support_trace.h"

enum {
    CHUNK = 4096
};

static const char *directory;

static void save(struct ol_trace *trace, const char *name)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s.trace", directory, name);
    FILE *file = fopen(path, "wb");
    if (file) {
        fwrite(trace->bytes, 1, trace->count, file);
        fclose(file);
    }
    ol_trace_deinit(trace);
}

static void make_empty(void)
{
    struct ol_trace trace;
    ol_trace_init(&trace);
    save(&trace, "empty");
}

static void make_plain(void)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    for (uint64_t i = 0; i < 20; i++) {
        const struct ol_ref block =
            ol_trace_malloc(&stream, 2000 + i * 50, stack, 16 + i);
        if (i % 3 != 0) ol_trace_free(&stream, 2010 + i * 50, block);
    }
    save(&trace, "plain");
}

static void make_marks(void)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    struct ol_ref before = {0};
    for (uint64_t i = 0; i < 30; i++) {
        const struct ol_ref block =
            ol_trace_malloc(&stream, 2000 + i * 9, stack, 64);
        ol_trace_say(&stream, 2001 + i * 9, OL_RECORD_BORN, block, "callback");
        if (i % 4 != 0) ol_trace_free(&stream, 2002 + i * 9, before);
        before = block;
        ol_trace_mark(&stream, 2003 + i * 9, "round");
    }
    save(&trace, "marks");
}

static void make_streams(void)
{
    struct ol_trace trace;
    struct ol_trace_stream one;
    struct ol_trace_stream two;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &one, 1, CHUNK);
    ol_trace_begin(&trace, &two, 2, CHUNK);
    const uint32_t stack = ol_trace_stack(&one, 1);
    const uint32_t other = ol_trace_stack(&two, 2);
    for (uint64_t i = 0; i < 10; i++) {
        const struct ol_ref first = ol_trace_malloc(&one, 2000, stack, 10);
        const struct ol_ref second = ol_trace_malloc(&two, 2000, other, 10);
        ol_trace_free(&two, 2000, first);
        ol_trace_free(&one, 2000 + i, second);
        if (i == 5) ol_trace_cut(&one);
    }
    save(&trace, "streams");
}

/* Every verb, on blocks and on addresses. */
static void make_story(void)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    const struct ol_ref owner = {OL_REF_ADDRESS, 0, 0x5000, 0};
    const struct ol_ref task = ol_trace_malloc(&stream, 2000, stack, 100);
    ol_trace_say(&stream, 2000, OL_RECORD_BORN, task, "task");
    ol_trace_say(&stream, 2001, OL_RECORD_BORN, owner, "pool");
    ol_trace_say(&stream, 2002, OL_RECORD_ENTER, task, NULL);
    const struct ol_ref block = ol_trace_malloc(&stream, 2003, stack, 8);
    ol_trace_adopt(&stream, 2004, owner, block);
    ol_trace_say(&stream, 2005, OL_RECORD_STATE, task, "parked");
    ol_trace_say(&stream, 2006, OL_RECORD_LEAVE, task, NULL);
    ol_trace_release(&stream, 2007, task);
    const struct ol_ref larger = ol_trace_realloc(&stream, 2008, stack, 900);
    ol_trace_say(&stream, 2009, OL_RECORD_ENDED, larger, "completed");
    ol_trace_free(&stream, 2010, larger);
    ol_trace_release(&stream, 2011, block);
    ol_trace_put(
        &stream, &(struct ol_record){
                     .type = OL_RECORD_RESTORE, .tick = 2012, .ref = {block}});
    ol_trace_put(&stream,
        &(struct ol_record){
            .type = OL_RECORD_FOREIGN_FREE, .tick = 2013, .value = {3}});
    ol_trace_put(&stream, &(struct ol_record){.type = OL_RECORD_LOST,
                              .tick = 2014,
                              .value = {OL_LOST_DISK_FULL, 7}});
    save(&trace, "story");
}

/* A chunk in the middle is missing, and a page between is noise. */
static void make_holes(void)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &stream, 1, CHUNK);
    const uint32_t stack = ol_trace_stack(&stream, 1);
    for (uint64_t i = 0; i < 30; i++) {
        const struct ol_ref block =
            ol_trace_malloc(&stream, 2000 + i, stack, 10);
        ol_trace_free(&stream, 2000 + i, block);
        if (i % 10 == 9) ol_trace_cut(&stream);
    }
    memset(trace.bytes + OL_HEADER_BYTES + CHUNK, 0xa5, CHUNK);
    save(&trace, "holes");
}

static void make_fork(void)
{
    struct ol_trace trace;
    struct ol_trace_stream stream;
    ol_trace_init(&trace);
    ol_trace_header(&trace)->origin = OL_ORIGIN_FORK;
    ol_trace_header(&trace)->first_stream = 5;
    ol_trace_header(&trace)->clock = OL_CLOCK_CYCLES;
    ol_trace_seal(&trace);
    ol_trace_begin(&trace, &stream, 5, CHUNK);
    const struct ol_ref inherited = {OL_REF_BLOCK, 1, 17, 0};
    (void)ol_trace_malloc(&stream, 2000, OL_ROOT_NONE, 10);
    ol_trace_free(&stream, 2001, inherited);
    ol_trace_say(&stream, 2002, OL_RECORD_ENTER, inherited, NULL);
    (void)ol_trace_malloc(&stream, 2003, OL_ROOT_TRUNCATED, 10);
    ol_trace_control(&trace)->end = OL_END_EXIT;
    ol_trace_control(&trace)->end_tick = 9000;
    ol_trace_control(&trace)->end_mono_ns = 8000;
    save(&trace, "fork");
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fputs("usage: make_corpus DIRECTORY\n", stderr);
        return 2;
    }
    directory = argv[1];
    make_empty();
    make_plain();
    make_marks();
    make_streams();
    make_story();
    make_holes();
    make_fork();
    return 0;
}
