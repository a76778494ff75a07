/* zio_lease.h - an attempt in the hands of a caller, and its way back.
 *
 * Shape:     a finalizer of the caller's scope holds a lease, the lease holds
 *            the attempt and the pool. It is the future of its own release:
 *            a valid item goes back into the queue, an invalid one is
 *            disposed of. A failure is leased too, where the version does.
 * Ownership: counted; the finalizer owns one reference. An attempt that is
 *            still leased when the lease is dropped is lost.
 * Threads:   as future.h and scope.h. A release is not to be dropped half
 *            way; it holds interrupts of its task back.
 * Errors:    create returns NULL when there is no memory. A release needs
 *            none, unless an item is to be made.
 * Source:    ZPool's release.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_LEASE_H
#define OL_RUNTIME_ZIO_LEASE_H

#include "reference-runtime/zio/zio_await.h"
#include "reference-runtime/zio/zio_disposal.h"

enum rt_zio_lease_state {
    RT_ZIO_LEASE_HELD,
    RT_ZIO_LEASE_DISPOSES,
    RT_ZIO_LEASE_DRAINS,
    RT_ZIO_LEASE_RELEASED
};

struct rt_zio_lease {
    struct rt_future future;        /* its release */
    struct rt_zio_pool *pool;       /* owner */
    struct rt_zio_attempt *attempt; /* owner; NULL: none yet, or released */
    enum rt_zio_lease_state state;
    bool is_failed; /* of nothing */
    struct rt_zio_mask mask;
    struct rt_zio_disposal disposal;
    struct rt_zio_drain drain;
};

/* Makes a lease of nothing yet. */
OL_MUST_USE struct rt_zio_lease *rt_zio_lease_create(struct rt_zio_pool *pool);

/* Gives a reference back; NULL is fine. Others may hold it: it is not
 * cancelled by that. */
void rt_zio_lease_unref(struct rt_zio_lease *lease);

/* Has it lease an attempt, whose reference it takes over. */
void rt_zio_lease_fill(
    struct rt_zio_lease *lease, struct rt_zio_attempt *attempt);

/* Has it released when the scope is closed. Returns 0, or why not. */
OL_MUST_USE int rt_zio_lease_bind(
    struct rt_zio_lease *lease, struct rt_scope *scope);

#endif
