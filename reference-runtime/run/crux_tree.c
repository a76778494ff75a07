/* crux_tree.c - a future made of futures, which is polled more than it needs.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_tree.h"

struct node {
    struct rt_future future;
    atomic_long *done; /* borrowed */
    uint32_t random;   /* never 0 */
    size_t count;
    struct rt_future *child[]; /* owner; NULL: is done */
};

static void drop_node(struct rt_object *object)
{
    struct node *const node = (struct node *)object;
    for (size_t i = 0; i < node->count; i++)
        rt_future_drop(node->child[i]);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct node *const node = (const struct node *)object;
    for (size_t i = 0; i < node->count; i++) {
        if (node->child[i])
            visit(object, "child", &node->child[i]->object, true, env);
    }
}

/* Marsaglia's xorshift. */
static uint32_t next_random(struct node *node)
{
    node->random ^= node->random << 13;
    node->random ^= node->random >> 17;
    node->random ^= node->random << 5;
    return node->random;
}

/* Returns whether all are done. */
static bool poll_children(struct node *node, const struct rt_waker *waker)
{
    bool all = true;
    for (size_t i = 0; i < node->count; i++) {
        if (!node->child[i]) continue;
        if (rt_future_poll(node->child[i], waker) == RT_PENDING) {
            all = false;
            continue;
        }
        rt_future_drop(node->child[i]);
        node->child[i] = NULL;
    }
    return all;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct node *const node = (struct node *)future;
    if (next_random(node) % 10 == 0) {
        rt_waker_wake(waker);
        return RT_PENDING;
    }
    if (!poll_children(node, waker)) return RT_PENDING;
    if (node->count > 0) rt_waker_wake(waker);
    /* Relaxed: read when all is done and joined. */
    atomic_fetch_add_explicit(node->done, 1, memory_order_relaxed);
    return rt_future_finish(future, 0, 0);
}

static const struct rt_future_type node_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_node, .each_edge = each_edge},
    .poll = poll,
};

static struct node *make_node(size_t size, uint32_t seed, atomic_long *done)
{
    struct node *const node = rt_future_create(
        &node_type, sizeof *node + size * sizeof(struct rt_future *));
    if (!node) return NULL;
    node->done = done;
    node->random = seed | 1;
    node->count = size;
    return node;
}

/* Makes children from the first on, the path to where it is in `path`. What
 * is made hangs on the root at once. */
struct rt_future *rt_crux_tree(uint32_t seed, atomic_long *done)
{
    struct node *path[RT_CRUX_TREE_SIZE + 1];
    size_t made[RT_CRUX_TREE_SIZE + 1] = {0};
    size_t depth = 0;
    path[0] = make_node(RT_CRUX_TREE_SIZE, seed, done);
    if (!path[0]) return NULL;
    while (made[0] < path[0]->count || depth > 0) {
        struct node *const node = path[depth];
        if (made[depth] == node->count) {
            depth--;
            continue;
        }
        struct node *const child =
            make_node(node->count - 1, next_random(node), done);
        if (!child) goto fail_child;
        node->child[made[depth]++] = &child->future;
        path[++depth] = child;
        made[depth] = 0;
    }
    return &path[0]->future;

fail_child:
    rt_future_drop(&path[0]->future);
    return NULL;
}
