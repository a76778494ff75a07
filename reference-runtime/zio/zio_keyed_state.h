/* zio_keyed_state.h - the insides of a keyed pool, for the files that make it
 * up.
 *
 * Shape:     the book (zio_recipe.h), and a map from keys to promises of pools.
 * Ownership: the pool's fields are the pool's; see each.
 * Threads:   the lock of the keyed pool comes before those of promises; no
 *            pool is called under either.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_KEYED_STATE_H
#define OL_RUNTIME_ZIO_KEYED_STATE_H

#include <pthread.h>

#include "reference-runtime/zio/zio_key_map.h"
#include "reference-runtime/zio/zio_recipe.h"

struct rt_zio_keyed_pool {
    struct rt_object object;
    struct rt_zio_book *book; /* owner */
    pthread_mutex_t mutex;
    struct rt_zio_key_map map; /* guarded by mutex */
};

/* Finds the promise of that key, or makes one: then `is_new`, and the caller
 * has to keep it or to break it. Returns it with a reference, or NULL if
 * there is no memory. */
OL_MUST_USE struct rt_zio_promise *rt_zio_keyed_pool_promise(
    struct rt_zio_keyed_pool *keyed, uint64_t key, bool *is_new);

/* Ends a promise with an error and forgets it: the next get tries again. */
void rt_zio_keyed_pool_break(struct rt_zio_keyed_pool *keyed,
    struct rt_zio_promise *promise, int status);

#endif
