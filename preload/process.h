/* process.h - the recording of this process: begun once, again after fork.
 *
 * Shape:     an epoch word lives in a page that the kernel wipes in every
 *            child, however it was forked. A thread that finds another
 *            epoch than the one it knows, comes here. 0: nothing has begun
 *            in this process. Children that share memory (vfork) share the
 *            epoch, and their events are the parent's.
 *
 *            A fork child keeps the live table. Its streams are numbered
 *            on from the parent's, so that a block of a stream below
 *            `first_stream` is an inherited one.
 * Ownership: all of it lives as long as the process.
 * Threads:   ol_process_begin any, at once; what it sets does not change
 *            until a fork. Signals are blocked while it works.
 * Errors:    a recording that cannot be begun leaves the process alone.
 * Source:    madvise(2), MADV_WIPEONFORK.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_PROCESS_H
#define OL_PRELOAD_PROCESS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/live.h"
#include "preload/settings.h"
#include "preload/sink.h"
#include "preload/stream.h"

struct ol_process {
    uint32_t pid; /* 0: never begun */
    bool is_recording;
    uint32_t first_stream;
    _Atomic uint32_t next_stream;
    _Atomic(struct ol_stream *) streams; /* pushed at the front */
    _Atomic uint64_t lost_early;
    uint8_t id[16];
    struct ol_live live;
    struct ol_sink sink;
    struct ol_settings settings;
};

extern OL_HIDDEN struct ol_process ol_process;

/* Where the epoch is. */
extern OL_HIDDEN const _Atomic uint64_t *ol_process_epoch;

/* Begins the recording of this process, if that has not been done. Returns
 * whether events can be recorded. */
bool ol_process_begin(void);

/* Whether the caller is a child that shares the memory of the process. */
bool ol_process_is_borrowed(void);

/* Writes the facts about the process into a stream, its first. */
void ol_process_describe(struct ol_stream *stream);

/* Notes that the process is about to end, or (NONE) that it did not. */
void ol_process_end(enum ol_end end, int status);

#endif
