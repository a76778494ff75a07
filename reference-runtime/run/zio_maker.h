/* zio_maker.h - items that acquire something, and then turn out well or not.
 *
 * Shape:     an item first acquires one resource, whose finalizer goes into
 *            the scope; then making it succeeds, fails, or waits until it is
 *            let go on.
 * Units:     counts.
 * Ownership: the caller's storage, until the last item and the last resource
 *            that is ever released have gone.
 * Threads:   making from any thread; what is to become of items is set while
 *            nobody makes one. The lock is taken inside.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_MAKER_H
#define OL_RUNTIME_ZIO_MAKER_H

#include <pthread.h>
#include <stdatomic.h>

#include "reference-runtime/core/scope.h"
#include "reference-runtime/core/wait_list.h"

enum rt_zio_fate {
    RT_ZIO_SUCCEEDS,
    RT_ZIO_FAILS, /* with -EIO */
    RT_ZIO_SUSPENDS
};

struct rt_zio_maker {
    enum rt_zio_fate fate;
    bool acquires_nothing;
    bool takes_a_turn; /* others run between acquiring and the rest */
    unsigned fails;    /* every so many calls; 0: all share the fate */
    long suspends_at;  /* the call that does, whatever their fate; 0: none */

    pthread_mutex_t mutex;
    bool is_let_go;            /* guarded */
    struct rt_wait_list waits; /* guarded; of who suspends */

    atomic_long calls; /* of items, begun */
    atomic_long acquired;
    atomic_long released;
};

void rt_zio_maker_init(struct rt_zio_maker *maker, enum rt_zio_fate fate);
void rt_zio_maker_deinit(struct rt_zio_maker *maker);

/* Makes a future that makes an item: a payload, with its reference. */
OL_MUST_USE struct rt_future *rt_zio_maker_make(
    struct rt_zio_maker *maker, struct rt_scope *scope);

/* Has those that suspend go on, and succeed. */
void rt_zio_maker_let_go(struct rt_zio_maker *maker);

/* Returns how many resources are live. */
long rt_zio_maker_live(const struct rt_zio_maker *maker);

#endif
