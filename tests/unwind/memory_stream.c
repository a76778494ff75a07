/* memory_stream.c - a stream of records in memory; see memory_stream.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/unwind/memory_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    RECORDS_BYTES = 64 << 20,
    MODULES_MAX = 4096,
    FRAMES_MAX = 1 << 20,
    NODES_MAX = 1 << 22,
};

static void *map(size_t bytes)
{
    void *const at = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (at == MAP_FAILED) abort();
    return at;
}

void memory_stream_init(struct memory_stream *stream)
{
    *stream = (struct memory_stream){.fail_after = -1};
    stream->state.node = OL_ROOT_COUNT;
    stream->begin = map(RECORDS_BYTES);
    stream->at = stream->begin;
    stream->end = stream->begin + RECORDS_BYTES;
    stream->module = map(MODULES_MAX * sizeof *stream->module);
    stream->frame = map(FRAMES_MAX * sizeof *stream->frame);
    stream->node = map(NODES_MAX * sizeof *stream->node);
    stream->node_count = OL_ROOT_COUNT;
    const struct ol_chunk_header header = {.base_node = OL_ROOT_COUNT};
    ol_decoder_init(&stream->decoder, &header, stream->begin, 0);
}

void memory_stream_deinit(struct memory_stream *stream)
{
    munmap(stream->begin, RECORDS_BYTES);
    munmap(stream->module, MODULES_MAX * sizeof *stream->module);
    munmap(stream->frame, FRAMES_MAX * sizeof *stream->frame);
    munmap(stream->node, NODES_MAX * sizeof *stream->node);
    *stream = (struct memory_stream){0};
}

int memory_stream_put(void *context, const struct ol_record *record)
{
    struct memory_stream *const stream = context;
    if (stream->fail_after == 0) return -ENOSPC;
    if (stream->fail_after > 0) stream->fail_after--;
    if (record->type == OL_RECORD_NODE) {
        stream->at = ol_record_put_node(stream->at, &stream->state,
            (uint32_t)record->value[OL_VALUE_PARENT],
            (uint32_t)record->value[OL_VALUE_FRAME]);
        return 0;
    }
    uint8_t *const after =
        ol_record_put(stream->at, stream->end, &stream->state, 0, record);
    if (after == NULL) return -ENOSPC;
    stream->at = after;
    return 0;
}

static const char *keep_frame(
    struct memory_stream *stream, const struct ol_record *record)
{
    const uint64_t module = record->value[0];
    if (module >= stream->module_count) return "frame of an unknown module";
    stream->frame[stream->frame_count++] =
        (struct memory_frame){(uint32_t)module, record->value[1],
            record->value[1] + stream->module[module].bias};
    return NULL;
}

static const char *keep(
    struct memory_stream *stream, const struct ol_record *record)
{
    switch (record->type) {
    case OL_RECORD_MODULE:
        stream->module[stream->module_count++] =
            (struct memory_module){record->value[0], record->value[1],
                record->value[2], record->value[3], record->bytes[0],
                record->bytes[1], record->bytes[2]};
        return NULL;
    case OL_RECORD_UNLOAD:
        stream->unload_count++;
        return NULL;
    case OL_RECORD_FRAME:
        return keep_frame(stream, record);
    case OL_RECORD_NODE:
        if (record->value[OL_VALUE_NODE] != stream->node_count)
            return "node out of order";
        stream->node[stream->node_count++] =
            (struct memory_node){(uint32_t)record->value[OL_VALUE_PARENT],
                (uint32_t)record->value[OL_VALUE_FRAME]};
        return NULL;
    default:
        return "unexpected record";
    }
}

bool memory_stream_decode(struct memory_stream *stream)
{
    stream->decoder.end = stream->at;
    struct ol_record record;
    int got = 0;
    while ((got = ol_decoder_next(&stream->decoder, &record)) == 1) {
        stream->error = keep(stream, &record);
        if (stream->error != NULL) return false;
    }
    if (got != 0) stream->error = stream->decoder.what;
    return got == 0 && stream->module_count == stream->state.module &&
           stream->frame_count == stream->state.frame &&
           stream->node_count == stream->state.node;
}

uint32_t memory_stream_chain(const struct memory_stream *stream, uint32_t node,
    uint64_t *out, uint32_t most, uint32_t *out_root)
{
    uint32_t count = 0;
    while (node >= OL_ROOT_COUNT && node < stream->node_count) {
        const struct memory_node *const at = &stream->node[node];
        if (count < most) out[count] = stream->frame[at->frame].address;
        count++;
        node = at->parent;
    }
    *out_root = node;
    return count;
}
