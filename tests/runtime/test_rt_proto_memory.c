/* test_rt_proto_memory.c - endpoints and channels when there is no memory: the
 * n-th allocation fails, n = 0, 1, … until none does, and nothing is left.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/protoactor/proto_loop.h"
#include "reference-runtime/protoactor/proto_read.h"
#include "tests/runtime/rt_no_memory.h"
#include "tests/support/check.h"

static const struct rt_waker nobody;

/* ---- An endpoint ---- */

static void send(struct rt_proto_endpoint *endpoint, bool has_priority)
{
    struct rt_proto_message *const message = rt_proto_message_create(1);
    if (!message) return;
    if (rt_proto_endpoint_send(endpoint, message, has_priority))
        rt_object_unref(&message->item.object);
}

/* Lets the loop run, if it is not over, and takes what it has sent. */
static void step(struct rt_proto_endpoint *endpoint, struct rt_future *loop)
{
    struct rt_proto_batch *batch = NULL;
    do {
        if (loop->state == RT_PENDING &&
            rt_future_poll(loop, &nobody) == RT_READY && loop->status)
            OL_CHECK_EQ(loop->status, -ENOMEM);
        batch = rt_proto_endpoint_take(endpoint);
        if (batch) rt_object_unref(&batch->item.object);
    } while (batch);
}

static void use(struct rt_proto_endpoint *endpoint, struct rt_future *loop)
{
    step(endpoint, loop);
    for (int i = 0; i < 3; i++) {
        send(endpoint, false);
        step(endpoint, loop);
    }
    send(endpoint, true);
    step(endpoint, loop);
    send(endpoint, false);
    rt_proto_endpoint_dispose(endpoint);
    step(endpoint, loop);
    OL_CHECK_EQ(loop->state, RT_READY);
}

static void run_endpoint(void *env)
{
    const struct rt_proto_variant *const *const variant = env;
    const struct rt_proto_endpoint_options options = {.variant = *variant};
    struct rt_proto_endpoint *const endpoint =
        rt_proto_endpoint_create(&options);
    if (!endpoint) return;
    struct rt_future *const loop = rt_proto_loop_create(endpoint);
    if (loop) use(endpoint, loop);
    rt_future_drop(loop);
    rt_proto_endpoint_unref(endpoint);
}

OL_CASE(an_endpoint_ends_whichever_allocation_fails)
{
    const struct rt_proto_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_proto_variant_at(i)); i++)
        OL_CHECK(rt_no_memory_each(run_endpoint, &variant) > 24);
}

/* ---- Reads ---- */

/* Returns how many are waiting. */
static size_t poll_both(struct rt_future *first, struct rt_future *second)
{
    struct rt_future *const reads[] = {first, second};
    size_t waiting = 0;
    for (int i = 0; i < 2; i++) {
        if (!reads[i]) continue;
        if (rt_future_poll(reads[i], &nobody) == RT_PENDING) {
            waiting++;
        } else {
            OL_CHECK_EQ(reads[i]->status, -ENOMEM);
        }
    }
    return waiting;
}

static void read_and_cancel(
    struct rt_proto_channel *channel, struct rt_cancel_source *source)
{
    struct rt_future *const first = rt_proto_read(channel, source);
    struct rt_future *const second = rt_proto_read(channel, NULL);
    /* Who could not wait is not in the ring. */
    const size_t waiting = poll_both(first, second);
    const struct rt_proto_channel_counts counts =
        rt_proto_channel_counts(channel);
    OL_CHECK_EQ(counts.pending, waiting);
    OL_CHECK_EQ(counts.waiters, waiting);
    rt_cancel_request(source);
    rt_future_drop(first);
    rt_future_drop(second);
}

static void run_reads(void *env)
{
    const char *const *const kind = env;
    struct rt_proto_channel *const channel =
        rt_proto_channel_create(rt_proto_channel_kind_find(*kind), 0);
    struct rt_cancel_source *const source = rt_cancel_create();
    if (channel && source) read_and_cancel(channel, source);
    rt_cancel_unref(source);
    rt_proto_channel_unref(channel);
}

OL_CASE(a_read_that_cannot_wait_says_so)
{
    const char *kind = "net9";
    OL_CHECK(rt_no_memory_each(run_reads, &kind) > 5);
    kind = "net10";
    OL_CHECK(rt_no_memory_each(run_reads, &kind) > 5);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(an_endpoint_ends_whichever_allocation_fails)
OL_CASES_ENTRY(a_read_that_cannot_wait_says_so)
OL_CASES_END
