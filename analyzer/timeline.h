/* timeline.h - the time of one process: ns, iterations, points of a series.
 *
 * Shape:     learnt from a first pass over the records, then followed
 *            through a second one. Iterations end at the program's marks of
 *            one name, or else at equal slices of its time.
 * Units:     ticks of the trace's clock; ns since the start; iterations
 *            from 1.
 * Ownership: the caller's storage; deinit frees what is inside.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_TIMELINE_H
#define OL_ANALYZER_TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/hash.h"
#include "analyzer/reader.h"
#include "base/attributes.h"

enum {
    OL_TIMELINE_SLICES = 64
};

struct ol_timeline_mark {
    uint32_t name; /* a string of the tables */
    uint64_t count;
};

struct ol_timeline {
    struct ol_timeline_mark *mark; /* owner */
    size_t mark_count, mark_room;
    struct ol_hash marks; /* by name */
    uint64_t last_tick;
    uint64_t clock_tick, clock_mono_ns; /* the latest CLOCK record */
    uint64_t start_tick, end_tick;
    double ns_per_tick;
    bool by_marks;
    uint32_t mark_name; /* when by marks … */
    int64_t mark_total; /* … and how many of these there are */
    int64_t slices;     /* when not */
    int64_t iteration;  /* the current one */
    uint64_t slice_end; /* its last tick + 1 */
};

/* All zero is one that knows nothing yet. */
void ol_timeline_deinit(struct ol_timeline *timeline);

/* First pass: a record's time, and for a MARK its name. */
OL_MUST_USE int ol_timeline_learn(struct ol_timeline *timeline,
    const struct ol_record *record, uint32_t mark_name);

/* Between the passes. `mark_name` chooses the marks, if `has_name`; else the
 * most frequent ones are taken. `slices` 0 is the default. */
struct ol_timeline_choice {
    bool has_name;
    uint32_t mark_name;
    uint32_t slices;
};
void ol_timeline_begin(struct ol_timeline *timeline,
    const struct ol_reader *reader, struct ol_timeline_choice choice);

/* Second pass: goes to `tick`, or past a mark. Returns whether a new
 * iteration has begun. */
bool ol_timeline_reach(struct ol_timeline *timeline, uint64_t tick);
bool ol_timeline_pass_mark(struct ol_timeline *timeline, uint32_t name);

/* Whether the last mark was passed: what follows is in no iteration. */
bool ol_timeline_is_past(const struct ol_timeline *timeline);

/* How many iterations there were, once all is passed. */
int64_t ol_timeline_iterations(const struct ol_timeline *timeline);

/* The ns since the start. */
uint64_t ol_timeline_ns(const struct ol_timeline *timeline, uint64_t tick);

/* Which of `points` equal parts of the time a tick is in, from 0. */
uint32_t ol_timeline_point(
    const struct ol_timeline *timeline, uint64_t tick, uint32_t points);

#endif
