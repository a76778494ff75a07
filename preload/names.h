/* names.h - the strings that a stream has defined.
 *
 * Shape:     open addressing over copies of the texts.
 * Units:     bytes; texts longer than OL_NAMES_TEXT_MAX are cut there.
 * Ownership: the caller's storage; texts are copied into pages of ours.
 * Threads:   one at a time; signal safe.
 * Errors:    -ENOMEM; nothing has changed then.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_NAMES_H
#define OL_PRELOAD_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"

enum {
    OL_NAMES_TEXT_MAX = 1024
};

struct ol_names_entry {
    const char *text; /* borrowed from `copies`; NULL: empty */
    uint32_t bytes;
    uint32_t id;
};

struct ol_names {
    struct ol_names_entry *entries; /* owned pages; NULL: none yet */
    size_t capacity;                /* a power of two */
    size_t count;
    char *copies; /* owned pages; earlier ones are full and kept */
    size_t copies_left;
};

/* Finds a text. Returns its entry: `text` is NULL when it is not there. */
OL_MUST_USE int ol_names_find(struct ol_names *names, const char *text,
    size_t bytes, struct ol_names_entry **out);

/* Adds the text that was just not found, at the `entry` that was returned,
 * whose `bytes` and `id` the caller has filled in. */
OL_MUST_USE int ol_names_add(
    struct ol_names *names, struct ol_names_entry *entry, const char *text);

#endif
