/* proto_free.c - an endpoint whose threads nobody holds back.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/proto_free.h"

#include <errno.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/protoactor/proto_loop.h"

enum {
    MESSAGES = 20 /* a sender and round */
};

struct scene {
    struct rt_scheduler *scheduler;     /* owner */
    struct rt_proto_endpoint *endpoint; /* owner */
    struct rt_task *loop;               /* owner */
    struct rt_task *receiver;           /* owner */
    atomic_long received;
};

/* ---- What should be ---- */

static void expect(
    const struct rt_workload_config *config, struct rt_truth *out)
{
    const long sent = config->rounds * config->threads * MESSAGES;
    rt_truth_add(out, "delivered", sent);
    rt_truth_add(out, "received", sent);
    rt_truth_add(out, "turns_minus_batches", 1);
    rt_truth_add(out, "pending_data", 1);
    rt_truth_add(out, "idle_ring_minus_formula", 0);
    rt_truth_add(out, "ops_minus_formula", 0);
    rt_truth_add(out, "left_over", 0);
}

static const char *finding(const struct rt_workload_config *config)
{
    const struct rt_proto_variant *const variant =
        rt_proto_variant_find(config->variant);
    if (variant->waits == RT_PROTO_WAITS_PAIR || variant->keeps_losers)
        return "any; as many a round as there are batches";
    return "none";
}

/* Each turn of 1.6.0 has left a wait with the idle channel, unless the next
 * turn's has cancelled that; the source holds it then. */
static long idle_ring(const struct rt_proto_endpoint *endpoint, long turns)
{
    const struct rt_proto_variant *const variant = endpoint->options.variant;
    if (variant->waits == RT_PROTO_WAITS_ONE) return 0;
    if (variant->waits == RT_PROTO_WAITS_REUSED) return 1;
    return variant->channel->has_single_reader ? 1 : turns;
}

/* ---- Who sends ---- */

struct sender {
    struct rt_future future;
    struct rt_proto_endpoint *endpoint; /* borrowed */
};

static int send_one(struct rt_proto_endpoint *endpoint, intptr_t value)
{
    struct rt_proto_message *const message = rt_proto_message_create(value);
    if (!message) return -ENOMEM;
    const int err = rt_proto_endpoint_send(endpoint, message, false);
    if (err) rt_object_unref(&message->item.object);
    return err;
}

static enum rt_poll poll_sender(
    struct rt_future *future, const struct rt_waker *waker)
{
    const struct sender *const sender = (const struct sender *)future;
    int err = 0;
    (void)waker;
    for (int i = 0; i < MESSAGES && !err; i++)
        err = send_one(sender->endpoint, i);
    return rt_future_finish(future, err, 0);
}

static const struct rt_future_type sender_type = {
    .object = {.kind = RT_FUTURE},
    .poll = poll_sender,
};

/* ---- Who receives ---- */

struct receiver {
    struct rt_future future;
    struct scene *scene; /* borrowed */
    struct rt_proto_wait wait;
    bool has_wait;
};

static bool receive_one(struct scene *scene)
{
    struct rt_proto_batch *const batch =
        rt_proto_endpoint_take(scene->endpoint);
    if (!batch) return false;
    atomic_fetch_add(&scene->received, (long)batch->messages.count);
    rt_proto_item_finish(&batch->item, "sent");
    return true;
}

static enum rt_poll poll_receiver(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct receiver *const receiver = (struct receiver *)future;
    for (;;) {
        while (receive_one(receiver->scene))
            ;
        if (!receiver->has_wait) {
            receiver->wait = rt_proto_channel_wait_to_read(
                receiver->scene->endpoint->outgoing, NULL);
            receiver->has_wait = true;
        }
        int result = 0;
        if (rt_proto_wait_poll(&receiver->wait, waker, &result) == RT_PENDING)
            return RT_PENDING;
        receiver->has_wait = false;
        if (result <= 0) return rt_future_finish(future, result, 0);
    }
}

static void drop_receiver(struct rt_object *object)
{
    struct receiver *const receiver = (struct receiver *)object;
    if (receiver->has_wait) rt_proto_wait_drop(&receiver->wait);
}

static const struct rt_future_type receiver_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_receiver},
    .poll = poll_receiver,
};

/* ---- What is ---- */

static struct rt_task *spawn(struct scene *scene, struct rt_future *body)
{
    return body ? rt_task_spawn(scene->scheduler, body) : NULL;
}

static int open_scene(
    struct scene *scene, const struct rt_workload_config *config)
{
    const struct rt_proto_endpoint_options options = {
        .variant = rt_proto_variant_find(config->variant),
    };
    scene->scheduler = rt_scheduler_create((unsigned)config->threads);
    scene->endpoint = rt_proto_endpoint_create(&options);
    if (!scene->scheduler || !scene->endpoint) return -ENOMEM;
    scene->loop = spawn(scene, rt_proto_loop_create(scene->endpoint));
    struct receiver *const receiver =
        rt_future_create(&receiver_type, sizeof *receiver);
    if (!scene->loop || !receiver) return -ENOMEM;
    receiver->scene = scene;
    scene->receiver = spawn(scene, &receiver->future);
    return scene->receiver ? 0 : -ENOMEM;
}

static int close_scene(struct scene *scene)
{
    if (scene->endpoint) rt_proto_endpoint_dispose(scene->endpoint);
    if (scene->scheduler) rt_scheduler_run(scene->scheduler);
    rt_task_unref(scene->loop);
    rt_task_unref(scene->receiver);
    rt_proto_endpoint_unref(scene->endpoint);
    return scene->scheduler ? rt_scheduler_destroy(scene->scheduler) : 0;
}

OL_NOINLINE static int run_round(struct scene *scene, long senders)
{
    for (long i = 0; i < senders; i++) {
        struct sender *const sender =
            rt_future_create(&sender_type, sizeof *sender);
        if (!sender) return -ENOMEM;
        sender->endpoint = scene->endpoint;
        struct rt_task *const task = spawn(scene, &sender->future);
        if (!task) return -ENOMEM;
        rt_task_unref(task);
    }
    rt_scheduler_run(scene->scheduler);
    return 0;
}

static void state(struct scene *scene, struct rt_truth *out)
{
    struct rt_proto_endpoint *const endpoint = scene->endpoint;
    const struct rt_proto_endpoint_counts counts =
        rt_proto_endpoint_counts(endpoint);
    const struct rt_proto_channel_counts data =
        rt_proto_channel_counts(endpoint->data);
    const struct rt_proto_channel_counts outgoing =
        rt_proto_channel_counts(endpoint->outgoing);
    struct rt_proto_channel_counts idle = {0};
    if (endpoint->priority != endpoint->data)
        idle = rt_proto_channel_counts(endpoint->priority);
    const long rings = (long)(data.waiters + idle.waiters + outgoing.waiters);

    rt_truth_add(out, "delivered", (long)counts.delivered);
    rt_truth_add(out, "received", atomic_load(&scene->received));
    rt_truth_add(
        out, "turns_minus_batches", (long)(counts.turns - counts.batches));
    rt_truth_add(out, "pending_data", (long)data.pending);
    rt_truth_add(out, "idle_ring_minus_formula",
        (long)idle.waiters - idle_ring(endpoint, (long)counts.turns));
    rt_truth_add(out, "ops_minus_formula",
        rt_object_live(RT_WAIT_OP) - rings - (long)idle.abandoned);
}

static int run(const struct rt_workload_config *config, struct rt_truth *out)
{
    struct scene scene = {0};
    int err = open_scene(&scene, config);
    for (long round = 0; round < config->rounds && !err; round++) {
        err = run_round(&scene, config->threads);
        rt_stack_scrub();
        ol_mark("round");
    }
    if (!err) state(&scene, out);
    const int busy = close_scene(&scene);
    rt_truth_add(out, "left_over", rt_object_live_all());
    return err ? err : busy;
}

const struct rt_workload rt_workload_proto_free = {
    .name = "protoactor/free",
    .summary = "as protoactor/data, but the scheduler decides (#2110)",
    .round = "T senders of 20 messages each, on T threads",
    .variants = (const char *const[]){"1.6.0", "1.6.0-net10",
        "1.6.0-single-reader", "1.5.0", "pr2111", "pr2111-net10",
        "pr2111-single-reader", "pr2111-keep-loser", NULL},
    .rounds = 64,
    .threads = 8,
    .finding = finding,
    .expect = expect,
    .run = run,
};
