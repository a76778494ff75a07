/* test_rt_proto_memory.c - endpoints and channels when there is no memory: the
 * n-th allocation fails, n = 0, 1, … until none does, and nothing is left.
 *
 * Linked with --wrap for calloc, by which the runtime allocates.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdlib.h>

#include "reference-runtime/protoactor/proto_loop.h"
#include "reference-runtime/protoactor/proto_read.h"
#include "tests/support/check.h"

/* How many allocations go well before one fails; below 0: all do. */
static long until_failure = -1;
static bool has_failed;

static bool fails(void)
{
    if (until_failure < 0 || until_failure-- > 0) return false;
    has_failed = true;
    return true;
}

/* NOLINTBEGIN(readability-identifier-naming): the linker's names. */
void *__real_calloc(size_t count, size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}
/* NOLINTEND(readability-identifier-naming) */

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

static void run_endpoint(const struct rt_proto_variant *variant)
{
    const struct rt_proto_endpoint_options options = {.variant = variant};
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
    for (size_t i = 0; rt_proto_variant_at(i); i++) {
        long failures = 0;
        do {
            has_failed = false;
            until_failure = failures++;
            run_endpoint(rt_proto_variant_at(i));
            until_failure = -1;
            OL_CHECK_EQ(rt_object_live_all(), 0);
        } while (has_failed);
        OL_CHECK(failures > 25);
    }
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

static void run_reads(const char *kind)
{
    struct rt_proto_channel *const channel =
        rt_proto_channel_create(rt_proto_channel_kind_find(kind), 0);
    struct rt_cancel_source *const source = rt_cancel_create();
    if (channel && source) read_and_cancel(channel, source);
    rt_cancel_unref(source);
    rt_proto_channel_unref(channel);
}

OL_CASE(a_read_that_cannot_wait_says_so)
{
    static const char *const kinds[] = {"net9", "net10"};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        long failures = 0;
        do {
            has_failed = false;
            until_failure = failures++;
            run_reads(kinds[i]);
            until_failure = -1;
            OL_CHECK_EQ(rt_object_live_all(), 0);
        } while (has_failed);
        OL_CHECK(failures > 6);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(an_endpoint_ends_whichever_allocation_fails)
OL_CASES_ENTRY(a_read_that_cannot_wait_says_so)
OL_CASES_END
