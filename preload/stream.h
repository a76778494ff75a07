/* stream.h - one thread's sequence of records, written into chunks.
 *
 * Shape:     records are written behind one another into the current chunk;
 *            after each one the chunk's `published` word says how far it is
 *            whole. A full chunk is followed by one of twice the size, up to
 *            a limit. A chunk keeps room at its end for one LOST record.
 * Units:     bytes; ids as in trace/record.h.
 * Ownership: the stream's storage is the caller's; streams are never freed
 *            while the process lives, but adopted by later threads.
 * Threads:   one at a time: its thread's ordinary code, or (level 1) its
 *            signal handlers. Signal safe.
 * Errors:    when there is no room in the file, NULL or -ENOSPC: the event
 *            is counted as lost; a later one tries again.
 * Source:    docs/trace-format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_STREAM_H
#define OL_PRELOAD_STREAM_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/names.h"
#include "preload/sink.h"
#include "preload/stacks.h"
#include "trace/crc32c.h"
#include "trace/layout.h"
#include "trace/record.h"

struct ol_stream {
    uint8_t *at;  /* where the next record goes */
    uint8_t *end; /* of the room for records; NULL: no chunk */
    uint8_t *payload;
    struct ol_chunk_header *chunk; /* mapped; NULL: none */
    uint32_t crc;                  /* of the payload so far */
    uint32_t id;
    struct ol_stream_state state;
    struct ol_sink *sink; /* borrowed */

    size_t chunk_bytes;
    size_t next_bytes;
    uint32_t sequence;
    uint32_t level;
    _Atomic uint32_t tid; /* whose it is; 0: nobody's */

    enum ol_lost lost_reason;
    uint64_t lost_count;  /* since the last LOST record */
    uint64_t retry_after; /* lost events until the file is tried again */
    uint64_t retry_step;

    struct ol_names names;
    struct ol_stacks stacks;
    uint32_t has_stacks;    /* else none are taken */
    struct ol_stream *next; /* in the list of all; borrowed */
};

/* Makes a stream that writes to `sink`. Its storage is zeroes. The first
 * chunk is claimed with the first record. */
void ol_stream_init(struct ol_stream *stream, struct ol_sink *sink, uint32_t id,
    uint32_t level);

/* Lets the stream take stacks of at most `depth` frames. */
OL_MUST_USE int ol_stream_take_stacks(struct ol_stream *stream, uint32_t depth);

/* The node of the stack that goes on at `caller`. */
static inline uint32_t ol_stream_capture(
    struct ol_stream *stream, const struct ol_regs *caller)
{
    if (OL_UNLIKELY(!stream->has_stacks)) return OL_ROOT_NONE;
    return ol_stacks_capture(&stream->stacks, caller);
}

/* Gets a new chunk. Returns where to write, NULL when there is none: the
 * event has been counted as lost. */
OL_NOINLINE uint8_t *ol_stream_refill(struct ol_stream *stream);

/* Gets a new chunk of at least `bytes` now. */
void ol_stream_reserve(struct ol_stream *stream, size_t bytes);

/* Returns where a hot record can be written, or NULL. */
static inline uint8_t *ol_stream_room(struct ol_stream *stream)
{
    if (OL_LIKELY(stream->end - stream->at >= OL_RECORD_HOT_MAX_BYTES))
        return stream->at;
    return ol_stream_refill(stream);
}

/* Publishes what was written between `at` and `end`. */
static inline void ol_stream_publish(struct ol_stream *stream, uint8_t *end)
{
    stream->crc =
        ol_crc32c_extend(stream->crc, stream->at, (size_t)(end - stream->at));
    stream->at = end;
    const uint64_t bytes = (uint64_t)(end - stream->payload);
    /* Pairs with the acquire of a reader: it sees the bytes it counts. */
    atomic_store_explicit(&stream->chunk->published,
        (uint64_t)stream->crc << 32 | bytes, memory_order_release);
}

/* Writes a record of any type but the four allocations, FREE and RELEASE.
 * Returns 0 or -ENOSPC. */
OL_MUST_USE int ol_stream_put(
    struct ol_stream *stream, const struct ol_record *record);

/* Counts events of the stream that could not be recorded. */
void ol_stream_lose(
    struct ol_stream *stream, enum ol_lost reason, uint64_t count);

/* Returns the id of a string, defined if need be; -ENOSPC, -ENOMEM. */
OL_MUST_USE int ol_stream_name(
    struct ol_stream *stream, const char *text, uint32_t *out);

/* Puts private memory where the chunk was, so that what is still written to
 * it after a fork goes nowhere. */
void ol_stream_detach(struct ol_stream *stream);

#endif
