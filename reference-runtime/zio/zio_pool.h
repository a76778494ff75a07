/* zio_pool.h - a pool of items that are dear to make, as ZIO's ZPool.
 *
 * Shape:     at most `max` slots, `min` of them filled when it opens. A get
 *            takes the item that is longest free, or has one made, or waits.
 *            The item is leased to the caller's scope, and comes back when
 *            that is closed. Each item has a scope of its own, in which its
 *            creator acquires what it needs; the item is closed with it. An
 *            item that was invalidated is closed when the pool next meets it.
 *            With a time to live, what is free beyond `min` is closed once
 *            the pool has been left alone for so long.
 * Units:     nanoseconds of the scheduler's clock; counts. Errors are
 *            negative errno.
 * Ownership: counted; create gives the caller one reference. Leases, gets
 *            under way and the owner's scope hold the pool. Items are
 *            counted objects: the pool holds each as long as it has it.
 * Threads:   all calls from any thread; what a future does, where it is
 *            polled. The lock of the set is innermost; creators and
 *            finalizers run outside of it.
 * Errors:    the makers of futures return NULL when there is no memory; a
 *            get may end with -ENOMEM, with -EINTR if it or the pool was
 *            shut down, or with what the creator failed with.
 * Source:    zio.ZPool, core/shared/src/main/scala/zio/ZPool.scala, of the
 *            variant's version.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_POOL_H
#define OL_RUNTIME_ZIO_POOL_H

#include <stdint.h>

#include "reference-runtime/core/future.h"
#include "reference-runtime/core/scheduler.h"
#include "reference-runtime/zio/zio_variant.h"

struct rt_scope;
struct rt_zio_pool;

/* How an item is made. */
struct rt_zio_creator {
    /* Makes a future that makes an item: its value is a `struct rt_object *`
     * with a reference for the pool. What it acquires on the way it adds to
     * the scope, which is closed when the item is done with, or when making
     * it has failed. If it fails, its value is passed on with its status.
     * An interrupt drops it. Returns NULL if there is no memory. */
    struct rt_future *(*create)(void *env, struct rt_scope *scope);
    void (*drop)(void *env); /* gives env back; NULL if there is no need */
    void *env;               /* owner */
};

struct rt_zio_pool_options {
    const struct rt_zio_variant *variant;
    struct rt_scheduler *scheduler; /* borrowed; outlives the pool */
    struct rt_zio_creator creator;
    uint32_t min;
    uint32_t max;    /* at least min, below 2^31; 0: a get never returns */
    uint64_t ttl_ns; /* 0: items live as long as the pool */
};

/* Where an item is, or what should have become one, while its scope is open.
 * It has a slot in all of these but the last. */
enum rt_zio_stage {
    RT_ZIO_CREATING,
    RT_ZIO_QUEUED,
    RT_ZIO_LEASED,
    RT_ZIO_CLOSING,
    RT_ZIO_DISCARDED, /* failed, and being closed */
    RT_ZIO_STAGE_COUNT
};

/* What the pool knows of itself; exact when nothing runs.
 * created - finalized == orphans + those of all stages. */
struct rt_zio_counts {
    int32_t size; /* slots; -1: shut down */
    int32_t free; /* queued + being made - waiting */
    size_t stages[RT_ZIO_STAGE_COUNT];
    size_t queued;      /* in the queue; a failed creation counts */
    size_t waiting;     /* for an item: gets, and whoever shrinks the pool */
    size_t gets;        /* under way */
    size_t ghosts;      /* gets that wait though their caller has gone */
    size_t failed;      /* leases of nothing: gets that failed */
    size_t remembered;  /* items in the set: invalid ones, or valid ones */
    uint64_t created;   /* scopes of items, opened */
    uint64_t finalized; /* … closed */
    uint64_t orphans;   /* … lost while open, with what they hold */
    bool is_stopping;
};

/* Makes a pool that is empty and not open. It takes over the creator. Returns
 * 0, -EINVAL or -ENOMEM; after an error the creator is still the caller's. */
OL_MUST_USE int rt_zio_pool_create(
    const struct rt_zio_pool_options *options, struct rt_zio_pool **out);

/* Makes a future that fills the pool and has `owner`, when it is closed, shut
 * it down; upstream's make. Open it once. */
OL_MUST_USE struct rt_future *rt_zio_pool_open(
    struct rt_zio_pool *pool, struct rt_scope *owner);

/* Makes a future whose value is an item, a `struct rt_object *` that is the
 * pool's: leased until `scope` is closed. If the get fails, its value is what
 * the creator's was. It works in a task of its own: dropped, or interrupted,
 * it returns at once and leaves that to end in its own time. */
OL_MUST_USE struct rt_future *rt_zio_pool_get(
    struct rt_zio_pool *pool, struct rt_scope *scope);

/* Has the item closed when it is next met. Returns 0, or -ENOMEM. */
OL_MUST_USE int rt_zio_pool_invalidate(
    struct rt_zio_pool *pool, struct rt_object *item);

/* Makes a future that closes what is free, then waits until all leases are
 * back and closed too. Gets that come later, or wait, end with -EINTR. */
OL_MUST_USE struct rt_future *rt_zio_pool_shutdown(struct rt_zio_pool *pool);

/* Takes one more reference. Returns the pool. */
struct rt_zio_pool *rt_zio_pool_ref(struct rt_zio_pool *pool);

/* Gives a reference back; NULL is fine. */
void rt_zio_pool_unref(struct rt_zio_pool *pool);

/* Returns the pool's header. */
const struct rt_object *rt_zio_pool_object(const struct rt_zio_pool *pool);

/* Returns the version that the pool is of. */
const struct rt_zio_variant *rt_zio_pool_variant(
    const struct rt_zio_pool *pool);

/* Returns the pool's counts. */
struct rt_zio_counts rt_zio_pool_counts(struct rt_zio_pool *pool);

#endif
