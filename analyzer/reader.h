/* reader.h - one trace file: what of it can be trusted, stream by stream.
 *
 * Shape:     opening checks the header, finds the chunks (at multiples of
 *            OL_CHUNK_ALIGN, going on behind damage) and decodes every record
 *            once, so that afterwards a chunk's `count` covers whole records
 *            only. Chunks are sorted by stream, then by sequence. Cursors
 *            then decode the same records again, one stream each.
 * Units:     bytes, ticks.
 * Ownership: the bytes are the caller's, aligned to 8, and outlive the
 *            reader, which owns its arrays. The file may grow meanwhile:
 *            what was published when it was opened is read.
 * Threads:   once open, any number of readers, each with own cursors.
 * Errors:    a file of which nothing can be used: -EBADMSG (not a trace, or
 *            its header is damaged), -ENOTSUP (written by a later version);
 *            the place says where and why. Any other damage is noted in
 *            `damage`, and what precedes and follows it is used.
 * Source:    docs/trace-format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_READER_H
#define OL_ANALYZER_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "trace/layout.h"
#include "trace/record.h"

struct ol_place {
    uint64_t byte;
    const char *what; /* static */
};

struct ol_reader_chunk {
    struct ol_chunk_header header; /* a copy */
    uint64_t offset;               /* in the file */
    uint32_t count;                /* payload bytes that hold whole records */
};

struct ol_reader_stream {
    uint32_t id;
    size_t first, count; /* its chunks */
    uint64_t allocs;     /* numbers of its blocks are below this */
};

struct ol_reader {
    const uint8_t *bytes; /* borrowed */
    size_t count;
    struct ol_file_header header; /* a copy, as are these: */
    uint64_t lost[OL_LOST_COUNT];
    uint64_t claimed_bytes, end_tick, end_mono_ns;
    enum ol_end end;
    int32_t end_status;

    struct ol_reader_chunk *chunk; /* owner */
    size_t chunk_count, chunk_room;
    struct ol_reader_stream *stream; /* owner */
    size_t stream_count, stream_room;
    struct ol_place *damage; /* owner; in the order of the file */
    size_t damage_count, damage_room;
    uint64_t damage_left_out; /* beyond OL_READER_DAMAGE_MAX */
    uint64_t lost_chunks;
    uint64_t lost_allocs;
    uint64_t trace_bytes; /* chunk headers and whole records */
};

enum {
    OL_READER_DAMAGE_MAX = 1000
};

/* Called with every record once, stream by stream, while the file is opened.
 * `stream` is the index in the reader, `after` the decoder behind the
 * record. */
typedef int (*ol_record_fn)(void *context, size_t stream,
    const struct ol_decoder *after, const struct ol_record *record);

/* Opens a trace of `count` bytes. `visit` may be NULL; what it returns other
 * than 0 ends the opening. Returns 0, an error (`out_place` is set then), or
 * what `visit` returned. */
OL_MUST_USE int ol_reader_open(struct ol_reader *reader, const void *bytes,
    size_t count, ol_record_fn visit, void *context,
    struct ol_place *out_place);

void ol_reader_close(struct ol_reader *reader);

/* The stream of that id, or NULL. */
const struct ol_reader_stream *ol_reader_find(
    const struct ol_reader *reader, uint32_t id);

/* ---- Cursors ---- */

struct ol_cursor {
    const struct ol_reader *reader;
    size_t chunk, chunks_end; /* the next chunk */
    struct ol_decoder decoder;
};

void ol_cursor_init(struct ol_cursor *cursor, const struct ol_reader *reader,
    const struct ol_reader_stream *stream);

/* Decodes the stream's next record. Returns false at its end. */
OL_MUST_USE bool ol_cursor_next(
    struct ol_cursor *cursor, struct ol_record *out);

/* The place in the file of the record that comes next. */
uint64_t ol_cursor_byte(const struct ol_cursor *cursor);

#endif
