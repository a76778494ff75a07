/* proto_wait_task.c - a wait as a task: others may continue when it is over.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_wait_task.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/core/step.h"

/* A continuation in the list of its task. */
struct node {
    struct rt_object object;
    struct node *next; /* owner */
    rt_proto_continue_fn run;
    struct rt_object *target; /* weak */
    struct rt_object *kept;   /* owner: the target, or NULL */
    size_t index;
};

struct rt_proto_wait_task {
    struct rt_object object;
    atomic_int result; /* set under the lock */
    pthread_mutex_t mutex;
    /* Guarded by mutex. */
    struct node *continuations; /* owner of the first */
    struct node *last;          /* borrowed */
    size_t count;
};

/* ---- Continuations ---- */

static void drop_node(struct rt_object *object)
{
    struct node *const node = (struct node *)object;
    rt_object_unref_weak(node->target);
    rt_object_unref(node->kept);
}

static void each_edge_of_node(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct node *const node = (const struct node *)object;
    visit(object, "target", node->target, false, env);
    if (node->kept) visit(object, "kept", node->kept, true, env);
    if (node->next) visit(object, "next", &node->next->object, true, env);
}

static const struct rt_object_field node_fields[] = {
    RT_OBJECT_FIELD(struct node, next, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct node, target, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct node, kept, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type node_type = {
    .kind = RT_CONTINUATION,
    .fields = node_fields,
    .drop = drop_node,
    .each_edge = each_edge_of_node,
};

static void run(const struct node *node)
{
    struct rt_object *const target = rt_object_upgrade(node->target);
    if (!target) return;
    node->run(target, node->index);
    rt_object_unref(target);
}

/* Lets go of a whole list, node by node; runs each if it is due. */
static void finish(struct node *node, bool is_due)
{
    while (node) {
        struct node *const next = node->next;
        node->next = NULL;
        if (is_due) run(node);
        rt_object_unref(&node->object);
        node = next;
    }
}

/* ---- Tasks ---- */

static void drop(struct rt_object *object)
{
    struct rt_proto_wait_task *const task = (struct rt_proto_wait_task *)object;
    finish(task->continuations, false);
    pthread_mutex_destroy(&task->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_proto_wait_task *const task =
        (const struct rt_proto_wait_task *)object;
    if (task->continuations)
        visit(object, "continuations", &task->continuations->object, true, env);
}

static const struct rt_object_field task_fields[] = {
    RT_OBJECT_FIELD(struct rt_proto_wait_task, continuations, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_proto_wait_task, last, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type task_type = {
    .kind = RT_WAIT_TASK,
    .fields = task_fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_proto_wait_task *rt_proto_wait_task_create(int result)
{
    struct rt_proto_wait_task *const task =
        rt_object_create(&task_type, sizeof *task);
    if (!task) return NULL;
    atomic_init(&task->result, result);
    pthread_mutex_init(&task->mutex, NULL);
    return task;
}

struct rt_proto_wait_task *rt_proto_wait_task_ref(
    struct rt_proto_wait_task *task)
{
    return rt_object_ref(&task->object);
}

void rt_proto_wait_task_unref(struct rt_proto_wait_task *task)
{
    if (task) rt_object_unref(&task->object);
}

const struct rt_object *rt_proto_wait_task_object(
    const struct rt_proto_wait_task *task)
{
    return &task->object;
}

int rt_proto_wait_task_result(const struct rt_proto_wait_task *task)
{
    /* Acquire: pairs with the release in complete. */
    return atomic_load_explicit(&task->result, memory_order_acquire);
}

void rt_proto_wait_task_complete(struct rt_proto_wait_task *task, int result)
{
    rt_step("wait-task-complete");
    pthread_mutex_lock(&task->mutex);
    atomic_store_explicit(&task->result, result, memory_order_release);
    struct node *const due = task->continuations;
    task->continuations = NULL;
    task->last = NULL;
    task->count = 0;
    pthread_mutex_unlock(&task->mutex);

    rt_object_end(
        &task->object, result == -ECANCELED ? "cancelled" : "completed");
    finish(due, true);
}

static void append(struct rt_proto_wait_task *task, struct node *node)
{
    if (task->last) {
        task->last->next = node;
    } else {
        task->continuations = node;
    }
    task->last = node;
    task->count++;
}

int rt_proto_wait_task_add(struct rt_proto_wait_task *task,
    const struct rt_proto_continuation *continuation)
{
    struct node *const node = rt_object_create(&node_type, sizeof *node);
    if (!node) return -ENOMEM;
    node->run = continuation->run;
    node->index = continuation->index;
    node->target = rt_object_ref_weak(continuation->target);
    if (continuation->keeps) node->kept = rt_object_ref(continuation->target);

    pthread_mutex_lock(&task->mutex);
    const bool is_over = rt_proto_wait_task_result(task) != -EINPROGRESS;
    if (!is_over) append(task, node);
    pthread_mutex_unlock(&task->mutex);
    if (!is_over) return 0;
    rt_object_unref(&node->object);
    return -EALREADY;
}

/* Returns the node, out of the list, or NULL. */
static struct node *unlink_node(
    struct rt_proto_wait_task *task, const struct rt_object *target)
{
    struct node *before = NULL;
    struct node *node = task->continuations;
    while (node && node->target != target) {
        before = node;
        node = node->next;
    }
    if (!node) return NULL;
    if (before) {
        before->next = node->next;
    } else {
        task->continuations = node->next;
    }
    if (task->last == node) task->last = before;
    task->count--;
    node->next = NULL;
    return node;
}

void rt_proto_wait_task_forget(
    struct rt_proto_wait_task *task, const struct rt_object *target)
{
    pthread_mutex_lock(&task->mutex);
    struct node *const node = unlink_node(task, target);
    pthread_mutex_unlock(&task->mutex);
    if (node) rt_object_unref(&node->object);
}

size_t rt_proto_wait_task_continuations(struct rt_proto_wait_task *task)
{
    pthread_mutex_lock(&task->mutex);
    const size_t count = task->count;
    pthread_mutex_unlock(&task->mutex);
    return count;
}
