/* support_trace.c - see support_trace.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/support/support_trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trace/crc32c.h"

static void grow(struct ol_trace *trace, size_t count)
{
    if (trace->room < count) {
        while (trace->room < count)
            trace->room = trace->room ? trace->room * 2 : 1 << 16;
        trace->bytes = realloc(trace->bytes, trace->room);
        if (!trace->bytes) abort();
    }
    memset(trace->bytes + trace->count, 0, count - trace->count);
    trace->count = count;
}

void ol_trace_init(struct ol_trace *trace)
{
    *trace = (struct ol_trace){0};
    grow(trace, OL_HEADER_BYTES);
    struct ol_file_header *header = ol_trace_header(trace);
    memcpy(header->magic, OL_TRACE_MAGIC, sizeof header->magic);
    header->major = OL_TRACE_MAJOR;
    header->minor = OL_TRACE_MINOR;
    header->header_bytes = OL_HEADER_BYTES;
    header->byte_order = OL_TRACE_BYTE_ORDER;
    header->page_bytes = 4096;
    header->pid = 1000;
    header->parent_pid = 1;
    header->id[0] = 1;
    header->start_tick = 1000;
    header->start_mono_ns = 1000;
    header->start_real_ns = UINT64_C(1700000000000000000);
    ol_trace_control(trace)->claimed_bytes = OL_HEADER_BYTES;
    ol_trace_seal(trace);
}

void ol_trace_deinit(struct ol_trace *trace)
{
    free(trace->bytes);
    *trace = (struct ol_trace){0};
}

struct ol_file_header *ol_trace_header(struct ol_trace *trace)
{
    return (struct ol_file_header *)(void *)trace->bytes;
}

struct ol_file_control *ol_trace_control(struct ol_trace *trace)
{
    return (struct ol_file_control *)(void *)(trace->bytes + OL_CONTROL_OFFSET);
}

void ol_trace_seal(struct ol_trace *trace)
{
    struct ol_file_header *header = ol_trace_header(trace);
    header->crc =
        ol_crc32c_extend(0, header, offsetof(struct ol_file_header, crc));
}

void ol_trace_begin(struct ol_trace *trace, struct ol_trace_stream *stream,
    uint32_t id, size_t chunk_bytes)
{
    *stream = (struct ol_trace_stream){
        .trace = trace,
        .id = id,
        .chunk_bytes = chunk_bytes,
        .state = {.tick = 1000, .node = OL_ROOT_COUNT},
    };
}

void ol_trace_cut(struct ol_trace_stream *stream)
{
    stream->chunk = 0;
}

static struct ol_chunk_header *chunk_of(struct ol_trace_stream *stream)
{
    void *at = stream->trace->bytes + stream->chunk;
    return at;
}

static void begin_chunk(struct ol_trace_stream *stream, size_t bytes)
{
    struct ol_trace *trace = stream->trace;
    stream->chunk = trace->count;
    stream->used = 0;
    stream->crc = 0;
    grow(trace, trace->count + bytes);
    ol_trace_control(trace)->claimed_bytes = trace->count;
    struct ol_chunk_header *chunk = chunk_of(stream);
    chunk->magic = OL_CHUNK_MAGIC;
    chunk->header_bytes = OL_CHUNK_HEAD_BYTES;
    chunk->bytes = (uint32_t)bytes;
    chunk->stream = stream->id;
    chunk->sequence = stream->sequence++;
    chunk->tid = 1000 + stream->id;
    chunk->base_module = stream->state.module;
    chunk->base_tick = stream->state.tick;
    chunk->base_alloc = stream->state.alloc;
    chunk->base_frame = stream->state.frame;
    chunk->base_node = stream->state.node;
    chunk->base_string = stream->state.string;
    chunk->crc =
        ol_crc32c_extend(0, chunk, offsetof(struct ol_chunk_header, crc));
}

/* Room for `bytes` more, in a chunk large enough. */
static uint8_t *reach(struct ol_trace_stream *stream, size_t bytes)
{
    size_t chunk_bytes = stream->chunk_bytes;
    while (chunk_bytes - OL_CHUNK_HEAD_BYTES < bytes)
        chunk_bytes *= 2;
    if (stream->chunk == 0 ||
        chunk_of(stream)->bytes - OL_CHUNK_HEAD_BYTES - stream->used < bytes)
        begin_chunk(stream, chunk_bytes);
    return stream->trace->bytes + stream->chunk + OL_CHUNK_HEAD_BYTES +
           stream->used;
}

static void publish(struct ol_trace_stream *stream, const uint8_t *end)
{
    const uint8_t *payload =
        stream->trace->bytes + stream->chunk + OL_CHUNK_HEAD_BYTES;
    const size_t used = (size_t)(end - payload);
    stream->crc = ol_crc32c_extend(
        stream->crc, payload + stream->used, used - stream->used);
    stream->used = used;
    chunk_of(stream)->published = (uint64_t)stream->crc << 32 | used;
}

void ol_trace_put(
    struct ol_trace_stream *stream, const struct ol_record *record)
{
    size_t bound = 512;
    for (size_t i = 0; i < 3; i++)
        bound += record->bytes[i].count;
    uint8_t *at = reach(stream, bound);
    uint8_t *end =
        ol_record_put(at, at + bound, &stream->state, stream->id, record);
    if (!end) abort();
    publish(stream, end);
}

/* ---- Definitions ---- */

static struct ol_bytes bytes_of(const char *text)
{
    return (struct ol_bytes){(const uint8_t *)text, strlen(text)};
}

uint32_t ol_trace_string(struct ol_trace_stream *stream, const char *text)
{
    ol_trace_put(stream, &(struct ol_record){.type = OL_RECORD_STRING,
                             .bytes = {bytes_of(text)}});
    return stream->state.string - 1;
}

uint32_t ol_trace_module(
    struct ol_trace_stream *stream, const char *path, const char *build_id)
{
    ol_trace_put(
        stream, &(struct ol_record){.type = OL_RECORD_MODULE,
                    .tick = stream->state.tick,
                    .value = {0x10000, 0x20000, 0x10000, OL_MODULE_AT_START},
                    .bytes = {bytes_of(path), bytes_of(build_id)}});
    return stream->state.module - 1;
}

uint32_t ol_trace_frame(
    struct ol_trace_stream *stream, uint32_t module, uint64_t offset)
{
    ol_trace_put(stream, &(struct ol_record){.type = OL_RECORD_FRAME,
                             .value = {module, offset}});
    return stream->state.frame - 1;
}

uint32_t ol_trace_node(
    struct ol_trace_stream *stream, uint32_t parent, uint32_t frame)
{
    uint8_t *at = reach(stream, OL_RECORD_HOT_MAX_BYTES);
    publish(stream, ol_record_put_node(at, &stream->state, parent, frame));
    return stream->state.node - 1;
}

uint32_t ol_trace_stack(struct ol_trace_stream *stream, uint64_t place)
{
    char path[32];
    (void)snprintf(
        path, sizeof path, "/no/such/module%llu", (unsigned long long)place);
    const uint32_t module = ol_trace_module(stream, path, "id");
    return ol_trace_node(stream, OL_ROOT_COMPLETE,
        ol_trace_frame(stream, module, 0x1000 + place));
}

/* ---- Events ---- */

static struct ol_ref put_alloc(
    struct ol_trace_stream *stream, const struct ol_record *record)
{
    uint8_t *at = reach(stream, OL_RECORD_HOT_MAX_BYTES);
    publish(stream, ol_record_put_alloc(at, &stream->state, record));
    return (struct ol_ref){
        OL_REF_BLOCK, stream->id, stream->state.alloc - 1, 0};
}

struct ol_ref ol_trace_malloc(struct ol_trace_stream *stream, uint64_t tick,
    uint32_t stack, uint64_t bytes)
{
    return put_alloc(stream,
        &(struct ol_record){
            .type = OL_RECORD_MALLOC, .tick = tick, .value = {stack, bytes}});
}

struct ol_ref ol_trace_realloc(struct ol_trace_stream *stream, uint64_t tick,
    uint32_t stack, uint64_t bytes)
{
    return put_alloc(stream,
        &(struct ol_record){
            .type = OL_RECORD_REALLOC, .tick = tick, .value = {stack, bytes}});
}

static void put_free(
    struct ol_trace_stream *stream, const struct ol_record *record)
{
    uint8_t *at = reach(stream, OL_RECORD_HOT_MAX_BYTES);
    publish(stream, ol_record_put_free(at, &stream->state, stream->id, record));
}

void ol_trace_free(
    struct ol_trace_stream *stream, uint64_t tick, struct ol_ref block)
{
    put_free(stream, &(struct ol_record){
                         .type = OL_RECORD_FREE, .tick = tick, .ref = {block}});
}

void ol_trace_release(
    struct ol_trace_stream *stream, uint64_t tick, struct ol_ref block)
{
    put_free(
        stream, &(struct ol_record){
                    .type = OL_RECORD_RELEASE, .tick = tick, .ref = {block}});
}

void ol_trace_mark(
    struct ol_trace_stream *stream, uint64_t tick, const char *name)
{
    const uint32_t text = ol_trace_string(stream, name);
    ol_trace_put(
        stream, &(struct ol_record){
                    .type = OL_RECORD_MARK, .tick = tick, .value = {text}});
}

void ol_trace_say(struct ol_trace_stream *stream, uint64_t tick, uint32_t type,
    struct ol_ref entity, const char *text)
{
    struct ol_record record = {.type = type, .tick = tick, .ref = {entity}};
    if (text) record.value[0] = ol_trace_string(stream, text);
    record.value[1] = OL_ROOT_NONE;
    ol_trace_put(stream, &record);
}

void ol_trace_adopt(struct ol_trace_stream *stream, uint64_t tick,
    struct ol_ref owner, struct ol_ref block)
{
    ol_trace_put(stream,
        &(struct ol_record){
            .type = OL_RECORD_ADOPT, .tick = tick, .ref = {owner, block}});
}
