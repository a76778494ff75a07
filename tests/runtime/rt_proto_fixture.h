/* rt_proto_fixture.h - channels and messages that the tests share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_RT_PROTO_FIXTURE_H
#define OL_TESTS_RT_PROTO_FIXTURE_H

#include "reference-runtime/protoactor/proto_channel.h"

/* Returns an unbounded channel of that kind, or ends the test program. */
struct rt_proto_channel *rt_proto_fixture_channel(const char *kind);

/* Writes a message of that value. Returns what the channel returns. */
int rt_proto_fixture_try_write(struct rt_proto_channel *channel, int value);

/* The same where it has to succeed, or else ends the test program. */
void rt_proto_fixture_write(struct rt_proto_channel *channel, int value);

/* Reads a message. Returns its value, or -1 if there is none. */
int rt_proto_fixture_read(struct rt_proto_channel *channel);

/* Counts how often it is woken, and how many wakers it has. */
struct rt_proto_fixture_bell {
    atomic_int rung;
    atomic_int clones;
};

/* Returns the bell's waker, which is not counted. */
struct rt_waker rt_proto_fixture_waker(struct rt_proto_fixture_bell *bell);

#endif
