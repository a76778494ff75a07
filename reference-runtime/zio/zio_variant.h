/* zio_variant.h - what sets the versions of ZIO's pools apart.
 *
 * Shape:     a row a version, named as upstream names it; each trait is one
 *            repair. A pool takes a row when it is made.
 * Threads:   constant.
 * Source:    github.com/zio/zio, ZPool.scala and ZKeyedPool.scala, and their
 *            issues; which release first had a repair is by date.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_VARIANT_H
#define OL_RUNTIME_ZIO_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

/* Each trait: false as it was, true repaired. */
struct rt_zio_variant {
    const char *name;
    const char *summary;
    /* A get that failed gives its slot back at once, not when the caller's
     * scope is closed (#6844). */
    bool releases_failed_early;
    /* What was invalid is made anew if somebody waits for it (#8833). */
    bool refills_for_waiters;
    /* A creation that failed or was interrupted is closed (#9163). */
    bool closes_failed;
    /* Opening makes the first items itself, not a task of its own (#9164). */
    bool opens_in_caller;
    /* An opening that is interrupted shuts the pool down (#9174). */
    bool shuts_down_failed_open;
    /* Remembers the items that are valid, not those that are not (#9307). */
    bool tracks_valid_items;
    /* In a keyed pool the item's scope is its own, not the pool's (#9329). */
    bool scopes_keyed_items;
    /* Ours, never upstream: the excess is what there is beyond the least … */
    bool counts_excess_right;
    /* … who is interrupted does not go on waiting for an item … */
    bool cancels_takers;
    /* … a get that failed leaves nothing in the caller's scope … */
    bool drops_failed_lease;
    /* … what failed is made anew too if somebody waits for it … */
    bool refills_after_failure;
    /* … and a pool that is being shut down also ends when its last slot goes
     * otherwise than by a drain. */
    bool drains_last_slot;
};

/* Returns the version of that name, or NULL. */
const struct rt_zio_variant *rt_zio_variant_find(const char *name);

/* Returns the version at that place, oldest first, or NULL past the last. */
const struct rt_zio_variant *rt_zio_variant_at(size_t index);

#endif
