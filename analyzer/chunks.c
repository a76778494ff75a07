/* chunks.c - see chunks.h. Bytes are copied out before they are looked at:
 * a file in memory need not be aligned, and one on disk may be written to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/chunks.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#include "analyzer/room.h"
#include "trace/crc32c.h"

int ol_chunks_note(struct ol_reader *reader, uint64_t byte, const char *what)
{
    if (reader->damage_count == OL_READER_DAMAGE_MAX) {
        reader->damage_left_out++;
        return 0;
    }
    struct ol_place *grown = ol_room_make(reader->damage, &reader->damage_room,
        reader->damage_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    reader->damage = grown;
    grown[reader->damage_count++] = (struct ol_place){byte, what};
    return 0;
}

/* ---- Header and control page ---- */

static int refuse(
    struct ol_place *out, int error, uint64_t byte, const char *what)
{
    *out = (struct ol_place){byte, what};
    return error;
}

static int check_header(const struct ol_reader *reader, struct ol_place *out)
{
    const struct ol_file_header *header = &reader->header;
    const uint32_t crc =
        ol_crc32c_extend(0, header, offsetof(struct ol_file_header, crc));
    if (memcmp(header->magic, OL_TRACE_MAGIC, sizeof header->magic) != 0)
        return refuse(out, -EBADMSG, 0, "not a trace of outlive");
    if (header->major > OL_TRACE_MAJOR)
        return refuse(out, -ENOTSUP, offsetof(struct ol_file_header, major),
            "written by a later version of outlive: use that one to read it");
    if (header->byte_order != OL_TRACE_BYTE_ORDER) {
        return refuse(out, -ENOTSUP,
            offsetof(struct ol_file_header, byte_order),
            "written on a machine of the other byte order");
    }
    if (header->crc != crc)
        return refuse(out, -EBADMSG, offsetof(struct ol_file_header, crc),
            "header does not match its checksum");
    if (header->header_bytes < OL_HEADER_BYTES ||
        header->header_bytes % OL_CHUNK_ALIGN != 0) {
        return refuse(out, -EBADMSG,
            offsetof(struct ol_file_header, header_bytes),
            "header has an impossible length");
    }
    if (header->tick_shift > 63) {
        return refuse(out, -EBADMSG,
            offsetof(struct ol_file_header, tick_shift),
            "tick shift is out of range");
    }
    return 0;
}

static uint64_t word_at(const struct ol_reader *reader, size_t field)
{
    uint64_t word = 0;
    memcpy(&word, reader->bytes + OL_CONTROL_OFFSET + field, sizeof word);
    return word;
}

static uint32_t half_at(const struct ol_reader *reader, size_t field)
{
    uint32_t word = 0;
    memcpy(&word, reader->bytes + OL_CONTROL_OFFSET + field, sizeof word);
    return word;
}

static void read_control(struct ol_reader *reader)
{
    if (reader->count < OL_CONTROL_OFFSET + sizeof(struct ol_file_control))
        return;
    reader->claimed_bytes =
        word_at(reader, offsetof(struct ol_file_control, claimed_bytes));
    const uint32_t end = half_at(reader, offsetof(struct ol_file_control, end));
    reader->end = end < OL_END_COUNT ? (enum ol_end)end : OL_END_NONE;
    reader->end_status =
        (int32_t)half_at(reader, offsetof(struct ol_file_control, end_status));
    reader->end_tick =
        word_at(reader, offsetof(struct ol_file_control, end_tick));
    reader->end_mono_ns =
        word_at(reader, offsetof(struct ol_file_control, end_mono_ns));
    for (size_t i = 0; i < OL_LOST_COUNT; i++)
        reader->lost[i] = word_at(reader,
            offsetof(struct ol_file_control, lost) + i * sizeof(uint64_t));
}

int ol_chunks_read_header(struct ol_reader *reader, struct ol_place *out_place)
{
    if (reader->count < sizeof reader->header) {
        const bool begins = reader->count == 0 ||
                            memcmp(reader->bytes, OL_TRACE_MAGIC,
                                reader->count < 8 ? reader->count : 8) == 0;
        return refuse(out_place, -EBADMSG, begins ? reader->count : 0,
            begins ? "file ends inside its header" : "not a trace of outlive");
    }
    memcpy(&reader->header, reader->bytes, sizeof reader->header);
    const int error = check_header(reader, out_place);
    if (!error) read_control(reader);
    return error;
}

/* ---- Chunks ---- */

/* Whether a page holds nothing: a gap, or a chunk that was never begun. */
static bool is_zero(const uint8_t *at, size_t count)
{
    return count == 0 || (at[0] == 0 && memcmp(at, at + 1, count - 1) == 0);
}

static bool is_sound(const struct ol_chunk_header *header)
{
    return header->magic == OL_CHUNK_MAGIC &&
           header->crc == ol_crc32c_extend(0, header,
                              offsetof(struct ol_chunk_header, crc)) &&
           header->header_bytes >= OL_CHUNK_HEAD_BYTES &&
           header->bytes >= header->header_bytes &&
           header->bytes <= OL_CHUNK_MAX_BYTES &&
           header->bytes % OL_CHUNK_ALIGN == 0 &&
           header->base_node >= OL_ROOT_COUNT;
}

/* How many payload bytes can be looked at; notes what is wrong with them. */
static int measure(struct ol_reader *reader, struct ol_reader_chunk *chunk)
{
    const struct ol_chunk_header *header = &chunk->header;
    const uint64_t begin = chunk->offset + header->header_bytes;
    const uint64_t there = begin < reader->count ? reader->count - begin : 0;
    const uint32_t room = header->bytes - header->header_bytes;
    const uint32_t published = (uint32_t)header->published;
    const uint32_t sum = (uint32_t)(header->published >> 32);
    chunk->count = published < room ? published : room;
    if (published > room) {
        return ol_chunks_note(reader,
            chunk->offset + offsetof(struct ol_chunk_header, published),
            "chunk says that it holds more than fits");
    }
    if (chunk->count > there) {
        chunk->count = (uint32_t)there;
        return ol_chunks_note(
            reader, reader->count, "file ends inside a chunk");
    }
    if (ol_crc32c_extend(0, reader->bytes + begin, chunk->count) != sum)
        return ol_chunks_note(
            reader, begin, "records do not match their checksum");
    return 0;
}

static int add_chunk(
    struct ol_reader *reader, uint64_t offset, struct ol_chunk_header header)
{
    struct ol_reader_chunk *grown = ol_room_make(
        reader->chunk, &reader->chunk_room, reader->chunk_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    reader->chunk = grown;
    struct ol_reader_chunk *chunk = &grown[reader->chunk_count++];
    *chunk = (struct ol_reader_chunk){.header = header, .offset = offset};
    return measure(reader, chunk);
}

/* Pairs with the writer's release: the bytes that it counts are there. */
static uint64_t load_published(const uint8_t *head)
{
    const void *word = head + offsetof(struct ol_chunk_header, published);
    return atomic_load_explicit(
        (const _Atomic uint64_t *)word, memory_order_acquire);
}

/* Looks at the multiple `offset`. Stores where the next one is and whether
 * there was damage: a run of it is noted once. */
static int look_at(
    struct ol_reader *reader, uint64_t offset, uint64_t *out_next, bool *bad)
{
    struct ol_chunk_header header = {0};
    const size_t there = reader->count - (size_t)offset;
    const size_t page = there < OL_CHUNK_ALIGN ? there : OL_CHUNK_ALIGN;
    const bool was_bad = *bad;
    *out_next = offset + OL_CHUNK_ALIGN;
    *bad = false;
    if (is_zero(reader->bytes + offset, page)) return 0;
    if (there >= sizeof header) {
        const uint64_t published = load_published(reader->bytes + offset);
        memcpy(&header, reader->bytes + offset, sizeof header);
        header.published = published;
        if (is_sound(&header)) {
            *out_next = offset + header.bytes;
            return add_chunk(reader, offset, header);
        }
        /* One that was being begun when the process was killed. */
        if (header.magic == OL_CHUNK_MAGIC && header.published == 0) return 0;
    }
    *bad = true;
    if (was_bad) return 0;
    if (there < sizeof header)
        return ol_chunks_note(
            reader, reader->count, "file ends inside a chunk's header");
    return ol_chunks_note(reader, offset, "not a chunk");
}

int ol_chunks_find(struct ol_reader *reader)
{
    bool bad = false;
    uint64_t offset = reader->header.header_bytes;
    while (offset < reader->count) {
        const int error = look_at(reader, offset, &offset, &bad);
        if (error) return error;
    }
    /* Space that could not be had is not claimed: what is missing at the end
     * was cut off later. */
    const bool is_said =
        reader->damage_count > 0 &&
        reader->damage[reader->damage_count - 1].byte == reader->count;
    if (reader->claimed_bytes > reader->count && !is_said)
        return ol_chunks_note(
            reader, reader->count, "file ends before what was claimed of it");
    return 0;
}
