/* pond_queue.c - the tasks of a pool that no worker has taken yet.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_queue.h"

#include <errno.h>

/* Upstream's sizes of the buffer's first node and of the largest. */
enum {
    FIRST_NODE = 1024,
    LARGEST_NODE = 100 * 1024
};

static bool dispatches(const struct rt_pond *pond)
{
    return pond->options.variant->dispatches;
}

static int init_dispatcher(struct rt_pond *pond, rt_pond_deliver_fn deliver)
{
    const size_t length = pond->options.max_workers < RT_POND_LARGEST_BATCH
                              ? pond->options.max_workers
                              : RT_POND_LARGEST_BATCH;
    int err = rt_pond_ring_init(&pond->ring, length);
    if (err) return err;
    err = rt_pond_dispatcher_create(length, deliver, pond, &pond->dispatcher);
    if (err && rt_pond_ring_deinit(&pond->ring) != 0) return -EBUSY;
    return err;
}

int rt_pond_queue_init(struct rt_pond *pond, rt_pond_deliver_fn deliver)
{
    if (dispatches(pond)) return init_dispatcher(pond, deliver);
    return rt_pond_buffer_init(&pond->buffer, FIRST_NODE, LARGEST_NODE,
        pond->options.variant->clears_slots);
}

void rt_pond_queue_close(struct rt_pond *pond)
{
    if (pond->dispatcher) rt_pond_dispatcher_close_and_wait(pond->dispatcher);
}

int rt_pond_queue_deinit(struct rt_pond *pond)
{
    if (rt_pond_queue_waiting(pond) > 0) return -EBUSY;
    rt_pond_buffer_deinit(&pond->buffer);
    int err = rt_pond_ring_deinit(&pond->ring);
    if (!err) err = rt_pond_dispatcher_destroy(pond->dispatcher);
    if (!err) pond->dispatcher = NULL;
    return err;
}

int rt_pond_queue_put(struct rt_pond *pond, struct rt_pond_closure *closure)
{
    if (!dispatches(pond)) return rt_pond_buffer_write(&pond->buffer, closure);
    const int err = rt_pond_dispatcher_write(pond->dispatcher, closure);
    if (!err) pond->moving++;
    return err;
}

struct rt_pond_closure *rt_pond_queue_take(
    struct rt_pond *pond, struct rt_object **passed_out)
{
    if (!dispatches(pond))
        return rt_pond_buffer_read(&pond->buffer, passed_out);
    *passed_out = NULL;
    return rt_pond_ring_take(&pond->ring);
}

uint64_t rt_pond_queue_waiting(const struct rt_pond *pond)
{
    return rt_pond_buffer_pending(&pond->buffer) + pond->moving +
           pond->ring.count;
}

static void count_dispatcher(struct rt_pond *pond, struct rt_pond_counts *out)
{
    const struct rt_pond_dispatcher_counts counts =
        rt_pond_dispatcher_counts(pond->dispatcher);
    out->queued = counts.written;
    out->dead_slots = counts.dead_slots;
    out->nodes = counts.nodes;
}

void rt_pond_queue_count(struct rt_pond *pond, struct rt_pond_counts *out)
{
    out->waiting = rt_pond_queue_waiting(pond);
    if (pond->dispatcher) {
        count_dispatcher(pond, out);
        return;
    }
    out->queued = pond->buffer.written;
    out->dead_slots = rt_pond_buffer_dead(&pond->buffer);
    out->nodes = rt_pond_buffer_nodes(&pond->buffer);
}

void rt_pond_queue_each_edge(
    const struct rt_pond *pond, rt_object_edge_fn visit, void *env)
{
    if (pond->dispatcher) {
        rt_pond_dispatcher_each_edge(
            pond->dispatcher, &pond->object, visit, env);
    } else {
        rt_pond_buffer_each_edge(&pond->buffer, &pond->object, visit, env);
    }
}
