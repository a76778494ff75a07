/* memory_stream.h - a stream of records in memory, and what it decodes to.
 *
 * Shape:     the writer's side encodes as the recorder does; the reader's
 *            side decodes the bytes and keeps modules, frames and nodes.
 * Ownership: deinit frees; a stream is storage of the caller.
 * Threads:   one at a time; memory_stream_put is signal safe.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_MEMORY_STREAM_H
#define OL_TESTS_MEMORY_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "trace/record.h"

struct memory_frame {
    uint32_t module;
    uint64_t offset;
    uint64_t address; /* with the module's bias: where it was executed */
};

struct memory_module {
    uint64_t start, end, bias, flags;
    struct ol_bytes path, build_id, segments;
};

struct memory_node {
    uint32_t parent, frame;
};

struct memory_stream {
    struct ol_stream_state state;
    uint8_t *begin, *at, *end;
    int fail_after; /* puts until -ENOSPC; negative: never */
    /* What has been decoded. */
    struct ol_decoder decoder;
    struct memory_module *module;
    struct memory_frame *frame;
    struct memory_node *node;
    uint32_t module_count, frame_count, node_count, unload_count;
    const char *error;
};

void memory_stream_init(struct memory_stream *stream);
void memory_stream_deinit(struct memory_stream *stream);

/* An ol_stacks_put_fn. */
int memory_stream_put(void *context, const struct ol_record *record);

/* Decodes what has been written since. Returns whether it was well formed
 * and its ids were those that the writer counted. */
bool memory_stream_decode(struct memory_stream *stream);

/* Lists the addresses of a stack, innermost first; `out_root` is where it
 * ends. Returns their number; at most `most` are written. */
uint32_t memory_stream_chain(const struct memory_stream *stream, uint32_t node,
    uint64_t *out, uint32_t most, uint32_t *out_root);

#endif
