/* events.c - see events.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/events.h"

#include <errno.h>

#include "preload/clock.h"
#include "preload/live.h"
#include "preload/real.h"
#include "preload/threads.h"

/* The table has one word for two blocks, or no word for this one: a block
 * that will not be found when it is freed. */
static OL_NOINLINE void lose_block(int code)
{
    enum ol_lost reason = OL_LOST_MEMORY;
    if (code == -ERANGE) reason = OL_LOST_RANGE;
    if (code > 0) reason = OL_LOST_COLLISION;
    ol_sink_lose(&ol_process.sink, reason, 1);
}

static void record_alloc(
    struct ol_stream *stream, const struct ol_events_alloc *alloc)
{
    const uint32_t node = ol_stream_capture(stream, &alloc->caller);
    uint8_t *const at = ol_stream_room(stream);
    if (OL_UNLIKELY(at == NULL)) return;
    const uint64_t number = stream->state.alloc;
    struct ol_record record; /* only what is read is filled in: it is large */
    record.type = alloc->type;
    record.tick = ol_clock_late();
    record.value[OL_VALUE_STACK] = node;
    record.value[OL_VALUE_BYTES] = alloc->bytes;
    record.value[OL_VALUE_ALIGNED] = alloc->aligned;
    ol_stream_publish(stream, ol_record_put_alloc(at, &stream->state, &record));
    const int code = ol_live_put(
        &ol_process.live, (uintptr_t)alloc->block, stream->id, number);
    if (OL_UNLIKELY(code != 0)) lose_block(code);
}

void ol_events_allocated(const struct ol_events_alloc *alloc)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (OL_LIKELY(stream != NULL)) record_alloc(stream, alloc);
    ol_threads_leave();
}

static void record_release(
    struct ol_stream *stream, uint64_t word, uint32_t type)
{
    uint8_t *const at = ol_stream_room(stream);
    if (OL_UNLIKELY(at == NULL)) return;
    struct ol_record record; /* likewise */
    record.type = type;
    record.tick = ol_clock_early();
    record.ref[0] = (struct ol_ref){
        OL_REF_BLOCK, ol_live_stream(word), ol_live_number(word), 0};
    ol_stream_publish(
        stream, ol_record_put_free(at, &stream->state, stream->id, &record));
}

static void record_foreign_free(struct ol_stream *stream)
{
    (void)!ol_stream_put(
        stream, &(struct ol_record){.type = OL_RECORD_FOREIGN_FREE,
                    .tick = ol_clock_early(),
                    .value = {1}});
}

/* The table stays true where nothing can be recorded. */
static OL_NOINLINE uint64_t forget(const void *block)
{
    if (!ol_process.is_recording || ol_threads_local.is_quiet) return 0;
    return ol_live_take(&ol_process.live, (uintptr_t)block);
}

bool ol_events_freeing(const void *block)
{
    struct ol_stream *const stream = ol_threads_enter();
    uint64_t word = 0;
    if (OL_LIKELY(stream != NULL)) {
        word = ol_live_take(&ol_process.live, (uintptr_t)block);
        if (OL_LIKELY(word != 0))
            record_release(stream, word, OL_RECORD_FREE);
        else if (!ol_real_is_arena(block))
            record_foreign_free(stream);
    } else {
        word = forget(block);
    }
    ol_threads_leave();
    return word != 0;
}

uint64_t ol_events_releasing(const void *block)
{
    struct ol_stream *const stream = ol_threads_enter();
    uint64_t word = 0;
    if (OL_LIKELY(stream != NULL)) {
        word = ol_live_take(&ol_process.live, (uintptr_t)block);
        if (OL_LIKELY(word != 0))
            record_release(stream, word, OL_RECORD_RELEASE);
    } else {
        word = forget(block);
    }
    ol_threads_leave();
    return word;
}

void ol_events_restore(const void *block, uint64_t word)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) {
        ol_live_restore(&ol_process.live, (uintptr_t)block, word);
        (void)!ol_stream_put(
            stream, &(struct ol_record){.type = OL_RECORD_RESTORE,
                        .tick = ol_clock_late(),
                        .ref = {{OL_REF_BLOCK, ol_live_stream(word),
                            ol_live_number(word), 0}}});
    }
    ol_threads_leave();
}

void ol_events_foreign_free(void)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) record_foreign_free(stream);
    ol_threads_leave();
}
