/* timeline.c - see timeline.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/timeline.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/room.h"

void ol_timeline_deinit(struct ol_timeline *timeline)
{
    free(timeline->mark);
    ol_hash_deinit(&timeline->marks);
    *timeline = (struct ol_timeline){0};
}

/* ---- First pass ---- */

static int learn_mark(struct ol_timeline *timeline, uint32_t name)
{
    uint32_t index = (uint32_t)timeline->mark_count;
    if (ol_hash_find(&timeline->marks, &name, sizeof name, &index)) {
        timeline->mark[index].count++;
        return 0;
    }
    struct ol_timeline_mark *grown = ol_room_make(timeline->mark,
        &timeline->mark_room, timeline->mark_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    timeline->mark = grown;
    if (!ol_hash_add(&timeline->marks, &name, sizeof name, index))
        return -ENOMEM;
    grown[timeline->mark_count++] = (struct ol_timeline_mark){name, 1};
    return 0;
}

int ol_timeline_learn(struct ol_timeline *timeline,
    const struct ol_record *record, uint32_t mark_name)
{
    if (record->tick > timeline->last_tick) timeline->last_tick = record->tick;
    if (record->type == OL_RECORD_CLOCK &&
        record->tick >= timeline->clock_tick) {
        timeline->clock_tick = record->tick;
        timeline->clock_mono_ns = record->value[0];
    }
    if (record->type == OL_RECORD_MARK) return learn_mark(timeline, mark_name);
    return 0;
}

/* ---- Between ---- */

static void choose_marks(
    struct ol_timeline *timeline, struct ol_timeline_choice choice)
{
    uint64_t most = 0;
    for (size_t i = 0; i < timeline->mark_count; i++) {
        const struct ol_timeline_mark mark = timeline->mark[i];
        if (choice.has_name && mark.name != choice.mark_name) continue;
        if (mark.count <= most) continue;
        most = mark.count;
        timeline->by_marks = true;
        timeline->mark_name = mark.name;
        timeline->mark_total = (int64_t)mark.count;
    }
}

/* A counter's rate, from two readings of both clocks. */
static double measure_rate(
    const struct ol_timeline *timeline, const struct ol_reader *reader)
{
    const struct ol_file_header *header = &reader->header;
    const double nominal = (double)(UINT64_C(1) << header->tick_shift);
    if (header->clock == OL_CLOCK_MONOTONIC_NS) return nominal;
    uint64_t tick = timeline->clock_tick;
    uint64_t mono_ns = timeline->clock_mono_ns;
    if (reader->end_tick > tick && reader->end_mono_ns > mono_ns) {
        tick = reader->end_tick;
        mono_ns = reader->end_mono_ns;
    }
    if (tick <= header->start_tick || mono_ns <= header->start_mono_ns)
        return nominal;
    return (double)(mono_ns - header->start_mono_ns) /
           (double)(tick - header->start_tick);
}

static uint64_t end_of_slice(
    const struct ol_timeline *timeline, int64_t iteration)
{
    const uint64_t slices = (uint64_t)timeline->slices;
    const uint64_t number = (uint64_t)iteration;
    const uint64_t ticks = timeline->end_tick - timeline->start_tick + 1;
    return timeline->start_tick + ticks / slices * number +
           ticks % slices * number / slices;
}

void ol_timeline_begin(struct ol_timeline *timeline,
    const struct ol_reader *reader, struct ol_timeline_choice choice)
{
    timeline->start_tick = reader->header.start_tick;
    if (timeline->start_tick > timeline->last_tick)
        timeline->start_tick = timeline->last_tick;
    timeline->end_tick = timeline->last_tick;
    if (reader->end != OL_END_NONE && reader->end_tick > timeline->last_tick &&
        reader->end_tick < UINT64_MAX / 2)
        timeline->end_tick = reader->end_tick;
    timeline->ns_per_tick = measure_rate(timeline, reader);
    choose_marks(timeline, choice);
    timeline->slices = choice.slices != 0 ? choice.slices : OL_TIMELINE_SLICES;
    timeline->iteration = 1;
    timeline->slice_end = end_of_slice(timeline, 1);
}

/* ---- Second pass ---- */

bool ol_timeline_reach(struct ol_timeline *timeline, uint64_t tick)
{
    if (timeline->by_marks || tick < timeline->slice_end) return false;
    const int64_t before = timeline->iteration;
    while (
        tick >= timeline->slice_end && timeline->iteration < timeline->slices)
        timeline->slice_end = end_of_slice(timeline, ++timeline->iteration);
    return timeline->iteration != before;
}

bool ol_timeline_pass_mark(struct ol_timeline *timeline, uint32_t name)
{
    if (!timeline->by_marks || name != timeline->mark_name) return false;
    timeline->iteration++;
    return true;
}

bool ol_timeline_is_past(const struct ol_timeline *timeline)
{
    return timeline->by_marks && timeline->iteration > timeline->mark_total;
}

int64_t ol_timeline_iterations(const struct ol_timeline *timeline)
{
    return timeline->by_marks ? timeline->iteration - 1 : timeline->slices;
}

uint64_t ol_timeline_ns(const struct ol_timeline *timeline, uint64_t tick)
{
    if (tick <= timeline->start_tick) return 0;
    const double ns =
        (double)(tick - timeline->start_tick) * timeline->ns_per_tick;
    return ns < 9.2e18 ? (uint64_t)ns : UINT64_MAX / 2;
}

uint32_t ol_timeline_point(
    const struct ol_timeline *timeline, uint64_t tick, uint32_t points)
{
    if (tick <= timeline->start_tick) return 0;
    if (tick >= timeline->end_tick) return points - 1;
    const double share =
        (double)(tick - timeline->start_tick) /
        ((double)(timeline->end_tick - timeline->start_tick) + 1);
    const uint32_t point = (uint32_t)(share * points);
    return point < points ? point : points - 1;
}
