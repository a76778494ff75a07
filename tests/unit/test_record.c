/* test_record.c - random streams of every record type, written and read.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "trace/record.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "tests/support/check.h"

enum {
    RECORDS = 100,
    ROUNDS = 2000,
    BUFFER_BYTES = 1 << 16,
    STREAM = 5,
    TYPE_LAST = OL_RECORD_RELEASE,
};

static uint64_t random_state = 88172645463325252U;

static uint64_t random_number(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return random_state;
}

/* Every magnitude is as likely as every other. */
static uint64_t random_magnitude(void)
{
    return random_number() >> (random_number() % 64);
}

struct stream {
    struct ol_chunk_header header;
    struct ol_stream_state state;
    struct ol_record written[RECORDS];
    uint8_t bytes[BUFFER_BYTES];
    uint8_t *at;
};

static struct stream stream;

static void begin_stream(void)
{
    const struct ol_stream_state state = {.node = OL_ROOT_COUNT,
        .alloc = random_magnitude() >> 24,
        .tick = random_magnitude() >> 8};
    stream.state = state;
    stream.header = (struct ol_chunk_header){.stream = STREAM,
        .base_node = state.node,
        .base_alloc = state.alloc,
        .base_tick = state.tick};
    stream.at = stream.bytes;
}

static void write_alloc(struct ol_record *record)
{
    record->value[OL_VALUE_STACK] = random_number() % stream.state.node;
    record->value[OL_VALUE_BYTES] = random_magnitude();
    if (record->type == OL_RECORD_ALIGNED)
        record->value[OL_VALUE_ALIGNED] = random_magnitude();
    stream.at = ol_record_put_alloc(stream.at, &stream.state, record);
    record->value[OL_VALUE_NUMBER] = stream.state.alloc - 1;
    record->value_count = 4;
}

static void write_free(struct ol_record *record)
{
    struct ol_ref *const block = &record->ref[0];
    block->form = OL_REF_BLOCK;
    block->stream = (uint32_t)(STREAM + random_number() % 3);
    block->number = block->stream == STREAM
                        ? random_number() % stream.state.alloc
                        : random_magnitude();
    stream.at = ol_record_put_free(stream.at, &stream.state, STREAM, record);
}

static struct ol_ref random_ref(void)
{
    switch (random_number() % 4) {
    case 0:
        return (struct ol_ref){OL_REF_ADDRESS, 0, random_number(), 0};
    case 1:
        if (stream.state.alloc == 0) break;
        return (struct ol_ref){OL_REF_BLOCK, STREAM,
            random_number() % stream.state.alloc, random_number() % 3};
    case 2:
        return (struct ol_ref){
            OL_REF_BLOCK, STREAM + 1, random_number(), random_magnitude()};
    default:
        break;
    }
    return (struct ol_ref){OL_REF_NONE, 0, 0, 0};
}

static void write_general(struct ol_record *record)
{
    static const uint8_t text[] = "the quick brown fox jumps over the dog";
    unsigned ref = 0;
    unsigned blob = 0;
    bool timed = false;
    for (const char *f = ol_record_fields(record->type); *f != 0; f++) {
        if (*f == 't')
            timed = true;
        else if (*f == 'r')
            record->ref[ref++] = random_ref();
        else if (*f == 'b') {
            record->bytes[blob++] =
                (struct ol_bytes){text, random_number() % sizeof(text)};
        } else {
            record->value[record->value_count++] = random_number();
        }
    }
    if (!timed) record->tick = stream.state.tick;
    stream.at = ol_record_put(
        stream.at, stream.bytes + BUFFER_BYTES, &stream.state, STREAM, record);
    OL_CHECK(stream.at != NULL);
}

static void write_record(struct ol_record *record)
{
    *record =
        (struct ol_record){.type = (uint32_t)(1 + random_number() % TYPE_LAST),
            .tick = stream.state.tick + (random_magnitude() >> 20)};
    if (record->type == 32) record->type = OL_RECORD_MARK;
    if (record->type >= OL_RECORD_FREE && stream.state.alloc == 0)
        record->type = OL_RECORD_MALLOC;
    if (record->type >= OL_RECORD_FREE)
        write_free(record);
    else if (record->type >= OL_RECORD_MALLOC)
        write_alloc(record);
    else
        write_general(record);
}

static void check_same(
    const struct ol_record *got, const struct ol_record *expected)
{
    OL_CHECK_EQ(got->type, expected->type);
    OL_CHECK_EQ(got->tick, expected->tick);
    OL_CHECK_EQ(got->value_count, expected->value_count);
    OL_CHECK(memcmp(got->value, expected->value, sizeof(got->value)) == 0);
    for (unsigned i = 0; i < 2; i++) {
        OL_CHECK_EQ(got->ref[i].form, expected->ref[i].form);
        OL_CHECK_EQ(got->ref[i].stream, expected->ref[i].stream);
        OL_CHECK_EQ(got->ref[i].number, expected->ref[i].number);
        OL_CHECK_EQ(got->ref[i].offset, expected->ref[i].offset);
    }
    for (unsigned i = 0; i < 3; i++) {
        OL_CHECK_EQ(got->bytes[i].count, expected->bytes[i].count);
        if (got->bytes[i].count > 0)
            OL_CHECK(memcmp(got->bytes[i].at, expected->bytes[i].at,
                         got->bytes[i].count) == 0);
    }
}

OL_CASE(what_was_written_is_read_back_and_both_sides_count_alike)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        begin_stream();
        for (unsigned i = 0; i < RECORDS; i++)
            write_record(&stream.written[i]);
        struct ol_decoder decoder;
        struct ol_record got;
        ol_decoder_init(&decoder, &stream.header, stream.bytes,
            (size_t)(stream.at - stream.bytes));
        for (unsigned i = 0; i < RECORDS; i++) {
            OL_CHECK_EQ(ol_decoder_next(&decoder, &got), 1);
            check_same(&got, &stream.written[i]);
        }
        OL_CHECK_EQ(ol_decoder_next(&decoder, &got), 0);
        OL_CHECK_EQ(decoder.state.alloc, stream.state.alloc);
        OL_CHECK_EQ(decoder.state.tick, stream.state.tick);
        OL_CHECK_EQ(decoder.state.string, stream.state.string);
        OL_CHECK_EQ(decoder.state.frame, stream.state.frame);
        OL_CHECK_EQ(decoder.state.module, stream.state.module);
    }
}

/* Reads until the end or the first error. Returns the place of the error,
 * or the whole count. */
static size_t read_all(const uint8_t *bytes, size_t count)
{
    struct ol_decoder decoder;
    struct ol_record got;
    int result = 0;
    ol_decoder_init(&decoder, &stream.header, bytes, count);
    while ((result = ol_decoder_next(&decoder, &got)) == 1) {
    }
    OL_CHECK(result == 0 || (result == -EBADMSG && decoder.what != NULL));
    OL_CHECK(decoder.at <= decoder.end);
    return (size_t)(decoder.at - decoder.begin);
}

OL_CASE(damaged_and_cut_streams_end_at_the_damage_and_nowhere_else)
{
    for (unsigned round = 0; round < ROUNDS; round++) {
        begin_stream();
        for (unsigned i = 0; i < RECORDS; i++)
            write_record(&stream.written[i]);
        const size_t count = (size_t)(stream.at - stream.bytes);
        const size_t cut = random_number() % count;
        const size_t hit = random_number() % count;
        uint8_t *const copy = malloc(count);
        OL_CHECK(copy != NULL);
        memcpy(copy, stream.bytes, count);
        OL_CHECK(read_all(copy, cut) <= cut);
        copy[hit] = (uint8_t)random_number();
        (void)read_all(copy, count);
        free(copy);
    }
}

OL_CASE(an_allocation_and_its_free_take_eight_bytes_or_less)
{
    begin_stream();
    struct ol_record record = {
        .type = OL_RECORD_MALLOC, .tick = stream.state.tick + 100};
    record.value[OL_VALUE_STACK] = 2;
    record.value[OL_VALUE_BYTES] = 4096;
    uint8_t *const free_at =
        ol_record_put_alloc(stream.at, &stream.state, &record);
    OL_CHECK(free_at - stream.at <= 8);
    record = (struct ol_record){.type = OL_RECORD_FREE,
        .tick = stream.state.tick + 4000,
        .ref = {{OL_REF_BLOCK, STREAM, stream.state.alloc - 1, 0}}};
    uint8_t *const end =
        ol_record_put_free(free_at, &stream.state, STREAM, &record);
    OL_CHECK(end - free_at <= 8);
}

static const char *error_of(const uint8_t *bytes, size_t count)
{
    static struct ol_decoder decoder;
    struct ol_record got;
    const struct ol_chunk_header header = {
        .stream = 0, .base_node = OL_ROOT_COUNT};
    ol_decoder_init(&decoder, &header, bytes, count);
    return ol_decoder_next(&decoder, &got) == -EBADMSG ? decoder.what : NULL;
}

OL_CASE(what_is_not_defined_cannot_be_named)
{
    const uint8_t free_of_nothing[] = {5, 2};
    const uint8_t stack_of_nothing[] = {1, 4, 8};
    const uint8_t frame_of_nothing[] = {7 | 1 << 3, 0};
    const uint8_t type_zero[] = {0, 0};
    OL_CHECK_TEXT(error_of(free_of_nothing, 2),
        "free names a block that is not yet allocated");
    OL_CHECK_TEXT(error_of(stack_of_nothing, 3),
        "allocation names a stack that is not defined");
    OL_CHECK_TEXT(error_of(frame_of_nothing, 2),
        "stack node names a frame that is not defined");
    OL_CHECK_TEXT(error_of(type_zero, 2), "record type is zero");
}

OL_CASE(a_record_that_does_not_fit_changes_nothing)
{
    begin_stream();
    struct ol_record record = {.type = OL_RECORD_STRING};
    record.bytes[0] = (struct ol_bytes){(const uint8_t *)"text", 4};
    const struct ol_stream_state before = stream.state;
    OL_CHECK(ol_record_put(stream.bytes, stream.bytes + 6, &stream.state,
                 STREAM, &record) == NULL);
    OL_CHECK(memcmp(&before, &stream.state, sizeof(before)) == 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(what_was_written_is_read_back_and_both_sides_count_alike)
OL_CASES_ENTRY(damaged_and_cut_streams_end_at_the_damage_and_nowhere_else)
OL_CASES_ENTRY(an_allocation_and_its_free_take_eight_bytes_or_less)
OL_CASES_ENTRY(what_is_not_defined_cannot_be_named)
OL_CASES_ENTRY(a_record_that_does_not_fit_changes_nothing)
OL_CASES_END
