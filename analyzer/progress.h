/* progress.h - a line on stderr that says how far a long read has come.
 *
 * Shape:     shown after a second, only on a terminal, and wiped at the end.
 * Threads:   one at a time.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_PROGRESS_H
#define OL_ANALYZER_PROGRESS_H

#include <stdbool.h>
#include <time.h>

struct ol_progress {
    struct timespec begin;
    bool terminal, shown;
};

void ol_progress_init(struct ol_progress *progress);

/* An ol_progress_fn. */
void ol_progress_show(void *progress, double share);

void ol_progress_end(struct ol_progress *progress);

#endif
