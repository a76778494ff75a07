/* hash.h - keys of any bytes, numbered: the only includer of uthash.
 *
 * Shape:     a uthash table whose entries hold a copy of their key and a
 *            number. Entries are never removed one by one.
 * Ownership: entries and keys live, unmoved, until deinit.
 * Threads:   one writer, or any number of readers.
 * Errors:    -ENOMEM, and nothing is changed; uthash's own exit is turned
 *            into that.
 * Source:    uthash, https://troydhanson.github.io/uthash/
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_HASH_H
#define OL_ANALYZER_HASH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#include "analyzer/arena.h"
#include "base/attributes.h"

struct ol_hash_entry {
    UT_hash_handle hh;
    uint32_t value;
    unsigned char key[];
};

struct ol_hash {
    struct ol_hash_entry *head;
    struct ol_arena arena; /* the entries */
};

/* All zero is an empty one. */
void ol_hash_deinit(struct ol_hash *hash);

/* Finds the number of a key of `bytes` bytes. Returns whether it is there. */
bool ol_hash_find(
    const struct ol_hash *hash, const void *key, size_t bytes, uint32_t *out);

/* Adds a key that is not there. Returns the copy of the key, followed by a
 * NUL, or NULL when memory is out. */
OL_MUST_USE const void *ol_hash_add(
    struct ol_hash *hash, const void *key, size_t bytes, uint32_t value);

#endif
