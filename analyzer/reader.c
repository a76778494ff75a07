/* reader.c - the first pass over a trace, and cursors for the second.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/reader.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/chunks.h"
#include "analyzer/room.h"

/* ---- The first pass ---- */

static int compare_chunks(const void *left, const void *right)
{
    const struct ol_reader_chunk *a = left;
    const struct ol_reader_chunk *b = right;
    if (a->header.stream != b->header.stream)
        return a->header.stream < b->header.stream ? -1 : 1;
    if (a->header.sequence != b->header.sequence)
        return a->header.sequence < b->header.sequence ? -1 : 1;
    return a->offset < b->offset ? -1 : 1;
}

/* What a first pass knows of the stream it is in. */
struct pass {
    struct ol_reader *reader;
    ol_record_fn visit;
    void *context;
    struct ol_stream_state state; /* after the last chunk */
    uint32_t sequence;            /* the next one */
};

static void begin_decoding(const struct ol_reader *reader,
    const struct ol_reader_chunk *chunk, struct ol_decoder *out)
{
    ol_decoder_init(out, &chunk->header,
        reader->bytes + chunk->offset + chunk->header.header_bytes,
        chunk->count);
}

/* Decodes a chunk and cuts its count to whole records. */
static int pass_chunk(struct pass *pass, struct ol_reader_chunk *chunk)
{
    struct ol_decoder decoder;
    struct ol_record record;
    begin_decoding(pass->reader, chunk, &decoder);
    int got = 0;
    while ((got = ol_decoder_next(&decoder, &record)) > 0) {
        if (!pass->visit) continue;
        const int error = pass->visit(
            pass->context, pass->reader->stream_count - 1, &decoder, &record);
        if (error) return error;
    }
    pass->state = decoder.state;
    if (got == 0) return 0;
    const uint64_t byte = chunk->offset + chunk->header.header_bytes +
                          (uint64_t)(decoder.at - decoder.begin);
    chunk->count = (uint32_t)(decoder.at - decoder.begin);
    return ol_chunks_note(pass->reader, byte, decoder.what);
}

/* Whether a chunk can follow what was decoded. Counts what is missing. */
static int join_chunk(
    struct pass *pass, const struct ol_reader_chunk *chunk, bool *out_follows)
{
    const struct ol_chunk_header *header = &chunk->header;
    struct ol_reader *reader = pass->reader;
    const struct ol_stream_state *state = &pass->state;
    *out_follows = header->sequence >= pass->sequence &&
                   header->base_alloc >= state->alloc &&
                   header->base_node >= state->node &&
                   header->base_frame >= state->frame &&
                   header->base_module >= state->module &&
                   header->base_string >= state->string &&
                   header->base_alloc < UINT64_C(1) << 48 &&
                   header->base_tick < UINT64_MAX / 2;
    if (!*out_follows)
        return ol_chunks_note(reader, chunk->offset,
            "chunk does not follow the one before it in its stream");
    reader->lost_chunks += header->sequence - pass->sequence;
    reader->lost_allocs += header->base_alloc - state->alloc;
    return 0;
}

static struct ol_reader_stream *add_stream(
    struct ol_reader *reader, uint32_t id, size_t first)
{
    struct ol_reader_stream *grown = ol_room_make(reader->stream,
        &reader->stream_room, reader->stream_count, sizeof *grown);
    if (!grown) return NULL;
    reader->stream = grown;
    grown[reader->stream_count] =
        (struct ol_reader_stream){.id = id, .first = first};
    return &grown[reader->stream_count++];
}

/* Goes through the chunks of one stream, from `from` on; keeps those that
 * can be used, packed, from `kept` on. Stores where the next stream begins
 * and how many were kept. */
static int pass_stream(
    struct pass *pass, size_t from, size_t kept, size_t *out_next)
{
    struct ol_reader *reader = pass->reader;
    const uint32_t id = reader->chunk[from].header.stream;
    struct ol_reader_stream *stream = add_stream(reader, id, kept);
    if (!stream) return -ENOMEM;
    /* A child made by fork goes on where its parent was. */
    const struct ol_chunk_header *first = &reader->chunk[from].header;
    pass->sequence = 0;
    pass->state = (struct ol_stream_state){.node = OL_ROOT_COUNT};
    if (reader->header.origin == OL_ORIGIN_FORK && first->sequence == 0 &&
        first->base_alloc < UINT64_C(1) << 48)
        pass->state.alloc = first->base_alloc;
    size_t at = from;
    for (; at < reader->chunk_count; at++) {
        struct ol_reader_chunk chunk = reader->chunk[at];
        if (chunk.header.stream != id) break;
        bool follows = false;
        int error = join_chunk(pass, &chunk, &follows);
        if (!error && follows) error = pass_chunk(pass, &chunk);
        if (error) return error;
        if (!follows) continue;
        pass->sequence = chunk.header.sequence + 1;
        reader->trace_bytes += chunk.header.header_bytes + chunk.count;
        reader->chunk[kept + stream->count++] = chunk;
    }
    stream->allocs = pass->state.alloc;
    *out_next = at;
    return 0;
}

static int compare_places(const void *left, const void *right)
{
    const struct ol_place *a = left;
    const struct ol_place *b = right;
    if (a->byte == b->byte) return 0;
    return a->byte < b->byte ? -1 : 1;
}

static int pass_all(struct pass *pass)
{
    struct ol_reader *reader = pass->reader;
    size_t kept = 0;
    for (size_t at = 0; at < reader->chunk_count;) {
        const int error = pass_stream(pass, at, kept, &at);
        if (error) return error;
        kept += reader->stream[reader->stream_count - 1].count;
    }
    reader->chunk_count = kept;
    return 0;
}

int ol_reader_open(struct ol_reader *reader, const void *bytes, size_t count,
    ol_record_fn visit, void *context, struct ol_place *out_place)
{
    *reader = (struct ol_reader){.bytes = bytes, .count = count};
    *out_place = (struct ol_place){0};
    int error = ol_chunks_read_header(reader, out_place);
    if (!error) error = ol_chunks_find(reader);
    if (error) goto fail_open;
    if (reader->chunk_count > 1)
        qsort(reader->chunk, reader->chunk_count, sizeof *reader->chunk,
            compare_chunks);
    struct pass pass = {.reader = reader, .visit = visit, .context = context};
    error = pass_all(&pass);
    if (error) goto fail_open;
    if (reader->damage_count > 1)
        qsort(reader->damage, reader->damage_count, sizeof *reader->damage,
            compare_places);
    return 0;
fail_open:
    ol_reader_close(reader);
    return error;
}

void ol_reader_close(struct ol_reader *reader)
{
    free(reader->chunk);
    free(reader->stream);
    free(reader->damage);
    *reader = (struct ol_reader){0};
}

const struct ol_reader_stream *ol_reader_find(
    const struct ol_reader *reader, uint32_t id)
{
    size_t low = 0;
    size_t high = reader->stream_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (reader->stream[middle].id < id)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == reader->stream_count || reader->stream[low].id != id)
        return NULL;
    return &reader->stream[low];
}

/* ---- Cursors ---- */

void ol_cursor_init(struct ol_cursor *cursor, const struct ol_reader *reader,
    const struct ol_reader_stream *stream)
{
    *cursor = (struct ol_cursor){
        .reader = reader,
        .chunk = stream->first,
        .chunks_end = stream->first + stream->count,
    };
}

bool ol_cursor_next(struct ol_cursor *cursor, struct ol_record *out)
{
    while (ol_decoder_next(&cursor->decoder, out) <= 0) {
        if (cursor->chunk == cursor->chunks_end) return false;
        begin_decoding(cursor->reader, &cursor->reader->chunk[cursor->chunk++],
            &cursor->decoder);
    }
    return true;
}

uint64_t ol_cursor_byte(const struct ol_cursor *cursor)
{
    if (!cursor->decoder.at) return cursor->reader->header.header_bytes;
    return (uint64_t)(cursor->decoder.at - cursor->reader->bytes);
}
