/* proto_loop.c - what runs in an endpoint.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_loop.h"

#include <errno.h>

#include "reference-runtime/protoactor/proto_reuse_waiter.h"

enum {
    DATA,
    PRIORITY,
    CHANNELS
};

/* Between two looks at the priority channel. */
enum {
    PRIORITY_EVERY = 10
};

struct loop {
    struct rt_future future;
    struct rt_proto_endpoint *endpoint; /* owner */
    bool is_writing;                    /* or else waiting */
    /* What it waits with: one of these, as the variant says. */
    struct rt_proto_wait wait; /* of the one channel; also for Outgoing */
    struct rt_proto_wait_task *pair[CHANNELS]; /* owner */
    struct rt_future *race;                    /* owner; of the pair */
    struct rt_proto_reuse_waiter waiter;
    bool has_wait;                /* `wait` is one */
    struct rt_proto_batch *batch; /* owner; gathered, not yet written */
};

/* ---- Waiting ---- */

static void count(atomic_size_t *counter, size_t more)
{
    atomic_fetch_add_explicit(counter, more, memory_order_relaxed);
}

static struct rt_proto_wait wait_for_data(void *env)
{
    struct rt_proto_endpoint *const endpoint = env;
    return rt_proto_channel_wait_to_read(endpoint->data, endpoint->source);
}

static struct rt_proto_wait wait_for_priority(void *env)
{
    struct rt_proto_endpoint *const endpoint = env;
    return rt_proto_channel_wait_to_read(endpoint->priority, endpoint->source);
}

static enum rt_poll poll_wait(
    struct loop *loop, const struct rt_waker *waker, int *result)
{
    if (rt_proto_wait_poll(&loop->wait, waker, result) == RT_PENDING)
        return RT_PENDING;
    loop->has_wait = false;
    return RT_READY;
}

/* 1.5.0: one wait at most. */
static enum rt_poll wait_for_one(
    struct loop *loop, const struct rt_waker *waker, int *result)
{
    if (!loop->has_wait) {
        count(&loop->endpoint->turns, 1);
        loop->wait = wait_for_data(loop->endpoint);
        loop->has_wait = true;
    }
    return poll_wait(loop, waker, result);
}

/* The task that is not over stays with its operation, which stays with the
 * channel and the source: nothing here remembers it. */
static void forget_pair(struct loop *loop)
{
    rt_future_drop(loop->race);
    loop->race = NULL;
    for (int i = 0; i < CHANNELS; i++) {
        rt_proto_wait_task_unref(loop->pair[i]);
        loop->pair[i] = NULL;
    }
}

static int begin_pair(struct loop *loop)
{
    struct rt_proto_endpoint *const endpoint = loop->endpoint;
    struct rt_proto_wait data = wait_for_data(endpoint);
    int err = rt_proto_wait_as_task(&data, &loop->pair[DATA]);
    if (err) return err;
    struct rt_proto_wait priority = wait_for_priority(endpoint);
    err = rt_proto_wait_as_task(&priority, &loop->pair[PRIORITY]);
    if (err) return err;
    loop->race = rt_proto_when_any(
        loop->pair, CHANNELS, endpoint->options.variant->keeps_losers);
    return loop->race ? 0 : -ENOMEM;
}

/* 1.6.0: a new pair a turn; what they come to is ignored. */
static enum rt_poll wait_for_pair(
    struct loop *loop, const struct rt_waker *waker, int *result)
{
    if (!loop->race) {
        count(&loop->endpoint->turns, 1);
        *result = begin_pair(loop);
        if (*result) return RT_READY;
    }
    if (rt_future_poll(loop->race, waker) == RT_PENDING) return RT_PENDING;
    forget_pair(loop);
    *result = 1;
    return RT_READY;
}

/* #2111: what is not over is waited for again. */
static enum rt_poll wait_with_reuse(
    struct loop *loop, const struct rt_waker *waker, int *result)
{
    if (!loop->waiter.race) count(&loop->endpoint->turns, 1);
    return rt_proto_reuse_waiter_poll(&loop->waiter, waker, result);
}

/* ---- Gathering ---- */

static bool take_one(struct loop *loop, struct rt_proto_channel *channel)
{
    struct rt_proto_item *const item = rt_proto_channel_read(channel);
    if (item) rt_proto_items_put(&loop->batch->messages, item);
    return item != NULL;
}

static bool is_full(const struct loop *loop)
{
    return loop->batch->messages.count >= loop->endpoint->options.batch;
}

/* Takes what there is, up to a batch. Returns 0 or -ENOMEM. */
static int gather(struct loop *loop)
{
    const struct rt_proto_endpoint *const endpoint = loop->endpoint;
    loop->batch = rt_proto_batch_create();
    if (!loop->batch) return -ENOMEM;
    for (size_t i = 0; !is_full(loop); i++) {
        bool has_any = false;
        if (i % PRIORITY_EVERY == 0)
            has_any = take_one(loop, endpoint->priority);
        if (is_full(loop)) break;
        has_any |= take_one(loop, endpoint->data);
        if (!has_any) break;
    }
    return 0;
}

/* ---- Writing ---- */

static void count_batch(struct rt_proto_endpoint *endpoint, size_t messages)
{
    count(&endpoint->batches, 1);
    count(&endpoint->delivered, messages);
    if (messages == 0) count(&endpoint->empty, 1);
}

/* Cancelling drops the batch and its messages: nobody is told. */
static void lose_batch(struct loop *loop)
{
    if (!loop->batch) return;
    count(&loop->endpoint->lost, loop->batch->messages.count);
    rt_proto_item_finish(&loop->batch->item, "lost");
    loop->batch = NULL;
}

static int try_write(struct loop *loop)
{
    struct rt_proto_endpoint *const endpoint = loop->endpoint;
    if (rt_cancel_is_requested(endpoint->source)) return -ECANCELED;
    const size_t messages = loop->batch->messages.count;
    const int err =
        rt_proto_channel_write(endpoint->outgoing, &loop->batch->item);
    if (err) return err;
    loop->batch = NULL;
    count_batch(endpoint, messages);
    return 0;
}

/* Writes the batch, or waits for room. */
static enum rt_poll write_batch(
    struct loop *loop, const struct rt_waker *waker, int *result)
{
    struct rt_proto_endpoint *const endpoint = loop->endpoint;
    for (;;) {
        if (!loop->has_wait) {
            *result = try_write(loop);
            if (*result != -EAGAIN) return RT_READY;
            loop->wait = rt_proto_channel_wait_to_write(
                endpoint->outgoing, endpoint->source);
            loop->has_wait = true;
        }
        if (poll_wait(loop, waker, result) == RT_PENDING) return RT_PENDING;
        if (*result < 0) return RT_READY;
    }
}

/* ---- The loop ---- */

static enum rt_poll wait_for_any(
    struct loop *loop, const struct rt_waker *waker, int *result)
{
    switch (loop->endpoint->options.variant->waits) {
    case RT_PROTO_WAITS_ONE:
        return wait_for_one(loop, waker, result);
    case RT_PROTO_WAITS_PAIR:
        return wait_for_pair(loop, waker, result);
    default:
        return wait_with_reuse(loop, waker, result);
    }
}

/* Waits and gathers. A wait that a later one has cancelled is as good as any
 * other, unless the endpoint is cancelled too: that is seen when the batch is
 * to be written. Returns whether it is over, and why. */
static enum rt_poll fill_batch(
    struct loop *loop, const struct rt_waker *waker, int *result)
{
    if (wait_for_any(loop, waker, result) == RT_PENDING) return RT_PENDING;
    const bool has_ended =
        *result == 0 &&
        loop->endpoint->options.variant->waits == RT_PROTO_WAITS_ONE;
    if (has_ended) *result = -ESHUTDOWN;
    const bool is_cancelled = *result == -ECANCELED;
    if (is_cancelled && !rt_cancel_is_requested(loop->endpoint->source))
        *result = 1;
    if (*result >= 0) *result = gather(loop);
    return RT_READY;
}

/* Goes through turns until it has to wait, or is over. */
static enum rt_poll run(
    struct loop *loop, const struct rt_waker *waker, int *result)
{
    for (;;) {
        if (!loop->is_writing) {
            if (fill_batch(loop, waker, result) == RT_PENDING)
                return RT_PENDING;
            if (*result) return RT_READY;
            loop->is_writing = true;
        }
        if (write_batch(loop, waker, result) == RT_PENDING) return RT_PENDING;
        loop->is_writing = false;
        if (*result) return RT_READY;
    }
}

/* Returns the object that will wake the loop. */
static const void *waited_for(const struct loop *loop)
{
    if (loop->has_wait) return loop->wait.op;
    return loop->race ? loop->race : loop->waiter.race;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct loop *const loop = (struct loop *)future;
    int result = 0;
    ol_woken(loop);
    ol_enter(loop->endpoint);
    const enum rt_poll state = run(loop, waker, &result);
    ol_leave(loop->endpoint);
    if (state == RT_PENDING) {
        ol_waits(loop, waited_for(loop));
        return RT_PENDING;
    }
    lose_batch(loop);
    rt_proto_channel_complete(loop->endpoint->outgoing, 0);
    return rt_future_finish(future, result == -ENOMEM ? result : 0, 0);
}

/* ---- Objects ---- */

static void drop(struct rt_object *object)
{
    struct loop *const loop = (struct loop *)object;
    forget_pair(loop);
    rt_proto_reuse_waiter_deinit(&loop->waiter);
    if (loop->has_wait) rt_proto_wait_drop(&loop->wait);
    lose_batch(loop);
    rt_proto_endpoint_unref(loop->endpoint);
}

static void visit_task(const struct rt_object *object, const char *field,
    const struct rt_proto_wait_task *task, rt_object_edge_fn visit, void *env)
{
    if (task) visit(object, field, rt_proto_wait_task_object(task), true, env);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct loop *const loop = (const struct loop *)object;
    visit(object, "endpoint", &loop->endpoint->object, true, env);
    for (int i = 0; i < CHANNELS; i++) {
        visit_task(object, "pair", loop->pair[i], visit, env);
        visit_task(object, "slots", loop->waiter.slots[i], visit, env);
    }
    const struct rt_future *const race =
        loop->race ? loop->race : loop->waiter.race;
    if (race) visit(object, "race", &race->object, true, env);
    if (loop->batch)
        visit(object, "batch", &loop->batch->item.object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct loop, endpoint, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct loop, wait.op, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct loop, pair[DATA], OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct loop, pair[PRIORITY], OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct loop, race, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct loop, waiter.slots[DATA], OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct loop, waiter.slots[PRIORITY], OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct loop, waiter.race, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct loop, batch, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_LOOP,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

struct rt_future *rt_proto_loop_create(struct rt_proto_endpoint *endpoint)
{
    struct loop *const loop = rt_future_create(&type, sizeof *loop);
    if (!loop) return NULL;
    loop->endpoint = rt_proto_endpoint_ref(endpoint);
    loop->waiter = (struct rt_proto_reuse_waiter){
        .factories = {{wait_for_data, endpoint}, {wait_for_priority, endpoint}},
        .count = CHANNELS,
        .keeps_losers = endpoint->options.variant->keeps_losers,
    };
    return &loop->future;
}
