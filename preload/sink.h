/* sink.h - the trace file: made once, grown by extents, handed out in chunks.
 *
 * Shape:     header and control page are mapped as long as the process
 *            lives. Extents are reserved on disk before they are mapped, so
 *            that a full disk is an error code and never a SIGBUS; each is
 *            twice the one before. Chunks are cut from the newest extent.
 *            The file is only ever open inside helper.h's task.
 * Units:     bytes.
 * Ownership: a chunk is the claimer's until it unmaps it (ol_sink_return).
 * Threads:   any; one lock, for the time of a few system calls.
 * Errors:    -ENOSPC, -EDQUOT disk full; -EFBIG a limit; -ENOMEM no address
 *            space; anything else from open(2). Nothing is claimed then.
 * Source:    specs of fallocate(2), madvise(2) MADV_POPULATE_WRITE.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_SINK_H
#define OL_PRELOAD_SINK_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attributes.h"
#include "preload/lock.h"
#include "trace/layout.h"

struct ol_sink {
    struct ol_lock lock;             /* guards what follows `control` */
    struct ol_file_header *header;   /* mapped; first page */
    struct ol_file_control *control; /* mapped; second page */
    uint8_t *extent;                 /* mapped; the rest of the newest one */
    size_t extent_left;
    size_t next_extent;
    uint64_t file_bytes;
    uint64_t max_bytes;    /* 0: no limit */
    uint64_t headroom_end; /* the file is a hole up to here; 0: no hole */
    bool is_blind;         /* nothing is reserved for the newest extent */
    dev_t device;
    ino_t inode;
    char path[PATH_MAX];
};

/* Makes `directory` if it is not there, and in it PID.trace (or PID-2.trace
 * …), and writes `header` (its checksum is made here). */
OL_MUST_USE int ol_sink_create(struct ol_sink *sink, const char *directory,
    const struct ol_file_header *header);

/* Claims about `bytes`, at least OL_CHUNK_ALIGN, of zeroed file. */
OL_MUST_USE int ol_sink_claim(
    struct ol_sink *sink, size_t bytes, void **out, size_t *out_bytes);

/* Unmaps a chunk that is full. */
void ol_sink_return(void *chunk, size_t bytes);

/* Cuts off the hole at the end, if there is one. The file can still grow. */
void ol_sink_trim(struct ol_sink *sink);

/* Counts lost events. */
void ol_sink_lose(struct ol_sink *sink, enum ol_lost reason, uint64_t count);

#endif
