/* stream.c - chunks, definitions and losses of a stream; see stream.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/clock.h"
#include "preload/pages.h"

enum {
    FIRST_CHUNK = 16 * 1024,
    LAST_CHUNK = 256 * 1024,
    LOST_ROOM = 128, /* kept free at the end of a chunk */
    FIRST_RETRY = 256,
    LAST_RETRY = 1 << 16,
};

void ol_stream_init(
    struct ol_stream *stream, struct ol_sink *sink, uint32_t id, uint32_t level)
{
    stream->sink = sink;
    stream->id = id;
    stream->level = level;
    stream->state.node = OL_ROOT_COUNT;
    stream->next_bytes = FIRST_CHUNK;
    stream->retry_step = FIRST_RETRY;
}

/* ---- Chunks ---- */

static uint32_t thread_id(void)
{
    return (uint32_t)syscall(SYS_gettid);
}

static void begin_chunk(struct ol_stream *stream, void *at, size_t bytes)
{
    struct ol_clock_reading now;
    ol_clock_read(&now);
    /* A stream's time goes on from the chunk before, never back. */
    if (stream->state.tick < now.tick && stream->sequence == 0)
        stream->state.tick = now.tick;
    struct ol_chunk_header *const chunk = at;
    chunk->magic = OL_CHUNK_MAGIC;
    chunk->header_bytes = OL_CHUNK_HEAD_BYTES;
    chunk->bytes = (uint32_t)bytes;
    chunk->stream = stream->id;
    chunk->sequence = stream->sequence++;
    chunk->tid = thread_id();
    chunk->level = stream->level;
    chunk->base_module = stream->state.module;
    chunk->base_tick = stream->state.tick;
    chunk->base_alloc = stream->state.alloc;
    chunk->base_frame = stream->state.frame;
    chunk->base_node = stream->state.node;
    chunk->base_string = stream->state.string;
    chunk->crc =
        ol_crc32c_extend(0, chunk, offsetof(struct ol_chunk_header, crc));

    stream->payload = (uint8_t *)at + OL_CHUNK_HEAD_BYTES;
    stream->at = stream->payload;
    stream->end = (uint8_t *)at + bytes - LOST_ROOM;
    stream->crc = 0;
    stream->chunk = chunk;
    stream->chunk_bytes = bytes;
    if (stream->next_bytes < LAST_CHUNK) stream->next_bytes *= 2;
}

/* Writes a record that fits before `end`. Returns whether it did. */
static int put_before(struct ol_stream *stream, const uint8_t *end,
    const struct ol_record *record)
{
    uint8_t *const after =
        ol_record_put(stream->at, end, &stream->state, stream->id, record);
    if (after == NULL) return 0;
    ol_stream_publish(stream, after);
    return 1;
}

static void put_clock(struct ol_stream *stream)
{
    struct ol_clock_reading now;
    ol_clock_read(&now);
    (void)put_before(stream, stream->end,
        &(struct ol_record){.type = OL_RECORD_CLOCK,
            .tick = now.tick,
            .value = {now.mono_ns, now.real_ns}});
}

/* Says how many events are missing here, where there is room to say it. */
static void put_lost(struct ol_stream *stream, const uint8_t *end)
{
    const int written = put_before(stream, end,
        &(struct ol_record){.type = OL_RECORD_LOST,
            .tick = ol_clock_early(),
            .value = {stream->lost_reason, stream->lost_count}});
    if (written) stream->lost_count = 0;
}

static enum ol_lost reason_of(int code)
{
    if (code == -ENOSPC || code == -EDQUOT) return OL_LOST_DISK_FULL;
    if (code == -EFBIG) return OL_LOST_LIMIT;
    if (code == -ENOMEM) return OL_LOST_MEMORY;
    return OL_LOST_ACCESS;
}

void ol_stream_lose(
    struct ol_stream *stream, enum ol_lost reason, uint64_t count)
{
    stream->lost_reason = reason;
    stream->lost_count += count;
    ol_sink_lose(stream->sink, reason, count);
}

/* No chunk: the last one gets a LOST record in the room kept for it, and
 * some events go by before the next attempt. */
static void run_dry(struct ol_stream *stream, int code)
{
    const int is_new = stream->chunk != NULL && stream->end != NULL;
    ol_stream_lose(stream, reason_of(code), 1);
    if (is_new) put_lost(stream, stream->end + LOST_ROOM);
    stream->end = NULL;
    stream->at = NULL;
    stream->retry_after = stream->retry_step;
    if (stream->retry_step < LAST_RETRY) stream->retry_step *= 2;
}

static uint8_t *refill(struct ol_stream *stream)
{
    const uint64_t begin = ol_clock_early();
    void *at = NULL;
    size_t bytes = 0;
    const int code =
        ol_sink_claim(stream->sink, stream->next_bytes, &at, &bytes);
    if (code != 0) {
        run_dry(stream, code);
        return NULL;
    }
    struct ol_chunk_header *const old = stream->chunk;
    const size_t old_bytes = stream->chunk_bytes;
    begin_chunk(stream, at, bytes);
    if (old != NULL) ol_sink_return(old, old_bytes);
    put_clock(stream);
    if (stream->lost_count > 0) put_lost(stream, stream->end);
    stream->retry_step = FIRST_RETRY;
    atomic_store_explicit(&stream->sink->control->memory_bytes,
        ol_pages_mapped_bytes(), memory_order_relaxed);
    atomic_fetch_add_explicit(&stream->sink->control->overhead_ticks,
        ol_clock_late() - begin, memory_order_relaxed);
    return stream->at;
}

/* No handler in between: one that forks must find the chunk that the stream
 * writes to, to take it from the child (ol_stream_detach). */
OL_NOINLINE uint8_t *ol_stream_refill(struct ol_stream *stream)
{
    if (stream->end == NULL && stream->retry_after > 0) {
        stream->retry_after--;
        ol_stream_lose(stream, stream->lost_reason, 1);
        return NULL;
    }
    const struct ol_signals saved = ol_lock_block_signals();
    uint8_t *const at = refill(stream);
    ol_lock_restore_signals(saved);
    return at;
}

void ol_stream_reserve(struct ol_stream *stream, size_t bytes)
{
    stream->next_bytes = bytes;
    (void)ol_stream_refill(stream);
}

void ol_stream_detach(struct ol_stream *stream)
{
    if (stream->chunk == NULL) return;
    const int saved_errno = errno;
    syscall(SYS_mmap, stream->chunk, stream->chunk_bytes,
        PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
        0L);
    errno = saved_errno;
}

/* ---- Records ---- */

static uint8_t *put_node(
    struct ol_stream *stream, const struct ol_record *record)
{
    uint8_t *const at = ol_stream_room(stream);
    if (at == NULL) return NULL;
    return ol_record_put_node(at, &stream->state,
        (uint32_t)record->value[OL_VALUE_PARENT],
        (uint32_t)record->value[OL_VALUE_FRAME]);
}

int ol_stream_put(struct ol_stream *stream, const struct ol_record *record)
{
    if (record->type == OL_RECORD_NODE) {
        uint8_t *const after = put_node(stream, record);
        if (after == NULL) return -ENOSPC;
        ol_stream_publish(stream, after);
        return 0;
    }
    if (stream->end != NULL && put_before(stream, stream->end, record))
        return 0;
    if (ol_stream_refill(stream) == NULL) return -ENOSPC;
    if (put_before(stream, stream->end, record)) return 0;
    ol_stream_lose(stream, OL_LOST_LIMIT, 1); /* longer than a chunk */
    return -ENOSPC;
}

int ol_stream_name(struct ol_stream *stream, const char *text, uint32_t *out)
{
    if (text == NULL) text = "";
    const size_t bytes = strnlen(text, OL_NAMES_TEXT_MAX);
    struct ol_names_entry *entry = NULL;
    int code = ol_names_find(&stream->names, text, bytes, &entry);
    if (code != 0) return code;
    if (entry->text == NULL) {
        entry->bytes = (uint32_t)bytes;
        entry->id = stream->state.string;
        code = ol_stream_put(
            stream, &(struct ol_record){.type = OL_RECORD_STRING,
                        .bytes = {{(const uint8_t *)text, bytes}}});
        if (code == 0) code = ol_names_add(&stream->names, entry, text);
        if (code != 0) return code;
    }
    *out = entry->id;
    return 0;
}

/* ---- Stacks ---- */

static int put_definition(void *context, const struct ol_record *record)
{
    return ol_stream_put(context, record);
}

int ol_stream_take_stacks(struct ol_stream *stream, uint32_t depth)
{
    const struct ol_stacks_options options = {
        .put = put_definition,
        .context = stream,
        .state = &stream->state,
        .depth_limit = depth,
    };
    const int code = ol_stacks_init(&stream->stacks, &options);
    if (code == 0) stream->has_stacks = 1;
    return code;
}
