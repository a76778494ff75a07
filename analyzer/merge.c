/* merge.c - see merge.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/merge.h"

#include <errno.h>
#include <stdlib.h>

/* ---- The heap ---- */

static bool is_before(const struct ol_merge *merge, uint32_t a, uint32_t b)
{
    const struct ol_merge_head *left = &merge->head[a];
    const struct ol_merge_head *right = &merge->head[b];
    if (left->record.tick != right->record.tick)
        return left->record.tick < right->record.tick;
    if (left->waited != right->waited) return left->waited < right->waited;
    return a < b;
}

static void sift_down(struct ol_merge *merge, size_t at)
{
    const uint32_t moving = merge->heap[at];
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= merge->heap_count) break;
        if (child + 1 < merge->heap_count &&
            is_before(merge, merge->heap[child + 1], merge->heap[child]))
            child++;
        if (!is_before(merge, merge->heap[child], moving)) break;
        merge->heap[at] = merge->heap[child];
        at = child;
    }
    merge->heap[at] = moving;
}

/* ---- Waiting ---- */

/* How many blocks of a stream have been given out. */
static uint64_t given_allocs(const struct ol_merge_head *head)
{
    const uint32_t type = head->record.type;
    if (type >= OL_RECORD_MALLOC && type <= OL_RECORD_ALIGNED)
        return head->record.value[OL_VALUE_NUMBER];
    return head->cursor.decoder.state.alloc;
}

static bool is_early_ref(const struct ol_merge *merge,
    const struct ol_merge_head *head, const struct ol_ref *ref)
{
    if (ref->form != OL_REF_BLOCK || ref->stream == head->cursor.decoder.stream)
        return false;
    const struct ol_reader_stream *stream =
        ol_reader_find(merge->reader, ref->stream);
    if (!stream || ref->number >= stream->allocs) return false;
    const struct ol_merge_head *other =
        &merge->head[stream - merge->reader->stream];
    return ref->number >= given_allocs(other) &&
           other->record.tick <= head->record.tick;
}

static bool must_wait(
    const struct ol_merge *merge, const struct ol_merge_head *head)
{
    return head->waited < OL_MERGE_PATIENCE && merge->heap_count > 1 &&
           (is_early_ref(merge, head, &head->record.ref[0]) ||
               is_early_ref(merge, head, &head->record.ref[1]));
}

/* ---- Public ---- */

int ol_merge_open(struct ol_merge *merge, const struct ol_reader *reader)
{
    *merge = (struct ol_merge){.reader = reader};
    const size_t count = reader->stream_count;
    if (count == 0) return 0;
    merge->head = calloc(count, sizeof *merge->head);
    merge->heap = calloc(count, sizeof *merge->heap);
    if (!merge->head || !merge->heap) {
        ol_merge_close(merge);
        return -ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        struct ol_merge_head *head = &merge->head[i];
        head->index = (uint32_t)i;
        ol_cursor_init(&head->cursor, reader, &reader->stream[i]);
        if (ol_cursor_next(&head->cursor, &head->record))
            merge->heap[merge->heap_count++] = (uint32_t)i;
    }
    for (size_t i = merge->heap_count / 2; i-- > 0;)
        sift_down(merge, i);
    return 0;
}

void ol_merge_close(struct ol_merge *merge)
{
    free(merge->head);
    free(merge->heap);
    *merge = (struct ol_merge){0};
}

/* Moves the top to its next record, or out of the heap. */
static void advance_top(struct ol_merge *merge)
{
    struct ol_merge_head *top = &merge->head[merge->heap[0]];
    const uint64_t tick = top->record.tick;
    top->waited = 0;
    if (!ol_cursor_next(&top->cursor, &top->record)) {
        /* Whoever waits for this one waits no longer. */
        top->record = (struct ol_record){.tick = UINT64_MAX};
        merge->heap[0] = merge->heap[--merge->heap_count];
    } else if (top->record.tick < tick) {
        top->record.tick = tick; /* a chunk's base lies before */
    }
    if (merge->heap_count > 0) sift_down(merge, 0);
}

const struct ol_merge_head *ol_merge_next(struct ol_merge *merge)
{
    if (merge->taken) advance_top(merge);
    merge->taken = false;
    while (merge->heap_count > 0) {
        struct ol_merge_head *top = &merge->head[merge->heap[0]];
        if (!must_wait(merge, top)) {
            merge->taken = true;
            return top;
        }
        top->waited++;
        sift_down(merge, 0);
    }
    return NULL;
}
