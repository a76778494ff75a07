/* test_rt_proto_wakes.c - those who look at the channel that wakes them.
 *
 * A channel, or a source, that called them under its lock would never get any
 * further.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "tests/runtime/rt_proto_fixture.h"
#include "tests/support/check.h"

static const char *const kinds[] = {"net9", "net10", "single-reader"};

enum {
    KINDS = sizeof kinds / sizeof kinds[0]
};

struct nosy {
    struct rt_proto_channel *channel;
    struct rt_cancel_source *source;
    struct rt_proto_wait wait;
    struct rt_proto_channel_counts seen;
    int wakes;
};

static void *clone(void *data)
{
    return data;
}

static void wake(void *data)
{
    struct nosy *const nosy = data;
    nosy->wakes++;
    nosy->seen = rt_proto_channel_counts(nosy->channel);
    (void)rt_cancel_registrations(nosy->source);
}

static void drop(void *data)
{
    wake(data);
    ((struct nosy *)data)->wakes--;
}

static const struct rt_waker_type nosy_type = {
    .clone = clone, .wake = wake, .drop = drop};

static void listen(struct nosy *nosy)
{
    const struct rt_waker waker = {&nosy_type, nosy};
    OL_CHECK_EQ(rt_proto_wait_listen(&nosy->wait, &waker), 0);
    OL_CHECK_EQ(nosy->wakes, 0);
}

static struct nosy make(struct rt_proto_channel *channel)
{
    OL_CHECK(channel);
    return (struct nosy){.channel = channel, .source = rt_cancel_create()};
}

static void unmake(struct nosy *nosy, int result)
{
    OL_CHECK_EQ(nosy->wakes, 1);
    OL_CHECK_EQ(rt_proto_wait_result(&nosy->wait), result);
    rt_proto_wait_drop(&nosy->wait);
    rt_proto_channel_unref(nosy->channel);
    rt_cancel_unref(nosy->source);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static struct nosy make_reader(const char *kind)
{
    struct nosy nosy = make(rt_proto_fixture_channel(kind));
    nosy.wait = rt_proto_channel_wait_to_read(nosy.channel, nosy.source);
    return nosy;
}

/* Waits for room in a channel of one place. */
static struct nosy make_writer(const char *kind)
{
    struct nosy nosy =
        make(rt_proto_channel_create(rt_proto_channel_kind_find(kind), 1));
    rt_proto_fixture_write(nosy.channel, 1);
    nosy.wait = rt_proto_channel_wait_to_write(nosy.channel, nosy.source);
    return nosy;
}

OL_CASE(a_reader_may_look_when_it_is_written_to)
{
    for (int i = 0; i < KINDS; i++) {
        struct nosy nosy = make_reader(kinds[i]);
        listen(&nosy);
        rt_proto_fixture_write(nosy.channel, 1);
        OL_CHECK_EQ(nosy.seen.items, 1);
        unmake(&nosy, 1);
    }
}

OL_CASE(a_writer_may_look_when_there_is_room)
{
    for (int i = 0; i < KINDS; i++) {
        struct nosy nosy = make_writer(kinds[i]);
        listen(&nosy);
        OL_CHECK_EQ(rt_proto_fixture_read(nosy.channel), 1);
        OL_CHECK_EQ(nosy.seen.items, 0);
        unmake(&nosy, 1);
    }
}

OL_CASE(both_may_look_when_the_channel_is_completed)
{
    for (int i = 0; i < KINDS; i++) {
        struct nosy reader = make_reader(kinds[i]);
        listen(&reader);
        OL_CHECK(rt_proto_channel_complete(reader.channel, -EIO));
        unmake(&reader, -EIO);
        struct nosy writer = make_writer(kinds[i]);
        listen(&writer);
        OL_CHECK(rt_proto_channel_complete(writer.channel, -EIO));
        unmake(&writer, -EIO);
    }
}

OL_CASE(both_may_look_when_they_are_cancelled)
{
    for (int i = 0; i < KINDS; i++) {
        struct nosy reader = make_reader(kinds[i]);
        listen(&reader);
        rt_cancel_request(reader.source);
        unmake(&reader, -ECANCELED);
        struct nosy writer = make_writer(kinds[i]);
        listen(&writer);
        rt_cancel_request(writer.source);
        unmake(&writer, -ECANCELED);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_reader_may_look_when_it_is_written_to)
OL_CASES_ENTRY(a_writer_may_look_when_there_is_room)
OL_CASES_ENTRY(both_may_look_when_the_channel_is_completed)
OL_CASES_ENTRY(both_may_look_when_they_are_cancelled)
OL_CASES_END
