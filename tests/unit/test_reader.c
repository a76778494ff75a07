/* test_reader.c - what is left of a damaged trace, and what is said of it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/check.h"
#include "tests/support/support_trace.h"

enum {
    CHUNK = 4096,
    RECORDS = 50,
};

/* Records met, and where each ends. */
struct tally {
    size_t count;
    size_t allocs;
};

static int count_record(void *context, size_t stream,
    const struct ol_decoder *after, const struct ol_record *record)
{
    struct tally *tally = context;
    (void)stream, (void)after;
    tally->count++;
    tally->allocs += record->type == OL_RECORD_MALLOC;
    return 0;
}

struct outcome {
    int error;
    struct ol_place place; /* of an error, or the first damage */
    size_t records, allocs;
    size_t damage_count;
    uint64_t lost_chunks, lost_allocs;
};

static struct outcome open_bytes(const uint8_t *bytes, size_t count)
{
    struct ol_reader reader;
    struct tally tally = {0};
    struct outcome outcome = {0};
    /* Exactly as large as it is said to be: reading on is found out. */
    uint8_t *copy = malloc(count ? count : 1);
    if (count > 0) memcpy(copy, bytes, count);
    outcome.error = ol_reader_open(
        &reader, copy, count, count_record, &tally, &outcome.place);
    if (!outcome.error) {
        outcome.damage_count = reader.damage_count;
        if (reader.damage_count > 0) outcome.place = reader.damage[0];
        outcome.lost_chunks = reader.lost_chunks;
        outcome.lost_allocs = reader.lost_allocs;
        ol_reader_close(&reader);
    }
    outcome.records = tally.count;
    outcome.allocs = tally.allocs;
    free(copy);
    return outcome;
}

/* One stream, one chunk. Stores where each record ends. */
static void make(struct ol_trace *trace, size_t end[RECORDS])
{
    struct ol_trace_stream stream;
    ol_trace_init(trace);
    ol_trace_begin(trace, &stream, 1, CHUNK);
    for (uint64_t i = 0; i < RECORDS; i++) {
        (void)ol_trace_malloc(&stream, 2000 + i * 40, OL_ROOT_NONE, i * 100);
        end[i] = stream.chunk + OL_CHUNK_HEAD_BYTES + stream.used;
    }
}

OL_CASE(a_whole_trace_has_no_damage)
{
    struct ol_trace trace;
    size_t end[RECORDS];
    make(&trace, end);
    const struct outcome whole = open_bytes(trace.bytes, trace.count);
    OL_CHECK_EQ(whole.error, 0);
    OL_CHECK_EQ(whole.records, RECORDS);
    OL_CHECK_EQ(whole.damage_count, 0);
    ol_trace_deinit(&trace);
}

OL_CASE(cut_at_any_byte_it_keeps_every_record_before)
{
    struct ol_trace trace;
    size_t end[RECORDS];
    make(&trace, end);
    for (size_t length = 0; length < trace.count; length++) {
        const struct outcome cut = open_bytes(trace.bytes, length);
        size_t expected = 0;
        while (expected < RECORDS && end[expected] <= length)
            expected++;
        if (length < sizeof(struct ol_file_header)) {
            OL_CHECK_EQ(cut.error, -EBADMSG);
            OL_CHECK_EQ(cut.place.byte, length);
            continue;
        }
        OL_CHECK_EQ(cut.error, 0);
        OL_CHECK_EQ(cut.records, expected);
        /* What was claimed is missing, and that is said of its end. */
        if (length < OL_CONTROL_OFFSET + sizeof(struct ol_file_control))
            continue;
        OL_CHECK(cut.damage_count > 0);
        OL_CHECK_EQ(cut.place.byte <= length, 1);
    }
    ol_trace_deinit(&trace);
}

/* Bytes that say nothing: reserved space and the words of the control page,
 * each of which stands alone. */
static bool is_guarded(size_t at, size_t last)
{
    if (at < sizeof(struct ol_file_header)) return true;
    if (at < OL_HEADER_BYTES) return false;
    if (at < OL_HEADER_BYTES + 72) return true;
    return at >= OL_HEADER_BYTES + OL_CHUNK_HEAD_BYTES && at < last;
}

OL_CASE(any_byte_flipped_is_noticed_and_loses_nothing_before_it)
{
    struct ol_trace trace;
    size_t end[RECORDS];
    make(&trace, end);
    for (size_t at = 0; at < trace.count; at++) {
        if (at == sizeof(struct ol_file_header)) at = OL_HEADER_BYTES;
        for (unsigned bit = 0; bit < 8; bit += 7) {
            trace.bytes[at] ^= (uint8_t)(1U << bit);
            const struct outcome flip = open_bytes(trace.bytes, trace.count);
            trace.bytes[at] ^= (uint8_t)(1U << bit);
            if (is_guarded(at, end[RECORDS - 1]))
                OL_CHECK(flip.error || flip.damage_count > 0);
            if (at < OL_HEADER_BYTES + OL_CHUNK_HEAD_BYTES) continue;
            size_t before = 0;
            while (before < RECORDS && end[before] <= at)
                before++;
            OL_CHECK_EQ(flip.error, 0);
            OL_CHECK(flip.records >= before);
        }
    }
    ol_trace_deinit(&trace);
}

OL_CASE(a_bad_record_is_named_by_its_byte)
{
    struct ol_trace trace;
    size_t end[RECORDS];
    make(&trace, end);
    trace.bytes[end[9]] = 0; /* form 0, type 0 */
    const struct outcome bad = open_bytes(trace.bytes, trace.count);
    OL_CHECK_EQ(bad.records, 10);
    OL_CHECK_EQ(bad.damage_count, 2);
    OL_CHECK_EQ(bad.place.byte, OL_HEADER_BYTES + OL_CHUNK_HEAD_BYTES);
    OL_CHECK_TEXT(bad.place.what, "records do not match their checksum");
    struct ol_reader reader;
    struct ol_place place;
    OL_CHECK_EQ(
        ol_reader_open(&reader, trace.bytes, trace.count, NULL, NULL, &place),
        0);
    OL_CHECK_EQ(reader.damage[1].byte, end[9]);
    OL_CHECK_TEXT(reader.damage[1].what, "record type is zero");
    ol_reader_close(&reader);
    ol_trace_deinit(&trace);
}

OL_CASE(a_later_major_version_is_refused_and_a_later_minor_is_not)
{
    struct ol_trace trace;
    size_t end[RECORDS];
    make(&trace, end);
    ol_trace_header(&trace)->minor = 9;
    ol_trace_seal(&trace);
    OL_CHECK_EQ(open_bytes(trace.bytes, trace.count).records, RECORDS);
    ol_trace_header(&trace)->major = 2;
    ol_trace_seal(&trace);
    const struct outcome later = open_bytes(trace.bytes, trace.count);
    OL_CHECK_EQ(later.error, -ENOTSUP);
    OL_CHECK_EQ(later.place.byte, 8);
    OL_CHECK(strstr(later.place.what, "later version") != NULL);
    ol_trace_deinit(&trace);
}

OL_CASE(what_is_no_trace_is_refused)
{
    const uint8_t text[300] = "#!/bin/sh\necho no trace\n";
    OL_CHECK_EQ(open_bytes(text, sizeof text).error, -EBADMSG);
    OL_CHECK_TEXT(
        open_bytes(text, sizeof text).place.what, "not a trace of outlive");
    OL_CHECK_EQ(open_bytes(text, 3).place.byte, 0);
    OL_CHECK_EQ(open_bytes(text, 0).error, -EBADMSG);
}

/* Three chunks of ten allocations each. */
static void make_chunks(struct ol_trace *trace)
{
    struct ol_trace_stream stream;
    ol_trace_init(trace);
    ol_trace_begin(trace, &stream, 1, CHUNK);
    for (uint64_t i = 0; i < 30; i++) {
        if (i % 10 == 0) ol_trace_cut(&stream);
        (void)ol_trace_malloc(&stream, 2000 + i, OL_ROOT_NONE, 8);
    }
}

OL_CASE(behind_a_lost_chunk_reading_goes_on_and_counts_what_is_missing)
{
    struct ol_trace trace;
    make_chunks(&trace);
    OL_CHECK_EQ(open_bytes(trace.bytes, trace.count).allocs, 30);
    memset(trace.bytes + OL_HEADER_BYTES + CHUNK, 0xa5, CHUNK);
    const struct outcome hole = open_bytes(trace.bytes, trace.count);
    OL_CHECK_EQ(hole.allocs, 20);
    OL_CHECK_EQ(hole.lost_chunks, 1);
    OL_CHECK_EQ(hole.lost_allocs, 10);
    OL_CHECK_EQ(hole.damage_count, 1);
    OL_CHECK_EQ(hole.place.byte, OL_HEADER_BYTES + CHUNK);
    OL_CHECK_TEXT(hole.place.what, "not a chunk");
    ol_trace_deinit(&trace);
}

OL_CASE(a_chunk_that_was_claimed_and_never_begun_is_no_damage)
{
    struct ol_trace trace;
    make_chunks(&trace);
    memset(trace.bytes + OL_HEADER_BYTES + (size_t)2 * CHUNK, 0, CHUNK);
    const struct outcome gap = open_bytes(trace.bytes, trace.count);
    OL_CHECK_EQ(gap.allocs, 20);
    OL_CHECK_EQ(gap.damage_count, 0);
    ol_trace_deinit(&trace);
}

OL_CASE(two_chunks_in_one_place_are_not_both_believed)
{
    struct ol_trace trace;
    make_chunks(&trace);
    memcpy(trace.bytes + OL_HEADER_BYTES + (size_t)2 * CHUNK,
        trace.bytes + OL_HEADER_BYTES + CHUNK, CHUNK);
    const struct outcome twice = open_bytes(trace.bytes, trace.count);
    OL_CHECK_EQ(twice.allocs, 20);
    OL_CHECK_EQ(twice.damage_count, 1);
    OL_CHECK_EQ(twice.place.byte, OL_HEADER_BYTES + 2 * CHUNK);
    ol_trace_deinit(&trace);
}

OL_CASE(hostile_counts_are_bounded_by_the_file)
{
    static const uint64_t published[] = {
        UINT32_MAX, 0x7fffffff, CHUNK, CHUNK - OL_CHUNK_HEAD_BYTES + 1};
    for (size_t i = 0; i < sizeof published / sizeof *published; i++) {
        struct ol_trace trace;
        size_t end[RECORDS];
        make(&trace, end);
        memcpy(trace.bytes + OL_HEADER_BYTES + 64, &published[i], 8);
        const struct outcome hostile = open_bytes(trace.bytes, trace.count);
        OL_CHECK_EQ(hostile.error, 0);
        OL_CHECK_EQ(hostile.records, RECORDS);
        OL_CHECK_EQ(hostile.place.byte, OL_HEADER_BYTES + 64);
        ol_trace_deinit(&trace);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_whole_trace_has_no_damage)
OL_CASES_ENTRY(cut_at_any_byte_it_keeps_every_record_before)
OL_CASES_ENTRY(any_byte_flipped_is_noticed_and_loses_nothing_before_it)
OL_CASES_ENTRY(a_bad_record_is_named_by_its_byte)
OL_CASES_ENTRY(a_later_major_version_is_refused_and_a_later_minor_is_not)
OL_CASES_ENTRY(what_is_no_trace_is_refused)
OL_CASES_ENTRY(behind_a_lost_chunk_reading_goes_on_and_counts_what_is_missing)
OL_CASES_ENTRY(a_chunk_that_was_claimed_and_never_begun_is_no_damage)
OL_CASES_ENTRY(two_chunks_in_one_place_are_not_both_believed)
OL_CASES_ENTRY(hostile_counts_are_bounded_by_the_file)
OL_CASES_END
