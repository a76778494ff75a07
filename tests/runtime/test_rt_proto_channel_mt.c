/* test_rt_proto_channel_mt.c - channels that many threads use at once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <pthread.h>

#include "reference-runtime/protoactor/proto_read.h"
#include "tests/runtime/rt_proto_fixture.h"
#include "tests/support/check.h"

enum {
    MOST = 10, /* readers or writers */
    ITEMS = 10000,
    PINGS = 100000,
    RACES = 100000,
    READERS = 8
};

/* ---- Readers and writers ---- */

struct exchange {
    struct rt_proto_channel *channel;
    atomic_int next; /* to be written, of ITEMS */
    atomic_int writers;
    atomic_long sum;
    atomic_long read;
    atomic_int failed;
};

static void *write_items(void *arg)
{
    struct exchange *const exchange = arg;
    int value = 0;
    while ((value = atomic_fetch_add(&exchange->next, 1)) < ITEMS)
        rt_proto_fixture_write(exchange->channel, value + 1);
    if (atomic_fetch_sub(&exchange->writers, 1) == 1)
        rt_proto_channel_complete(exchange->channel, 0);
    return NULL;
}

/* Returns the next value, or the negative status. */
static long read_next(
    struct rt_proto_channel *channel, struct rt_cancel_source *source)
{
    struct rt_future *const read = rt_proto_read(channel, source);
    const int status = rt_future_block_on(read);
    long value = status;
    if (!status) {
        struct rt_proto_message *const message =
            (struct rt_proto_message *)read->value;
        value = message->value;
        rt_object_unref(&message->item.object);
    }
    rt_future_drop(read);
    return value;
}

static void *read_items(void *arg)
{
    struct exchange *const exchange = arg;
    long value = 0;
    while ((value = read_next(exchange->channel, NULL)) > 0) {
        atomic_fetch_add(&exchange->sum, value);
        atomic_fetch_add(&exchange->read, 1);
    }
    if (value != -EPIPE) atomic_fetch_add(&exchange->failed, 1);
    return NULL;
}

static void exchange_items(const char *kind, int readers, int writers)
{
    struct exchange exchange = {
        .channel = rt_proto_fixture_channel(kind), .writers = writers};
    pthread_t threads[2 * MOST];
    for (int i = 0; i < readers + writers; i++) {
        OL_CHECK_EQ(pthread_create(&threads[i], NULL,
                        i < readers ? read_items : write_items, &exchange),
            0);
    }
    for (int i = 0; i < readers + writers; i++)
        pthread_join(threads[i], NULL);
    OL_CHECK_EQ(exchange.sum, (long)ITEMS * (ITEMS + 1) / 2);
    OL_CHECK_EQ(exchange.read, ITEMS);
    OL_CHECK_EQ(exchange.failed, 0);
    OL_CHECK_EQ(rt_proto_channel_status(exchange.channel), 0);
    rt_proto_channel_unref(exchange.channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(up_to_ten_readers_and_ten_writers_lose_nothing)
{
    for (int readers = 1; readers <= MOST; readers++)
        for (int writers = 1; writers <= MOST; writers++)
            exchange_items(readers % 2 ? "net9" : "net10", readers, writers);
}

OL_CASE(a_single_reader_gets_what_ten_writers_write)
{
    for (int writers = 1; writers <= MOST; writers++)
        exchange_items("single-reader", 1, writers);
}

static void *read_one(void *arg)
{
    struct exchange *const exchange = arg;
    const long value = read_next(exchange->channel, NULL);
    if (value < 0) atomic_fetch_add(&exchange->failed, 1);
    atomic_fetch_add(&exchange->sum, value);
    return NULL;
}

OL_CASE(concurrent_readers_each_get_one_item)
{
    struct exchange exchange = {.channel = rt_proto_fixture_channel("net9")};
    pthread_t threads[100];
    for (int i = 0; i < 100; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, read_one, &exchange), 0);
    for (int i = 0; i < 100; i++)
        rt_proto_fixture_write(exchange.channel, i + 1);
    for (int i = 0; i < 100; i++)
        pthread_join(threads[i], NULL);
    OL_CHECK_EQ(exchange.sum, 5050);
    OL_CHECK_EQ(exchange.failed, 0);
    OL_CHECK_EQ(rt_proto_channel_counts(exchange.channel).items, 0);
    rt_proto_channel_unref(exchange.channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Ping-pong ---- */

struct table {
    struct rt_proto_channel *there;
    struct rt_proto_channel *back;
};

static void *play_back(void *arg)
{
    const struct table *const table = arg;
    long value = 0;
    while ((value = read_next(table->there, NULL)) >= 0)
        rt_proto_fixture_write(table->back, (int)value);
    rt_proto_channel_complete(table->back, 0);
    return NULL;
}

OL_CASE(a_hundred_thousand_pings_come_back)
{
    struct table table = {
        rt_proto_fixture_channel("net9"), rt_proto_fixture_channel("net10")};
    pthread_t other;
    OL_CHECK_EQ(pthread_create(&other, NULL, play_back, &table), 0);
    for (int i = 0; i < PINGS; i++) {
        rt_proto_fixture_write(table.there, i);
        OL_CHECK_EQ(read_next(table.back, NULL), i);
    }
    rt_proto_channel_complete(table.there, 0);
    OL_CHECK_EQ(read_next(table.back, NULL), -EPIPE);
    pthread_join(other, NULL);
    rt_proto_channel_unref(table.there);
    rt_proto_channel_unref(table.back);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Races of two ---- */

struct race {
    struct rt_proto_channel *channels[RACES];
    pthread_barrier_t start;
    atomic_int reads;
};

static struct race race;

static void *complete_each(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&race.start);
    for (int i = 0; i < RACES; i++)
        rt_proto_channel_complete(race.channels[i], 0);
    return NULL;
}

static void *read_each(void *arg)
{
    (void)arg;
    pthread_barrier_wait(&race.start);
    for (int i = 0; i < RACES; i++)
        race.reads += rt_proto_fixture_read(race.channels[i]) == i % 100;
    return NULL;
}

OL_CASE(reading_the_last_item_and_completing_always_complete)
{
    pthread_t threads[2];
    pthread_barrier_init(&race.start, NULL, 2);
    for (int i = 0; i < RACES; i++) {
        race.channels[i] = rt_proto_fixture_channel("net9");
        rt_proto_fixture_write(race.channels[i], i % 100);
    }
    OL_CHECK_EQ(pthread_create(&threads[0], NULL, complete_each, NULL), 0);
    OL_CHECK_EQ(pthread_create(&threads[1], NULL, read_each, NULL), 0);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
    OL_CHECK_EQ(race.reads, RACES);
    for (int i = 0; i < RACES; i++) {
        OL_CHECK_EQ(rt_proto_channel_status(race.channels[i]), 0);
        rt_proto_channel_unref(race.channels[i]);
    }
    pthread_barrier_destroy(&race.start);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Cancelled reads ---- */

struct crowd {
    struct rt_proto_channel *channel;
    atomic_long read;
    atomic_long cancelled;
    atomic_long wrong;
    atomic_bool is_over;
};

static void *cancel_source(void *arg)
{
    rt_cancel_request(arg);
    return NULL;
}

/* Reads with a source that another thread cancels meanwhile. */
static void read_or_cancel(struct crowd *crowd)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    pthread_t canceller;
    if (pthread_create(&canceller, NULL, cancel_source, source)) return;
    const long value = read_next(crowd->channel, source);
    pthread_join(canceller, NULL);
    rt_cancel_unref(source);
    if (value >= 0) {
        crowd->read++;
    } else if (value == -ECANCELED) {
        crowd->cancelled++;
    } else {
        crowd->wrong++;
    }
}

static void *read_and_cancel(void *arg)
{
    struct crowd *const crowd = arg;
    for (int i = 0; i < 200; i++)
        read_or_cancel(crowd);
    return NULL;
}

static void *write_on(void *arg)
{
    struct crowd *const crowd = arg;
    long written = 0;
    while (!crowd->is_over && written < 20000) {
        rt_proto_fixture_write(crowd->channel, 1);
        written++;
    }
    return (void *)written;
}

static void cancel_reads(const char *kind)
{
    struct crowd crowd = {.channel = rt_proto_fixture_channel(kind)};
    pthread_t threads[READERS];
    pthread_t writer;
    void *written = NULL;
    for (int i = 0; i < READERS; i++) {
        OL_CHECK_EQ(
            pthread_create(&threads[i], NULL, read_and_cancel, &crowd), 0);
    }
    OL_CHECK_EQ(pthread_create(&writer, NULL, write_on, &crowd), 0);
    for (int i = 0; i < READERS; i++)
        pthread_join(threads[i], NULL);
    crowd.is_over = true;
    pthread_join(writer, &written);
    OL_CHECK_EQ(crowd.wrong, 0);
    OL_CHECK_EQ(crowd.read + crowd.cancelled, READERS * 200);
    const struct rt_proto_channel_counts counts =
        rt_proto_channel_counts(crowd.channel);
    OL_CHECK_EQ(counts.items + (size_t)crowd.read, (long)written);
    OL_CHECK_EQ(counts.pending, 0);
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
    rt_proto_channel_unref(crowd.channel);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(reads_that_are_cancelled_take_nothing)
{
    cancel_reads("net9");
    cancel_reads("net10");
}

OL_CASES_BEGIN
OL_CASES_ENTRY(up_to_ten_readers_and_ten_writers_lose_nothing)
OL_CASES_ENTRY(a_single_reader_gets_what_ten_writers_write)
OL_CASES_ENTRY(concurrent_readers_each_get_one_item)
OL_CASES_ENTRY(a_hundred_thousand_pings_come_back)
OL_CASES_ENTRY(reading_the_last_item_and_completing_always_complete)
OL_CASES_ENTRY(reads_that_are_cancelled_take_nothing)
OL_CASES_END
