/* sawtooth.h - a group that is emptied in bursts, each peak above the last.
 *
 * Shape:     the live count at each bucket's end rises from a floor to a
 *            peak and falls by half or more of the rise: a tooth. Teeth grow
 *            when there are at least three and every one is higher than the
 *            one before. Where the teeth themselves form teeth (a threshold
 *            that doubles, and a batch that shrinks in between), these are
 *            looked at instead.
 * Units:     blocks; iterations.
 * Threads:   pure functions; 100 KiB of stack.
 * Source:    own; docs/growth.md.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_SAWTOOTH_H
#define OL_ANALYZER_SAWTOOTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analyzer/cohort.h"

enum {
    OL_SAWTOOTH_PEAKS = 12 /* the latest are kept */
};

struct ol_peak {
    int64_t iteration;
    uint64_t live;
};

struct ol_sawtooth {
    bool grows;
    size_t teeth;      /* complete ones */
    size_t peak_count; /* min(teeth, OL_SAWTOOTH_PEAKS) */
    struct ol_peak peak[OL_SAWTOOTH_PEAKS];
    double growth; /* a peak over the one before: the geometric mean */
};

/* Looks for growing teeth in a finished group. */
void ol_sawtooth_find(
    const struct ol_cohorts *cohorts, struct ol_sawtooth *out);

#endif
