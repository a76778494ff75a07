/* test_stream.c - what a stream writes, the decoder reads from the file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/stream.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/check.h"

enum {
    MANY = 200000,
    COUNTED_TYPES = OL_RECORD_TYPE_COUNT,
};

/* What a whole file holds. */
struct totals {
    uint64_t records[COUNTED_TYPES];
    uint64_t lost;
    uint32_t chunks;
    uint64_t bytes_asked;
};

static char folder[] = "/tmp/outlive-unit-XXXXXX";
static struct ol_sink sink;
static struct ol_stream stream;

static void begin(uint64_t max_bytes)
{
    static const struct ol_file_header header = {.pid = 4711};
    strcpy(folder, "/tmp/outlive-unit-XXXXXX");
    OL_CHECK(mkdtemp(folder) != NULL);
    sink = (struct ol_sink){.max_bytes = max_bytes};
    OL_CHECK_EQ(ol_sink_create(&sink, folder, &header), 0);
    stream = (struct ol_stream){0};
    ol_stream_init(&stream, &sink, 3, 0);
}

static void end(void)
{
    unlink(sink.path);
    rmdir(folder);
}

static int put_alloc(size_t bytes)
{
    uint8_t *const at = ol_stream_room(&stream);
    if (at == NULL) return -1;
    const struct ol_record record = {
        .type = OL_RECORD_MALLOC, .value = {OL_ROOT_NONE, bytes}};
    ol_stream_publish(&stream, ol_record_put_alloc(at, &stream.state, &record));
    return 0;
}

static void read_chunk(const struct ol_chunk_header *chunk, struct totals *out)
{
    const uint64_t published =
        atomic_load_explicit(&chunk->published, memory_order_acquire);
    const uint8_t *const payload = (const uint8_t *)chunk + chunk->header_bytes;
    const size_t count = (uint32_t)published;
    OL_CHECK_EQ(chunk->magic, OL_CHUNK_MAGIC);
    OL_CHECK_EQ(chunk->crc,
        ol_crc32c_extend(0, chunk, offsetof(struct ol_chunk_header, crc)));
    OL_CHECK_EQ(published >> 32, ol_crc32c_extend(0, payload, count));
    OL_CHECK_EQ(chunk->stream, 3);
    OL_CHECK_EQ(chunk->sequence, out->chunks);
    struct ol_decoder decoder;
    ol_decoder_init(&decoder, chunk, payload, count);
    struct ol_record record;
    int got = 0;
    while ((got = ol_decoder_next(&decoder, &record)) == 1) {
        out->records[record.type]++;
        if (record.type == OL_RECORD_LOST) out->lost += record.value[1];
        if (record.type == OL_RECORD_MALLOC)
            out->bytes_asked += record.value[OL_VALUE_BYTES];
    }
    OL_CHECK_EQ(got, 0);
    out->chunks++;
}

static void read_all(struct totals *out)
{
    *out = (struct totals){0};
    FILE *const file = fopen(sink.path, "rb");
    OL_CHECK(file != NULL);
    struct stat info;
    OL_CHECK_EQ(fstat(fileno(file), &info), 0);
    const uint8_t *const all = mmap(
        NULL, (size_t)info.st_size, PROT_READ, MAP_SHARED, fileno(file), 0);
    fclose(file);
    OL_CHECK(all != MAP_FAILED);
    const uint64_t claimed = atomic_load(&sink.control->claimed_bytes);
    for (uint64_t at = OL_HEADER_BYTES; at < claimed;) {
        const struct ol_chunk_header *const chunk = (const void *)(all + at);
        at += chunk->magic == 0 ? OL_CHUNK_ALIGN : chunk->bytes;
        if (chunk->magic != 0) read_chunk(chunk, out);
    }
}

OL_CASE(everything_comes_back_over_many_chunks)
{
    struct totals totals;
    begin(0);
    for (uint64_t i = 0; i < MANY; i++)
        OL_CHECK_EQ(put_alloc(i + 1), 0);
    read_all(&totals);
    OL_CHECK_EQ(totals.records[OL_RECORD_MALLOC], MANY);
    OL_CHECK_EQ(totals.bytes_asked, (uint64_t)MANY * (MANY + 1) / 2);
    OL_CHECK(totals.chunks > 3);
    OL_CHECK_EQ(totals.records[OL_RECORD_CLOCK], totals.chunks);
    end();
}

OL_CASE(a_name_is_defined_once_and_is_its_text)
{
    struct totals totals;
    char text[32];
    begin(0);
    for (unsigned round = 0; round < 2; round++) {
        for (unsigned i = 0; i < 2000; i++) {
            uint32_t id = UINT32_MAX;
            snprintf(text, sizeof(text), "kind %u", i);
            OL_CHECK_EQ(ol_stream_name(&stream, text, &id), 0);
            OL_CHECK_EQ(id, i);
        }
    }
    read_all(&totals);
    OL_CHECK_EQ(totals.records[OL_RECORD_STRING], 2000);
    end();
}

OL_CASE(a_name_that_is_missing_or_endless_is_still_one)
{
    static char endless[5000];
    uint32_t empty = 9;
    uint32_t null = 9;
    uint32_t cut = 9;
    memset(endless, 'x', sizeof(endless) - 1);
    begin(0);
    OL_CHECK_EQ(ol_stream_name(&stream, "", &empty), 0);
    OL_CHECK_EQ(ol_stream_name(&stream, NULL, &null), 0);
    OL_CHECK_EQ(empty, null);
    OL_CHECK_EQ(ol_stream_name(&stream, endless, &cut), 0);
    endless[OL_NAMES_TEXT_MAX] = 'y';
    uint32_t other = 9;
    OL_CHECK_EQ(ol_stream_name(&stream, endless, &other), 0);
    OL_CHECK_EQ(cut, other);
    end();
}

OL_CASE(what_does_not_fit_is_counted_and_told)
{
    struct totals totals;
    uint64_t lost = 0;
    begin(100000);
    for (uint64_t i = 0; i < MANY; i++)
        if (put_alloc(i) != 0) lost++;
    OL_CHECK(lost > 0);
    OL_CHECK_EQ(atomic_load(&sink.control->lost[OL_LOST_LIMIT]), lost);
    read_all(&totals);
    OL_CHECK_EQ(totals.records[OL_RECORD_MALLOC] + lost, MANY);
    OL_CHECK_EQ(totals.records[OL_RECORD_LOST], 1);
    struct stat info;
    OL_CHECK_EQ(stat(sink.path, &info), 0);
    OL_CHECK(info.st_size <= 100000);
    end();
}

OL_CASE(recording_goes_on_when_there_is_room_again)
{
    struct totals totals;
    uint64_t lost = 0;
    begin(100000);
    for (uint64_t i = 0; i < MANY; i++)
        if (put_alloc(i) != 0) lost++;
    sink.max_bytes = 0;
    for (uint64_t i = 0; i < MANY; i++)
        if (put_alloc(i) != 0) lost++;
    read_all(&totals);
    OL_CHECK(totals.records[OL_RECORD_MALLOC] > MANY);
    OL_CHECK_EQ(totals.records[OL_RECORD_MALLOC] + lost, 2 * MANY);
    OL_CHECK_EQ(totals.lost, lost);
    end();
}

OL_CASE(nothing_reaches_the_file_after_detaching)
{
    struct totals before;
    struct totals after;
    begin(0);
    OL_CHECK_EQ(put_alloc(1), 0);
    read_all(&before);
    ol_stream_detach(&stream);
    OL_CHECK_EQ(put_alloc(2), 0);
    read_all(&after);
    OL_CHECK_EQ(before.records[OL_RECORD_MALLOC], 1);
    OL_CHECK_EQ(after.records[OL_RECORD_MALLOC], 1);
    end();
}

OL_CASE(no_descriptor_is_left_open)
{
    const int before = dup(0);
    close(before);
    begin(0);
    for (uint64_t i = 0; i < MANY; i++)
        OL_CHECK_EQ(put_alloc(i), 0);
    const int after = dup(0);
    close(after);
    OL_CHECK_EQ(after, before);
    end();
}

OL_CASE(a_folder_that_others_can_write_to_is_refused)
{
    static const struct ol_file_header header = {.pid = 4711};
    strcpy(folder, "/tmp/outlive-unit-XXXXXX");
    OL_CHECK(mkdtemp(folder) != NULL);
    OL_CHECK_EQ(chmod(folder, 0777), 0);
    sink = (struct ol_sink){0};
    OL_CHECK_EQ(ol_sink_create(&sink, folder, &header), -EPERM);
    rmdir(folder);
}

OL_CASE(a_second_image_of_a_process_gets_its_own_file)
{
    static const struct ol_file_header header = {.pid = 4711};
    struct ol_sink second = {0};
    struct stat info;
    begin(0);
    OL_CHECK_EQ(ol_sink_create(&second, folder, &header), 0);
    OL_CHECK_TEXT(strrchr(sink.path, '/'), "/4711.trace");
    OL_CHECK_TEXT(strrchr(second.path, '/'), "/4711-2.trace");
    OL_CHECK_EQ(stat(second.path, &info), 0);
    OL_CHECK_EQ(info.st_mode & 0777, 0600);
    unlink(second.path);
    end();
}

OL_CASES_BEGIN
OL_CASES_ENTRY(everything_comes_back_over_many_chunks)
OL_CASES_ENTRY(a_name_is_defined_once_and_is_its_text)
OL_CASES_ENTRY(a_name_that_is_missing_or_endless_is_still_one)
OL_CASES_ENTRY(what_does_not_fit_is_counted_and_told)
OL_CASES_ENTRY(recording_goes_on_when_there_is_room_again)
OL_CASES_ENTRY(nothing_reaches_the_file_after_detaching)
OL_CASES_ENTRY(no_descriptor_is_left_open)
OL_CASES_ENTRY(a_folder_that_others_can_write_to_is_refused)
OL_CASES_ENTRY(a_second_image_of_a_process_gets_its_own_file)
OL_CASES_END
