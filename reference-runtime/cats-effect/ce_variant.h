/* ce_variant.h - what sets the versions of Cats Effect apart.
 *
 * Shape:     a row a version, named as upstream names it; each trait is one
 *            decision of that version. A deferred, a fiber or a stack takes
 *            a row when it is made. How a fiber's join cleans up did not
 *            change with versions, so it has rows of its own.
 * Threads:   constant.
 * Source:    github.com/typelevel/cats-effect: its tags, #3359, #3935, #3936,
 *            #3940, #3943, #3973; for join typelevel/fs2-kafka#1318.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_VARIANT_H
#define OL_RUNTIME_CE_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

/* How cleared nodes are taken out of the stack. */
enum rt_ce_pack {
    RT_CE_PACK_NONE, /* not at all */
    RT_CE_PACK_CAS,  /* by whoever comes, two at a time if need be (#3940) */
    RT_CE_PACK_LOCK, /* by one at a time; who comes second goes away */
};

struct rt_ce_variant {
    const char *name;
    const char *summary;
    /* The deferred keeps its waiters in a map by number; no stack at all. */
    bool is_map;
    enum rt_ce_pack pack;
    /* Pack counts the node that it takes from the bottom, too (#3935). */
    bool counts_bottom;
    /* Completing a deferred empties the stack, once all have been called. */
    bool clears_on_complete;
    /* Clearing the whole stack forgets the root callback as well. */
    bool clears_root;
    /* Calling takes the stack apart as it goes, even if a callback fails, so
     * that a handle that is kept keeps nothing else (#3973). */
    bool tears_down;
};

/* Returns the version of that name, or NULL. */
const struct rt_ce_variant *rt_ce_variant_find(const char *name);

/* Returns the version at that place, oldest first, or NULL past the last. */
const struct rt_ce_variant *rt_ce_variant_at(size_t index);

struct rt_ce_join_variant {
    const char *name;
    const char *summary;
    /* A cancelled join counts and packs, as a cancelled get does. */
    bool packs;
};

/* Returns the way to join of that name, or NULL. */
const struct rt_ce_join_variant *rt_ce_join_variant_find(const char *name);

/* Returns the way at that place, upstream's first, or NULL past the last. */
const struct rt_ce_join_variant *rt_ce_join_variant_at(size_t index);

#endif
