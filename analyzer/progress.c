/* progress.c - see progress.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/progress.h"

#include <stdio.h>
#include <unistd.h>

void ol_progress_init(struct ol_progress *progress)
{
    *progress = (struct ol_progress){.terminal = isatty(STDERR_FILENO) == 1};
    (void)clock_gettime(CLOCK_MONOTONIC, &progress->begin);
}

void ol_progress_show(void *progress, double share)
{
    struct ol_progress *self = progress;
    struct timespec now;
    if (!self->terminal) return;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec - self->begin.tv_sec < 1) return;
    self->shown = true;
    fprintf(stderr, "\routlive: reading %3.0f %%", 100 * share);
    fflush(stderr);
}

void ol_progress_end(struct ol_progress *progress)
{
    if (progress->shown) fputs("\r\033[K", stderr);
    progress->shown = false;
}
