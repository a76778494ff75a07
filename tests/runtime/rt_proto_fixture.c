/* rt_proto_fixture.c - channels and messages that the tests share.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_proto_fixture.h"

#include <stdio.h>
#include <stdlib.h>

struct rt_proto_channel *rt_proto_fixture_channel(const char *kind)
{
    struct rt_proto_channel *const channel =
        rt_proto_channel_create(rt_proto_channel_kind_find(kind), 0);
    if (channel) return channel;
    fprintf(stderr, "no channel of %s\n", kind);
    abort();
}

int rt_proto_fixture_try_write(struct rt_proto_channel *channel, int value)
{
    struct rt_proto_message *const message = rt_proto_message_create(value);
    if (!message) abort();
    const int err = rt_proto_channel_write(channel, &message->item);
    if (err) rt_object_unref(&message->item.object);
    return err;
}

void rt_proto_fixture_write(struct rt_proto_channel *channel, int value)
{
    if (rt_proto_fixture_try_write(channel, value) == 0) return;
    fprintf(stderr, "%d could not be written\n", value);
    abort();
}

int rt_proto_fixture_read(struct rt_proto_channel *channel)
{
    struct rt_proto_item *const item = rt_proto_channel_read(channel);
    if (!item) return -1;
    const int value = (int)((struct rt_proto_message *)item)->value;
    rt_object_unref(&item->object);
    return value;
}

/* ---- Bells ---- */

static void ring(void *data)
{
    struct rt_proto_fixture_bell *const bell = data;
    bell->rung++;
}

static void *clone(void *data)
{
    struct rt_proto_fixture_bell *const bell = data;
    bell->clones++;
    return bell;
}

static void drop(void *data)
{
    struct rt_proto_fixture_bell *const bell = data;
    bell->clones--;
}

static const struct rt_waker_type bell_type = {
    .wake = ring, .clone = clone, .drop = drop};

struct rt_waker rt_proto_fixture_waker(struct rt_proto_fixture_bell *bell)
{
    return (struct rt_waker){&bell_type, bell};
}
