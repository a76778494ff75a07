/* test_merge.c - streams in the order of time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/merge.h"

#include "tests/support/check.h"
#include "tests/support/support_trace.h"

enum {
    CHUNK = 4096,
    STREAMS = 9,
    EVENTS = 400,
};

static void open_all(
    struct ol_trace *trace, struct ol_reader *reader, struct ol_merge *merge)
{
    struct ol_place place;
    OL_CHECK_EQ(
        ol_reader_open(reader, trace->bytes, trace->count, NULL, NULL, &place),
        0);
    OL_CHECK_EQ(ol_merge_open(merge, reader), 0);
}

OL_CASE(every_record_comes_once_and_in_order)
{
    struct ol_trace trace;
    struct ol_trace_stream stream[STREAMS];
    ol_trace_init(&trace);
    uint64_t random = 7;
    for (uint32_t i = 0; i < STREAMS; i++) {
        uint64_t tick = 1000;
        ol_trace_begin(&trace, &stream[i], i * 3, CHUNK);
        for (uint64_t at = 0; at < EVENTS; at++) {
            random = random * UINT64_C(6364136223846793005) + 1;
            tick += (random >> 33) % 5;
            (void)ol_trace_malloc(&stream[i], tick, OL_ROOT_NONE, at);
        }
    }
    struct ol_reader reader;
    struct ol_merge merge;
    open_all(&trace, &reader, &merge);
    uint64_t next[STREAMS] = {0};
    uint64_t tick = 0;
    size_t count = 0;
    const struct ol_merge_head *head = NULL;
    while ((head = ol_merge_next(&merge)) != NULL) {
        OL_CHECK(head->record.tick >= tick);
        OL_CHECK_EQ(head->record.value[OL_VALUE_BYTES], next[head->index]);
        OL_CHECK_EQ(head->cursor.decoder.stream, head->index * 3);
        next[head->index]++;
        tick = head->record.tick;
        count++;
    }
    OL_CHECK_EQ(count, STREAMS * EVENTS);
    ol_merge_close(&merge);
    ol_reader_close(&reader);
    ol_trace_deinit(&trace);
}

OL_CASE(within_a_tick_a_block_comes_before_what_is_said_of_it)
{
    struct ol_trace trace;
    struct ol_trace_stream one;
    struct ol_trace_stream two;
    ol_trace_init(&trace);
    ol_trace_begin(&trace, &one, 1, CHUNK);
    ol_trace_begin(&trace, &two, 2, CHUNK);
    struct ol_ref last = {0};
    for (int i = 0; i < 20; i++)
        last = ol_trace_malloc(&two, 2000, OL_ROOT_NONE, 8);
    ol_trace_say(&one, 2000, OL_RECORD_ENTER, last, NULL);
    ol_trace_free(&one, 2000, last);

    struct ol_reader reader;
    struct ol_merge merge;
    open_all(&trace, &reader, &merge);
    int allocs = 0;
    const struct ol_merge_head *head = NULL;
    while ((head = ol_merge_next(&merge)) != NULL) {
        if (head->record.type == OL_RECORD_MALLOC)
            allocs++;
        else
            OL_CHECK_EQ(allocs, 20);
    }
    OL_CHECK_EQ(allocs, 20);
    ol_merge_close(&merge);
    ol_reader_close(&reader);
    ol_trace_deinit(&trace);
}

OL_CASE(an_empty_trace_has_no_records)
{
    struct ol_trace trace;
    struct ol_reader reader;
    struct ol_merge merge;
    ol_trace_init(&trace);
    open_all(&trace, &reader, &merge);
    OL_CHECK(ol_merge_next(&merge) == NULL);
    ol_merge_close(&merge);
    ol_reader_close(&reader);
    ol_trace_deinit(&trace);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(every_record_comes_once_and_in_order)
OL_CASES_ENTRY(within_a_tick_a_block_comes_before_what_is_said_of_it)
OL_CASES_ENTRY(an_empty_trace_has_no_records)
OL_CASES_END
