/* rules.h - the unwind rules that a thread has met, by program counter.
 *
 * Shape:     open addressing; a place holds the address of the instruction,
 *            its rule, and, in a second array, the frame that stands for it
 *            in the trace and the stamp under which it was last checked.
 * Units:     counts; place 0 … 2^bits - 1.
 * Ownership: the caller's storage; the arrays are pages.
 * Threads:   one at a time; signal safe if no signal enters the same table.
 * Errors:    without memory the table stays as it is.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_PRELOAD_RULES_H
#define OL_PRELOAD_RULES_H

#include <stddef.h>
#include <stdint.h>

#include "base/attributes.h"
#include "preload/cfi.h"

struct ol_rules_entry {
    uintptr_t pc;
    struct ol_cfi_rule rule; /* of kind NONE in an empty place */
};

struct ol_rules_note {
    uint32_t frame;
    uint32_t stamp; /* of dynamic rules: see stacks.c */
};

struct ol_rules {
    struct ol_rules_entry *entry; /* owner, with the notes behind it */
    struct ol_rules_note *note;
    uint32_t bits;
    uint32_t count;
};

/* Maps a small empty table. Returns 0 or -ENOMEM. */
OL_MUST_USE int ol_rules_init(struct ol_rules *rules);

/* Unmaps it. */
void ol_rules_deinit(struct ol_rules *rules);

/* Adds what is not there yet. Returns its place, or -ENOMEM. */
OL_MUST_USE int64_t ol_rules_add(struct ol_rules *rules,
    const struct ol_rules_entry *entry, struct ol_rules_note note);

/* Removes the rules of `begin` … `end - 1`: places change. */
void ol_rules_remove(struct ol_rules *rules, uintptr_t begin, uintptr_t end);

/* The place where the search for a pc begins. Fibonacci hashing: the golden
 * ratio spreads neighbouring addresses, the high bits are the best. */
static inline size_t ol_rules_hash(const struct ol_rules *rules, uintptr_t pc)
{
    return (size_t)(pc * 0x9e3779b97f4a7c15U >> (64 - rules->bits));
}

/* Returns the place of the rule for `pc`, or that of an empty entry. */
static inline size_t ol_rules_find(const struct ol_rules *rules, uintptr_t pc)
{
    size_t place = ol_rules_hash(rules, pc);
    while (rules->entry[place].pc != pc &&
           rules->entry[place].rule.kind != OL_CFI_NONE)
        place = (place + 1) & (((size_t)1 << rules->bits) - 1);
    return place;
}

#endif
