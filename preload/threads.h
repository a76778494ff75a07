/* threads.h - the stream that the calling thread records into.
 *
 * Shape:     a hook is a section: enter, record, leave. Entered in a section
 *            (a signal handler that interrupted it), the thread's second
 *            stream serves; deeper still, events are counted as lost.
 *            A stream whose thread has died is taken over by a new thread.
 *            A handler may leave the section that it interrupted for good, by
 *            siglongjmp: the next section finds itself further out on the
 *            stack than one that is still open. That one's stream, which may
 *            be half-written, is then left alone for ever.
 * Ownership: streams belong to the process.
 * Threads:   any; no lock, no atomic read-modify-write unless the thread is
 *            new. Signal safe.
 * Errors:    NULL: nothing is recorded.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_THREADS_H
#define OL_PRELOAD_THREADS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/process.h"
#include "preload/stream.h"

enum {
    OL_THREADS_LEVELS = 2,
    OL_THREADS_EPOCH_NONE = 1, /* of a thread that has no stream yet */
};

struct ol_threads_local {
    uint64_t epoch;
    uint32_t depth; /* sections that are open on this thread … */
    uintptr_t frames[OL_THREADS_LEVELS]; /* … and where on the stack */
    bool is_quiet;  /* the recorder itself allocates: not recorded */
    uint32_t skips; /* events to go by before a stream is asked for again */
    struct ol_stream *streams[OL_THREADS_LEVELS]; /* borrowed */
};

extern OL_HIDDEN _Thread_local OL_INITIAL_EXEC struct ol_threads_local
    ol_threads_local;

/* The rare ways to enter: in a section, and with the depth counted already,
 * on a thread that has no stream of this level in this epoch. */
OL_NOINLINE struct ol_stream *ol_threads_enter_slowly(uintptr_t frame);
OL_NOINLINE struct ol_stream *ol_threads_attach(uint32_t level);

/* Begins a section. Returns the stream to record into, or NULL. Either way
 * ol_threads_leave follows. */
static inline struct ol_stream *ol_threads_enter(void)
{
    struct ol_threads_local *const local = &ol_threads_local;
    const uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
    const uint32_t depth = local->depth;
    if (OL_UNLIKELY(depth != 0)) return ol_threads_enter_slowly(frame);
    local->frames[0] = frame;
    /* A handler that comes after the second store is inside the section, and
     * finds where it began. */
    atomic_signal_fence(memory_order_seq_cst);
    local->depth = 1;
    atomic_signal_fence(memory_order_seq_cst);
    const uint64_t epoch =
        atomic_load_explicit(ol_process_epoch, memory_order_relaxed);
    struct ol_stream *const stream = local->streams[0];
    if (OL_UNLIKELY(local->epoch != epoch || stream == NULL))
        return ol_threads_attach(0);
    return stream;
}

static inline void ol_threads_leave(void)
{
    atomic_signal_fence(memory_order_seq_cst);
    /* It is 0 already if a handler took the section for abandoned. */
    if (OL_LIKELY(ol_threads_local.depth != 0)) ol_threads_local.depth--;
}

/* Between these, what the thread allocates is not recorded. */
bool ol_threads_begin_quiet(void);
void ol_threads_end_quiet(bool was_quiet);

#endif
