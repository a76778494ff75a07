/* proto_ring.c - who waits on a channel, the oldest first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_ring.h"

#include <errno.h>

static struct rt_proto_wait_links *links(struct rt_proto_wait_op *op)
{
    return rt_proto_wait_op_links(op);
}

void rt_proto_ring_append(
    struct rt_proto_ring *ring, struct rt_proto_wait_op *op)
{
    struct rt_proto_wait_op *const tail = ring->tail ? ring->tail : op;
    struct rt_proto_wait_op *const head = ring->tail ? links(tail)->next : op;
    links(tail)->next = op;
    links(op)->next = head;
    links(op)->prev = tail;
    links(head)->prev = op;
    links(op)->ring = ring;
    links(op)->lap = ring->lap;
    ring->tail = rt_proto_wait_op_ref(op);
}

/* Ring and lap are written by append alone, so that they can be read while
 * somebody walks through what he has detached. */
bool rt_proto_ring_remove(
    struct rt_proto_ring *ring, struct rt_proto_wait_op *op)
{
    struct rt_proto_wait_links *const own = links(op);
    if (own->ring != ring || own->lap != ring->lap || !own->next) return false;

    links(own->prev)->next = own->next;
    links(own->next)->prev = own->prev;
    if (ring->tail == op) ring->tail = own->prev == op ? NULL : own->prev;
    own->next = NULL;
    own->prev = NULL;
    return true;
}

struct rt_proto_wait_op *rt_proto_ring_detach(struct rt_proto_ring *ring)
{
    struct rt_proto_wait_op *const tail = ring->tail;
    ring->tail = NULL;
    ring->lap++;
    return tail;
}

/* Takes the oldest out of what was detached. */
static struct rt_proto_wait_op *take(struct rt_proto_wait_op **tail)
{
    if (!*tail) return NULL;
    struct rt_proto_wait_op *const head = links(*tail)->next;
    struct rt_proto_wait_op *const next = links(head)->next;
    links(head)->next = NULL;
    links(head)->prev = NULL;
    if (head == *tail) {
        *tail = NULL;
    } else {
        links(*tail)->next = next;
    }
    return head;
}

void rt_proto_ring_complete(struct rt_proto_wait_op *tail, int result)
{
    struct rt_proto_wait_op *op = NULL;
    while ((op = take(&tail))) {
        rt_proto_wait_op_complete(op, result);
        rt_proto_wait_op_unref(op);
    }
}

size_t rt_proto_ring_abandon(struct rt_proto_wait_op *tail)
{
    size_t count = 0;
    struct rt_proto_wait_op *op = NULL;
    while ((op = take(&tail))) {
        count += rt_proto_wait_op_abandon(op);
        rt_proto_wait_op_unref(op);
    }
    return count;
}

size_t rt_proto_ring_count(const struct rt_proto_ring *ring, bool pending)
{
    if (!ring->tail) return 0;
    size_t count = 0;
    struct rt_proto_wait_op *op = ring->tail;
    do {
        count += !pending || rt_proto_wait_op_result(op) == -EINPROGRESS;
        op = links(op)->next;
    } while (op != ring->tail);
    return count;
}
