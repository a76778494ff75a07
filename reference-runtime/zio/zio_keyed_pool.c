/* zio_keyed_pool.c - a pool of items for each key.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_keyed_pool.h"

#include <errno.h>
#include <stdlib.h>

#include "reference-runtime/zio/zio_keyed_state.h"

/* ---- Life ---- */

static void drop(struct rt_object *object)
{
    struct rt_zio_keyed_pool *const keyed = (struct rt_zio_keyed_pool *)object;
    rt_zio_key_map_deinit(&keyed->map);
    pthread_mutex_destroy(&keyed->mutex);
    rt_zio_book_unref(keyed->book);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_zio_keyed_pool *const keyed =
        (const struct rt_zio_keyed_pool *)object;
    visit(object, "book", &keyed->book->object, true, env);
    rt_zio_key_map_each_edge(&keyed->map, visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct rt_zio_keyed_pool, book, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_keyed_pool, map.chains, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_KEYED_POOL,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_zio_keyed_pool *rt_zio_keyed_pool_create(
    const struct rt_zio_variant *variant, struct rt_scheduler *scheduler,
    struct rt_zio_keyed_creator creator, struct rt_scope *owner)
{
    struct rt_zio_keyed_pool *const keyed =
        rt_object_create(&type, sizeof *keyed);
    if (!keyed) return NULL;

    pthread_mutex_init(&keyed->mutex, NULL);
    rt_zio_key_map_init(&keyed->map, &keyed->object);
    keyed->book = rt_zio_book_create(variant, scheduler, creator, owner);
    if (keyed->book) return keyed;
    rt_zio_keyed_pool_unref(keyed);
    return NULL;
}

struct rt_zio_keyed_pool *rt_zio_keyed_pool_ref(struct rt_zio_keyed_pool *keyed)
{
    return rt_object_ref(&keyed->object);
}

void rt_zio_keyed_pool_unref(struct rt_zio_keyed_pool *keyed)
{
    if (keyed) rt_object_unref(&keyed->object);
}

const struct rt_object *rt_zio_keyed_pool_object(
    const struct rt_zio_keyed_pool *keyed)
{
    return &keyed->object;
}

/* ---- Promises ---- */

/* Under the lock. */
static struct rt_zio_promise *add_promise(
    struct rt_zio_keyed_pool *keyed, uint64_t key)
{
    struct rt_zio_promise *const promise = rt_zio_promise_create(key);
    if (promise && rt_zio_key_map_add(&keyed->map, promise) == 0)
        return promise;
    rt_zio_promise_unref(promise);
    return NULL;
}

struct rt_zio_promise *rt_zio_keyed_pool_promise(
    struct rt_zio_keyed_pool *keyed, uint64_t key, bool *is_new)
{
    pthread_mutex_lock(&keyed->mutex);
    struct rt_zio_promise *promise = rt_zio_key_map_find(&keyed->map, key);
    *is_new = !promise;
    if (promise)
        rt_zio_promise_ref(promise);
    else
        promise = add_promise(keyed, key);
    pthread_mutex_unlock(&keyed->mutex);
    return promise;
}

void rt_zio_keyed_pool_break(
    struct rt_zio_keyed_pool *keyed, struct rt_zio_promise *promise, int status)
{
    pthread_mutex_lock(&keyed->mutex);
    rt_zio_key_map_remove(&keyed->map, promise);
    pthread_mutex_unlock(&keyed->mutex);
    rt_zio_promise_settle(promise, status);
    rt_object_end(&promise->object, "failed");
    rt_zio_promise_unref(promise); /* the map's */
}

/* All promises there are, each with a reference. */
struct listing {
    struct rt_zio_promise **promises; /* owner */
    size_t count;
};

static void add_to_listing(struct rt_zio_promise *promise, void *env)
{
    struct listing *const listing = env;
    listing->promises[listing->count++] = rt_zio_promise_ref(promise);
}

static int list(struct rt_zio_keyed_pool *keyed, struct listing *out)
{
    pthread_mutex_lock(&keyed->mutex);
    const size_t count = keyed->map.count;
    out->promises = calloc(count ? count : 1, sizeof(struct rt_zio_promise *));
    if (out->promises) rt_zio_key_map_each(&keyed->map, add_to_listing, out);
    pthread_mutex_unlock(&keyed->mutex);
    return out->promises ? 0 : -ENOMEM;
}

static void unlist(struct listing *listing)
{
    for (size_t i = 0; i < listing->count; i++)
        rt_zio_promise_unref(listing->promises[i]);
    free(listing->promises);
}

/* ---- For users ---- */

int rt_zio_keyed_pool_invalidate(
    struct rt_zio_keyed_pool *keyed, struct rt_object *item)
{
    struct listing listing = {0};
    int err = list(keyed, &listing);
    if (err) return err;

    for (size_t i = 0; i < listing.count && !err; i++) {
        struct rt_zio_pool *const pool =
            rt_zio_promise_pool(listing.promises[i]);
        if (pool) err = rt_zio_pool_invalidate(pool, item);
        rt_zio_pool_unref(pool);
    }
    unlist(&listing);
    return err;
}

struct rt_zio_pool *rt_zio_keyed_pool_find(
    struct rt_zio_keyed_pool *keyed, uint64_t key)
{
    pthread_mutex_lock(&keyed->mutex);
    struct rt_zio_promise *const promise =
        rt_zio_key_map_find(&keyed->map, key);
    struct rt_zio_pool *const pool =
        promise ? rt_zio_promise_pool(promise) : NULL;
    pthread_mutex_unlock(&keyed->mutex);
    return pool;
}

static void count_promise(struct rt_zio_promise *promise, void *env)
{
    struct rt_zio_keyed_counts *const counts = env;
    counts->pools++;
    counts->pending += rt_zio_promise_is_pending(promise);
    counts->waiting += rt_zio_promise_waiting(promise);
}

struct rt_zio_keyed_counts rt_zio_keyed_pool_counts(
    struct rt_zio_keyed_pool *keyed)
{
    struct rt_zio_keyed_counts counts = {0};
    pthread_mutex_lock(&keyed->mutex);
    rt_zio_key_map_each(&keyed->map, count_promise, &counts);
    pthread_mutex_unlock(&keyed->mutex);
    return counts;
}
