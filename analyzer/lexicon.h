/* lexicon.h - strings kept once.
 *
 * Shape:     a hash table of pointers to names; the text follows its head.
 * Ownership: names live, unmoved, as long as the table.
 * Threads:   one at a time.
 * Errors:    NULL when memory is out.
 * Source:    FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_LEXICON_H
#define OL_ANALYZER_LEXICON_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

struct ol_name {
    uint64_t hash;
    const char *readable; /* set by the user of the table; NULL at first */
    uint32_t number;      /* names are numbered from 0 as they come */
    char text[];
};

struct ol_lexicon {
    struct ol_name **slot; /* owner, as are the names; NULL is empty */
    size_t slots;          /* a power of two, or 0 */
    size_t count;
};

void ol_lexicon_init(struct ol_lexicon *lexicon);
void ol_lexicon_deinit(struct ol_lexicon *lexicon);

/* Returns the one copy of `text`. */
OL_MUST_USE struct ol_name *ol_lexicon_keep(
    struct ol_lexicon *lexicon, const char *text);

#endif
