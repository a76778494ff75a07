/* test_rt_proto_endpoint_mt.c - an endpoint that ends while it is in use.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <pthread.h>

#include "reference-runtime/protoactor/proto_loop.h"
#include "reference-runtime/protoactor/proto_read.h"
#include "tests/support/check.h"

enum {
    SENDERS = 8,
    ROUNDS = 20,
    MESSAGES = 200
};

struct scene {
    struct rt_proto_endpoint *endpoint;
    pthread_barrier_t start;
    atomic_long sent;
    atomic_long refused;
    atomic_long received;
    atomic_int next; /* sender; odd ones send with priority */
    int loop_status;
    int receiver_status;
};

static void send(struct scene *scene, bool has_priority)
{
    struct rt_proto_message *const message = rt_proto_message_create(1);
    const int err =
        rt_proto_endpoint_send(scene->endpoint, message, has_priority);
    if (err) rt_object_unref(&message->item.object);
    atomic_fetch_add(err ? &scene->refused : &scene->sent, 1);
}

static void *send_all(void *arg)
{
    struct scene *const scene = arg;
    const bool has_priority = atomic_fetch_add(&scene->next, 1) % 2;
    pthread_barrier_wait(&scene->start);
    for (int i = 0; i < MESSAGES; i++)
        send(scene, has_priority);
    return NULL;
}

static void *run_loop(void *arg)
{
    struct scene *const scene = arg;
    struct rt_future *const loop = rt_proto_loop_create(scene->endpoint);
    pthread_barrier_wait(&scene->start);
    scene->loop_status = rt_future_block_on(loop);
    rt_future_drop(loop);
    return NULL;
}

/* Returns the status of a read that is not 0, or 0 after a batch. */
static int receive(struct scene *scene)
{
    struct rt_future *const read =
        rt_proto_read(scene->endpoint->outgoing, NULL);
    const int status = rt_future_block_on(read);
    if (!status) {
        struct rt_proto_batch *const batch =
            (struct rt_proto_batch *)read->value;
        atomic_fetch_add(&scene->received, (long)batch->messages.count);
        rt_object_unref(&batch->item.object);
    }
    rt_future_drop(read);
    return status;
}

static void *receive_all(void *arg)
{
    struct scene *const scene = arg;
    int status = 0;
    pthread_barrier_wait(&scene->start);
    while (!status)
        status = receive(scene);
    scene->receiver_status = status;
    return NULL;
}

static void *dispose(void *arg)
{
    struct scene *const scene = arg;
    pthread_barrier_wait(&scene->start);
    while (atomic_load(&scene->sent) < SENDERS * MESSAGES / 4)
        sched_yield();
    rt_proto_endpoint_dispose(scene->endpoint);
    return NULL;
}

static void run_scene(struct scene *scene)
{
    static void *(*const services[])(void *) = {run_loop, receive_all, dispose};
    enum {
        SERVICES = sizeof services / sizeof services[0]
    };
    pthread_t threads[SENDERS + SERVICES];
    pthread_barrier_init(&scene->start, NULL, SENDERS + SERVICES);
    for (int i = 0; i < SENDERS + SERVICES; i++) {
        void *(*const body)(void *) = i < SERVICES ? services[i] : send_all;
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, body, scene), 0);
    }
    for (int i = 0; i < SENDERS + SERVICES; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&scene->start);
}

/* Every message is somewhere: delivered, lost with the last batch, rejected,
 * or forgotten in the priority channel. */
static void check(struct scene *scene)
{
    struct rt_proto_endpoint *const endpoint = scene->endpoint;
    const struct rt_proto_endpoint_counts counts =
        rt_proto_endpoint_counts(endpoint);
    const size_t rejected = rt_proto_endpoint_reject(endpoint);
    const struct rt_proto_channel_counts data =
        rt_proto_channel_counts(endpoint->data);
    const struct rt_proto_channel_counts priority =
        rt_proto_channel_counts(endpoint->priority);
    OL_CHECK_EQ(scene->loop_status, 0);
    OL_CHECK_EQ(scene->receiver_status, -EPIPE);
    OL_CHECK_EQ(scene->sent + scene->refused, SENDERS * MESSAGES);
    OL_CHECK_EQ(scene->received, counts.delivered);
    OL_CHECK_EQ(scene->sent,
        counts.delivered + counts.lost + rejected + priority.items);
    OL_CHECK_EQ(data.items, 0);
    OL_CHECK_EQ(data.pending + priority.pending, 0);
    OL_CHECK_EQ(rt_cancel_registrations(endpoint->source), 0);
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
    OL_CHECK_EQ(rt_object_live(RT_CONTINUATION), 0);
    OL_CHECK_EQ(rt_object_live(RT_PROMISE), 0);
}

static void end_in_use(const struct rt_proto_variant *variant)
{
    const struct rt_proto_endpoint_options options = {.variant = variant};
    for (int round = 0; round < ROUNDS; round++) {
        struct scene scene = {.endpoint = rt_proto_endpoint_create(&options)};
        OL_CHECK(scene.endpoint);
        run_scene(&scene);
        check(&scene);
        rt_proto_endpoint_unref(scene.endpoint);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

OL_CASE(an_endpoint_that_ends_in_use_accounts_for_every_message)
{
    for (size_t i = 0; rt_proto_variant_at(i); i++)
        end_in_use(rt_proto_variant_at(i));
}

OL_CASES_BEGIN
OL_CASES_ENTRY(an_endpoint_that_ends_in_use_accounts_for_every_message)
OL_CASES_END
