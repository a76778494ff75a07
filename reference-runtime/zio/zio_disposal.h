/* zio_disposal.h - what becomes of a slot whose item is no good.
 *
 * Shape:     a frame: the attempt is closed, and the slot gets a new item or
 *            goes. An item that turned out to be invalid is closed first; of
 *            a failure the slot is seen to first. What is lost is not closed
 *            at all: as it was before zio/zio#9163.
 * Ownership: the frame's storage is its caller's; it borrows pool and
 *            attempt.
 * Threads:   as future.h.
 * Source:    ZPool's finalizeInvalid, and what its acquire and release do
 *            with a failure.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_ZIO_DISPOSAL_H
#define OL_RUNTIME_ZIO_DISPOSAL_H

#include "reference-runtime/zio/zio_creation.h"

enum rt_zio_disposal_reason {
    RT_ZIO_INVALID,
    RT_ZIO_FAILED,
    RT_ZIO_LOST
};

struct rt_zio_disposal {
    struct rt_zio_attempt *attempt; /* borrowed */
    enum rt_zio_disposal_reason reason;
    bool may_interrupt; /* the creator of what comes in its place */
    bool is_closing;
    bool is_creating;
    bool is_draining;
    struct rt_zio_closing closing;
    struct rt_zio_creation creation;
    struct rt_zio_drain drain;
};

void rt_zio_disposal_begin(struct rt_zio_disposal *disposal,
    struct rt_zio_attempt *attempt, enum rt_zio_disposal_reason reason,
    bool may_interrupt);

OL_MUST_USE enum rt_poll rt_zio_disposal_poll(
    struct rt_zio_disposal *disposal, const struct rt_waker *waker);

#endif
