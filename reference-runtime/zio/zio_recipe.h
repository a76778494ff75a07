/* zio_recipe.h - how the pools of a keyed pool make their items.
 *
 * Shape:     a book of what all keys have in common, and a recipe a key: the
 *            creator of that key's pool. The book knows no pool, so that
 *            pools can hold it.
 * Ownership: counted; a recipe holds its book, a pool its recipe.
 * Threads:   constant once made.
 * Errors:    the makers fail when there is no memory.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_RECIPE_H
#define OL_RUNTIME_ZIO_RECIPE_H

#include "reference-runtime/zio/zio_keyed_pool.h"

struct rt_zio_book {
    struct rt_object object;
    const struct rt_zio_variant *variant;
    struct rt_scheduler *scheduler; /* borrowed */
    struct rt_zio_keyed_creator creator;
    struct rt_scope *owner; /* owner; of the scope, that is */
};

/* Makes a book and takes over the creator. Returns NULL if there is no
 * memory, and then that is still the caller's. */
OL_MUST_USE struct rt_zio_book *rt_zio_book_create(
    const struct rt_zio_variant *variant, struct rt_scheduler *scheduler,
    struct rt_zio_keyed_creator creator, struct rt_scope *owner);

/* Gives a reference back; NULL is fine. */
void rt_zio_book_unref(struct rt_zio_book *book);

/* Makes the pool of a key, not open yet. Returns 0, or what range made wrong,
 * or -ENOMEM. */
OL_MUST_USE int rt_zio_book_make_pool(
    struct rt_zio_book *book, uint64_t key, struct rt_zio_pool **out);

#endif
