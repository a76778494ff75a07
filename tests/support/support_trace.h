/* support_trace.h - traces made in memory, by the encoder of trace/record.h.
 *
 * Shape:     a trace holds header, control page and the chunks of its
 *            streams, in the order in which they were begun. A full chunk is
 *            followed by another. What goes wrong ends the test program.
 * Ownership: deinit frees the bytes; they move when the trace grows.
 * Source:    docs/trace-format.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_SUPPORT_TRACE_H
#define OL_TESTS_SUPPORT_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "trace/layout.h"
#include "trace/record.h"

struct ol_trace {
    uint8_t *bytes;
    size_t count, room;
};

struct ol_trace_stream {
    struct ol_trace *trace;
    uint32_t id, sequence;
    size_t chunk_bytes;
    size_t chunk; /* offset of the current one; 0 none */
    size_t used;  /* payload bytes */
    uint32_t crc; /* of these */
    struct ol_stream_state state;
};

/* Begins a trace of pid 1000 whose ticks are ns from 1000 on. */
void ol_trace_init(struct ol_trace *trace);
void ol_trace_deinit(struct ol_trace *trace);

/* Valid until the trace grows; ol_trace_seal makes the checksum anew. */
struct ol_file_header *ol_trace_header(struct ol_trace *trace);
struct ol_file_control *ol_trace_control(struct ol_trace *trace);
void ol_trace_seal(struct ol_trace *trace);

/* Begins a stream, whose chunks have `chunk_bytes`. */
void ol_trace_begin(struct ol_trace *trace, struct ol_trace_stream *stream,
    uint32_t id, size_t chunk_bytes);

/* The next record goes into a new chunk. */
void ol_trace_cut(struct ol_trace_stream *stream);

/* Writes any record of form 0. */
void ol_trace_put(
    struct ol_trace_stream *stream, const struct ol_record *record);

/* Defines things; return their ids. */
uint32_t ol_trace_string(struct ol_trace_stream *stream, const char *text);
uint32_t ol_trace_module(
    struct ol_trace_stream *stream, const char *path, const char *build_id);
uint32_t ol_trace_frame(
    struct ol_trace_stream *stream, uint32_t module, uint64_t offset);
uint32_t ol_trace_node(
    struct ol_trace_stream *stream, uint32_t parent, uint32_t frame);

/* A stack of one frame, in a module of its own, for each `place`. */
uint32_t ol_trace_stack(struct ol_trace_stream *stream, uint64_t place);

/* Events at a tick. An allocation returns the block's name. */
struct ol_ref ol_trace_malloc(struct ol_trace_stream *stream, uint64_t tick,
    uint32_t stack, uint64_t bytes);
struct ol_ref ol_trace_realloc(struct ol_trace_stream *stream, uint64_t tick,
    uint32_t stack, uint64_t bytes);
void ol_trace_free(
    struct ol_trace_stream *stream, uint64_t tick, struct ol_ref block);
void ol_trace_release(
    struct ol_trace_stream *stream, uint64_t tick, struct ol_ref block);
void ol_trace_mark(
    struct ol_trace_stream *stream, uint64_t tick, const char *name);

/* An annotation whose fields are an entity, maybe a text, maybe a stack. */
void ol_trace_say(struct ol_trace_stream *stream, uint64_t tick, uint32_t type,
    struct ol_ref entity, const char *text);
void ol_trace_adopt(struct ol_trace_stream *stream, uint64_t tick,
    struct ol_ref owner, struct ol_ref block);

#endif
