/* crux_channel.h - an unbounded queue between counted ends.
 *
 * Shape:     senders -> first message -> … -> last message -> receivers. A
 *            message is a block of its own and goes when it is received: a
 *            channel holds nothing of what passed through it. An end may be
 *            cloned; what a mapped sender sends is changed on its way.
 * Ownership: an end owns its part of the channel and is dropped by its
 *            holder. A message owns its item. When the last receiver goes,
 *            so do all messages; the channel itself goes with its last end.
 * Threads:   all calls from any thread, each end in one hand at a time.
 *            Items are dropped, waiters woken and maps called outside of
 *            the channel's lock. One waits at a time.
 * Errors:    -ENOMEM; -EPIPE: the other side is gone; -EAGAIN: empty.
 * Source:    Rust's crossbeam and futures channels, in our own words.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_CHANNEL_H
#define OL_RUNTIME_CRUX_CHANNEL_H

#include <stdint.h>

#include "reference-runtime/core/future.h"

/* What is sent: an object, a waker, a number, or some of each. */
struct rt_crux_item {
    struct rt_object *object; /* owner; NULL: none */
    struct rt_waker waker;    /* owner */
    intptr_t value;
};

/* Gives back what the item owns, and empties it. */
void rt_crux_item_drop(struct rt_crux_item *item);

/* Turns what is sent into what is received; takes the one, gives the other. */
struct rt_crux_map {
    struct rt_crux_item (*run)(void *env, struct rt_crux_item item);
    void *env; /* borrowed; has to outlive the senders */
};

struct rt_crux_channel;
struct rt_crux_mapping;

/* All zero: none. */
struct rt_crux_sender {
    struct rt_crux_channel *channel; /* owner of one sender's part */
    struct rt_crux_mapping *mapping; /* owner; NULL: sends things as they are */
};

struct rt_crux_receiver {
    struct rt_crux_channel *channel; /* owner of one receiver's part */
};

/* Makes a channel and stores its first two ends. Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_channel_open(
    struct rt_crux_sender *sender_out, struct rt_crux_receiver *receiver_out);

/* ---- Senders ---- */

/* Returns one more sender. */
OL_MUST_USE struct rt_crux_sender rt_crux_sender_clone(
    const struct rt_crux_sender *sender);

/* Stores one more sender, for what `map` turns into items of this one.
 * Returns 0 or -ENOMEM. */
OL_MUST_USE int rt_crux_sender_map(const struct rt_crux_sender *sender,
    struct rt_crux_map map, struct rt_crux_sender *out);

/* Sends; the item is taken, and dropped on failure. Returns 0, -EPIPE or
 * -ENOMEM. */
OL_MUST_USE int rt_crux_sender_send(
    const struct rt_crux_sender *sender, struct rt_crux_item item);

/* Gives the end back and leaves none; none is fine. After the last one, who
 * waits to receive is woken. */
void rt_crux_sender_drop(struct rt_crux_sender *sender);

/* Visits what the sender points at, on behalf of its holder. */
void rt_crux_sender_each_edge(const struct rt_crux_sender *sender,
    const struct rt_object *from, rt_object_edge_fn visit, void *env);

/* ---- Receivers ---- */

/* Returns one more receiver. */
OL_MUST_USE struct rt_crux_receiver rt_crux_receiver_clone(
    const struct rt_crux_receiver *receiver);

/* Takes the oldest item. Returns 0, -EAGAIN, or -EPIPE if none will come. */
OL_MUST_USE int rt_crux_receiver_take(
    const struct rt_crux_receiver *receiver, struct rt_crux_item *out);

/* As take, but where that would be -EAGAIN returns RT_PENDING, and wakes
 * `waker`, in place of the one before, when it is worth another look. Stores
 * what take returned. */
OL_MUST_USE enum rt_poll rt_crux_receiver_poll(
    const struct rt_crux_receiver *receiver, const struct rt_waker *waker,
    struct rt_crux_item *out, int *err_out);

/* Returns how many items can be taken. */
size_t rt_crux_receiver_count(const struct rt_crux_receiver *receiver);

/* Gives the end back and leaves none; none is fine. After the last one, all
 * messages are dropped. */
void rt_crux_receiver_drop(struct rt_crux_receiver *receiver);

/* Visits what the receiver points at, on behalf of its holder. */
void rt_crux_receiver_each_edge(const struct rt_crux_receiver *receiver,
    const struct rt_object *from, rt_object_edge_fn visit, void *env);

#endif
