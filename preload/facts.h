/* facts.h - what is known about the program before it runs.
 *
 * Ownership: one static structure, filled once.
 * Threads:   filled while signals are blocked and nobody else looks.
 * Errors:    what cannot be found out is empty.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_FACTS_H
#define OL_PRELOAD_FACTS_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"

enum {
    OL_FACTS_ARGV_MAX = 4096
};

struct ol_facts {
    bool kernel_trusts_cycles; /* its clock source is the cycle counter */
    bool allocator_is_glibc;
    size_t argv_bytes;
    char argv[OL_FACTS_ARGV_MAX]; /* each ends in NUL; cut if too long */
    char exe[PATH_MAX];
    char cwd[PATH_MAX];
    char library[PATH_MAX];    /* ours, absolute */
    char allocator[PATH_MAX];  /* whose malloc is the real one */
    char own_malloc[PATH_MAX]; /* who has a malloc before ours; mostly "" */
};

extern OL_HIDDEN struct ol_facts ol_facts;

void ol_facts_read(void);

#endif
