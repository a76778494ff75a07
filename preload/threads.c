/* threads.c - new threads, nested sections; see threads.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/threads.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/clock.h"
#include "preload/pages.h"
#include "preload/sandbox.h"

enum {
    ADOPTION_TRIES = 64, /* streams looked at for a dead owner */
    NAME_BYTES = 16,
    SKIPS = 1000,       /* after a stream could not be made */
    NOBODY = INT32_MAX, /* owner of a stream that is not to be used */
};

_Thread_local OL_INITIAL_EXEC struct ol_threads_local ol_threads_local = {
    .epoch = OL_THREADS_EPOCH_NONE};

/* Where the search for a dead thread's stream goes on. */
static _Atomic(struct ol_stream *) hand;

/* ---- Streams ---- */

static bool is_dead(uint32_t tid, uint32_t own_tid)
{
    /* Whoever had our id before us is gone. */
    if (tid == own_tid) return true;
    if (tid == NOBODY) return false;
    return syscall(SYS_tgkill, ol_process.pid, tid, 0) == -1 && errno == ESRCH;
}

static bool take_over(struct ol_stream *stream, uint32_t own_tid)
{
    uint32_t tid = atomic_load_explicit(&stream->tid, memory_order_relaxed);
    if (!is_dead(tid, own_tid)) return false;
    /* Acquire and release: what one owner wrote the next one sees. The death
     * of the thread itself orders its last writes. */
    return atomic_compare_exchange_strong_explicit(&stream->tid, &tid, own_tid,
        memory_order_acq_rel, memory_order_relaxed);
}

static struct ol_stream *adopt(uint32_t level, uint32_t own_tid)
{
    struct ol_stream *at = atomic_load_explicit(&hand, memory_order_acquire);
    for (unsigned i = 0; i < ADOPTION_TRIES; i++) {
        if (at == NULL)
            at =
                atomic_load_explicit(&ol_process.streams, memory_order_acquire);
        if (at == NULL) return NULL;
        struct ol_stream *const next = at->next;
        if (at->level == level && take_over(at, own_tid)) {
            ol_stacks_adopt(&at->stacks);
            atomic_store_explicit(&hand, next, memory_order_release);
            return at;
        }
        at = next;
    }
    atomic_store_explicit(&hand, at, memory_order_release);
    return NULL;
}

static struct ol_stream *make_stream(uint32_t level, uint32_t own_tid)
{
    const uint32_t id = atomic_fetch_add_explicit(
        &ol_process.next_stream, 1, memory_order_relaxed);
    if (id > OL_LIVE_STREAM_MAX) return NULL;
    struct ol_stream *const stream = ol_pages_map(sizeof(*stream));
    if (stream == NULL) return NULL;
    ol_stream_init(stream, &ol_process.sink, id, level);
    const uint32_t depth = ol_process.settings.depth;
    if (depth > 0 && ol_stream_take_stacks(stream, depth) != 0)
        ol_sink_lose(&ol_process.sink, OL_LOST_MEMORY, 1);
    atomic_store_explicit(&stream->tid, own_tid, memory_order_relaxed);
    struct ol_stream *first =
        atomic_load_explicit(&ol_process.streams, memory_order_relaxed);
    do {
        stream->next = first;
    } while (!atomic_compare_exchange_weak_explicit(&ol_process.streams, &first,
        stream, memory_order_acq_rel, memory_order_relaxed));
    atomic_fetch_add_explicit(
        &ol_process.sink.control->streams, 1, memory_order_relaxed);
    return stream;
}

static void introduce(struct ol_stream *stream, uint32_t own_tid)
{
    char name[NAME_BYTES + 1] = {0};
    syscall(SYS_prctl, PR_GET_NAME, name, 0, 0, 0);
    (void)!ol_stream_put(
        stream, &(struct ol_record){.type = OL_RECORD_THREAD,
                    .tick = ol_clock_early(),
                    .value = {own_tid},
                    .bytes = {{(const uint8_t *)name, strlen(name)}}});
}

static struct ol_stream *get_stream(uint32_t level)
{
    const uint32_t own_tid = (uint32_t)syscall(SYS_gettid);
    struct ol_stream *stream = adopt(level, own_tid);
    if (stream == NULL) stream = make_stream(level, own_tid);
    if (stream == NULL) {
        ol_sink_lose(&ol_process.sink, OL_LOST_MEMORY, 1);
        return NULL;
    }
    introduce(stream, own_tid);
    if (stream->id == ol_process.first_stream) ol_process_describe(stream);
    return stream;
}

/* ---- Sections ---- */

/* Whether a section that was entered at `open` cannot be open any more, for
 * the thread is now at `frame`. */
static bool is_abandoned(uintptr_t open, uintptr_t frame, const stack_t *other)
{
    if ((other->ss_flags & SS_ONSTACK) != 0) return false;
    const uintptr_t begin = (uintptr_t)other->ss_sp;
    const bool was_on_other =
        (other->ss_flags & SS_DISABLE) == 0 && open - begin < other->ss_size;
    return was_on_other || frame >= open;
}

/* The stream of an abandoned section is nobody's from now on. */
static void retire(struct ol_threads_local *local, uint32_t level)
{
    if (level >= OL_THREADS_LEVELS || local->streams[level] == NULL) return;
    atomic_store_explicit(
        &local->streams[level]->tid, NOBODY, memory_order_relaxed);
    local->streams[level] = NULL;
}

/* Closes the sections that were left by a jump, innermost first. */
static void close_abandoned(struct ol_threads_local *local, uintptr_t frame)
{
    if (ol_sandbox_is_closed()) return;
    const int saved_errno = errno;
    stack_t other = {.ss_flags = SS_ONSTACK};
    syscall(SYS_sigaltstack, NULL, &other);
    errno = saved_errno;
    while (local->depth > 0) {
        const uint32_t level = local->depth - 1;
        const uint32_t known =
            level < OL_THREADS_LEVELS ? level : OL_THREADS_LEVELS - 1;
        if (!is_abandoned(local->frames[known], frame, &other)) return;
        retire(local, level);
        local->depth = level;
    }
}

/* A handler that interrupted the recorder has forked: what the interrupted
 * code still writes, in the child, must not reach the parent's file. */
static void detach_parent(struct ol_threads_local *local)
{
    for (unsigned i = 0; i < OL_THREADS_LEVELS; i++)
        if (local->streams[i] != NULL) ol_stream_detach(local->streams[i]);
}

/* Makes the thread one of this epoch. */
static bool join(struct ol_threads_local *local, uint32_t level)
{
    const bool records = ol_process_begin();
    const bool is_copy = local->epoch != OL_THREADS_EPOCH_NONE;
    if (is_copy && level > 0) detach_parent(local);
    if (is_copy) atomic_store_explicit(&hand, NULL, memory_order_relaxed);
    memset(local->streams, 0, sizeof(local->streams));
    local->skips = 0;
    local->epoch = atomic_load_explicit(ol_process_epoch, memory_order_acquire);
    return records;
}

static struct ol_stream *attach(struct ol_threads_local *local, uint32_t level)
{
    const uint64_t epoch =
        atomic_load_explicit(ol_process_epoch, memory_order_acquire);
    const bool records =
        local->epoch == epoch ? ol_process.is_recording : join(local, level);
    if (!records) return NULL;
    /* The fast path asks for the first one only here. */
    if (local->streams[0] == NULL) local->streams[0] = get_stream(0);
    if (local->streams[0] != NULL && local->streams[level] == NULL)
        local->streams[level] = get_stream(level);
    return local->streams[level];
}

/* Whether the thread knows already that nothing is recorded. */
static bool is_off(const struct ol_threads_local *local)
{
    return local->epoch ==
               atomic_load_explicit(ol_process_epoch, memory_order_acquire) &&
           !ol_process.is_recording;
}

OL_NOINLINE struct ol_stream *ol_threads_attach(uint32_t level)
{
    struct ol_threads_local *const local = &ol_threads_local;
    if (is_off(local)) return NULL;
    if (local->skips > 0) {
        local->skips--;
        ol_sink_lose(&ol_process.sink, OL_LOST_MEMORY, 1);
        return NULL;
    }
    if (ol_sandbox_is_closed()) {
        ol_sink_lose(&ol_process.sink, OL_LOST_ACCESS, 1);
        return NULL;
    }
    const int saved_errno = errno;
    const struct ol_signals saved = ol_lock_block_signals();
    const bool was_quiet = ol_threads_begin_quiet();
    struct ol_stream *const stream = attach(local, level);
    if (stream == NULL && ol_process.is_recording) local->skips = SKIPS;
    ol_threads_end_quiet(was_quiet);
    ol_lock_restore_signals(saved);
    errno = saved_errno;
    return stream;
}

OL_NOINLINE struct ol_stream *ol_threads_enter_slowly(uintptr_t frame)
{
    struct ol_threads_local *const local = &ol_threads_local;
    if (!local->is_quiet) close_abandoned(local, frame);
    const uint32_t level = local->depth++;
    if (local->is_quiet) return NULL;
    if (level >= OL_THREADS_LEVELS) {
        ol_sink_lose(&ol_process.sink, OL_LOST_NESTED, 1);
        return NULL;
    }
    local->frames[level] = frame;
    const uint64_t epoch =
        atomic_load_explicit(ol_process_epoch, memory_order_relaxed);
    if (local->epoch == epoch && local->streams[level] != NULL)
        return local->streams[level];
    return ol_threads_attach(level);
}

bool ol_threads_begin_quiet(void)
{
    struct ol_threads_local *const local = &ol_threads_local;
    const bool was_quiet = local->is_quiet;
    local->depth++; /* so that the slow path is asked */
    local->is_quiet = true;
    return was_quiet;
}

void ol_threads_end_quiet(bool was_quiet)
{
    ol_threads_local.is_quiet = was_quiet;
    ol_threads_local.depth--;
}
