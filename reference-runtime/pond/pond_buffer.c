/* pond_buffer.c - the queue of a pool: a linked list of growing arrays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_buffer.h"

#include <errno.h>

#include "base/checked.h"

/* 0 <= read <= written <= capacity */
struct rt_pond_node {
    struct rt_object object;
    struct rt_pond_node *next; /* owner */
    size_t capacity;
    size_t written;
    size_t read;
    struct rt_pond_closure *slots[]; /* owner of each that is not NULL */
};

static void drop(struct rt_object *object)
{
    struct rt_pond_node *const node = (struct rt_pond_node *)object;
    for (size_t i = 0; i < node->written; i++)
        rt_pond_closure_unref(node->slots[i]);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_pond_node *const node = (const struct rt_pond_node *)object;
    if (node->next) visit(object, "next", &node->next->object, true, env);
    for (size_t i = 0; i < node->written; i++) {
        if (node->slots[i])
            visit(object, "slots", &node->slots[i]->object, true, env);
    }
}

static const struct rt_object_field node_fields[] = {
    RT_OBJECT_FIELD(struct rt_pond_node, next, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_node, slots, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type node_type = {
    .kind = RT_NODE,
    .fields = node_fields,
    .drop = drop,
    .each_edge = each_edge,
};

static struct rt_pond_node *create_node(size_t capacity)
{
    size_t bytes = 0;
    if (!ol_checked_mul(capacity, sizeof(struct rt_pond_closure *), &bytes) ||
        !ol_checked_add(bytes, sizeof(struct rt_pond_node), &bytes))
        return NULL;
    struct rt_pond_node *const node = rt_object_create(&node_type, bytes);
    if (node) node->capacity = capacity;
    return node;
}

int rt_pond_buffer_init(struct rt_pond_buffer *buffer, size_t capacity,
    size_t max_capacity, bool clears_slots)
{
    struct rt_pond_node *const node = create_node(capacity);
    if (!node) return -ENOMEM;
    *buffer = (struct rt_pond_buffer){
        .reader = node,
        .writer = node,
        .max_capacity = max_capacity,
        .clears_slots = clears_slots,
    };
    return 0;
}

void rt_pond_buffer_deinit(struct rt_pond_buffer *buffer)
{
    struct rt_pond_node *node = buffer->reader;
    while (node) {
        struct rt_pond_node *const next = node->next;
        rt_object_unref(&node->object);
        node = next;
    }
    *buffer = (struct rt_pond_buffer){0};
}

/* Small nodes double; large ones grow by half. */
static size_t grown(size_t capacity, size_t max_capacity)
{
    const size_t next =
        capacity < 1024 ? 2 * capacity : capacity + capacity / 2;
    return next < max_capacity ? next : max_capacity;
}

int rt_pond_buffer_write(
    struct rt_pond_buffer *buffer, struct rt_pond_closure *closure)
{
    struct rt_pond_node *writer = buffer->writer;
    if (writer->written == writer->capacity) {
        writer = create_node(grown(writer->capacity, buffer->max_capacity));
        if (!writer) return -ENOMEM;
        buffer->writer->next = writer;
        buffer->writer = writer;
    }
    writer->slots[writer->written++] = closure;
    buffer->written++;
    return 0;
}

struct rt_pond_closure *rt_pond_buffer_read(
    struct rt_pond_buffer *buffer, struct rt_object **passed_out)
{
    struct rt_pond_node *node = buffer->reader;
    *passed_out = NULL;
    if (rt_pond_buffer_pending(buffer) == 0) return NULL;

    /* A next node is only ever made to be written to at once, so the step
     * leads to a pending closure and at most one node is passed. */
    if (node->read == node->capacity) {
        *passed_out = &node->object;
        node = node->next;
        buffer->reader = node;
    }
    struct rt_pond_closure *const closure = node->slots[node->read];
    if (buffer->clears_slots) {
        node->slots[node->read] = NULL;
    } else {
        rt_object_ref(&closure->object);
    }
    node->read++;
    buffer->read++;
    return closure;
}

uint64_t rt_pond_buffer_pending(const struct rt_pond_buffer *buffer)
{
    return buffer->written - buffer->read;
}

size_t rt_pond_buffer_dead(const struct rt_pond_buffer *buffer)
{
    size_t count = 0;
    const struct rt_pond_node *const node = buffer->reader;
    for (size_t i = 0; node && i < node->read; i++)
        count += node->slots[i] != NULL;
    return count;
}

size_t rt_pond_buffer_nodes(const struct rt_pond_buffer *buffer)
{
    size_t count = 0;
    for (const struct rt_pond_node *node = buffer->reader; node;
         node = node->next)
        count++;
    return count;
}

void rt_pond_buffer_each_edge(const struct rt_pond_buffer *buffer,
    const struct rt_object *holder, rt_object_edge_fn visit, void *env)
{
    if (buffer->reader)
        visit(holder, "buffer.reader", &buffer->reader->object, true, env);
}
