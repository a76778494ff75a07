/* context.c - a tree of things that can be cancelled.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/context.h"

#include <pthread.h>

#include "base/list.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/core/wait_list.h"

/* What Go makes when someone first asks for the done channel. */
struct done {
    struct rt_object object;
    struct rt_wait_list waits; /* of wait.wait; guarded by the tree's mutex */
};

struct rt_context {
    struct rt_object object;
    struct rt_context *parent; /* owner; NULL in a root */
    struct rt_context *root;   /* borrowed: the parents hold it */
    pthread_mutex_t mutex;     /* a root's: guards all below, in all its tree */
    struct ol_list children;   /* each holds a reference to the child */
    struct ol_list sibling;    /* in the parent's children */
    struct done *done;         /* owner; NULL until somebody waits */
    atomic_int cause;          /* written under the lock, read without */
};

struct wait {
    struct rt_future future;
    struct rt_context *context; /* owner */
    struct rt_wait wait;        /* in the waits of its done object */
};

static const struct rt_object_field done_fields[] = {
    RT_OBJECT_FIELD(struct done, waits, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type done_type = {
    .kind = RT_DONE, .fields = done_fields};

static void lock_tree(const struct rt_context *context)
{
    pthread_mutex_lock(&context->root->mutex);
}

static void unlock_tree(const struct rt_context *context)
{
    pthread_mutex_unlock(&context->root->mutex);
}

static void drop(struct rt_object *object)
{
    struct rt_context *const context = (struct rt_context *)object;
    if (context->done) rt_object_unref(&context->done->object);
    if (context->root == context) pthread_mutex_destroy(&context->mutex);
    rt_context_unref(context->parent);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_context *const context = (const struct rt_context *)object;
    if (context->parent)
        visit(object, "parent", &context->parent->object, true, env);
    if (context->done) visit(object, "done", &context->done->object, true, env);
    OL_LIST_FOR_EACH(link, &context->children) {
        struct rt_context *const child =
            OL_LIST_ENTRY(link, struct rt_context, sibling);
        visit(object, "children", &child->object, true, env);
    }
}

static const struct rt_object_field context_fields[] = {
    RT_OBJECT_FIELD(struct rt_context, parent, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_context, root, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_context, children, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_context, sibling, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_context, done, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type context_type = {
    .kind = RT_CONTEXT,
    .fields = context_fields,
    .drop = drop,
    .each_edge = each_edge,
};

/* A parent that is cancelled already passes that on at once. */
static void join_parent(struct rt_context *child, struct rt_context *parent)
{
    child->parent = rt_context_ref(parent);
    child->root = parent->root;
    lock_tree(child);
    const int cause = rt_context_cause(parent);
    if (cause) {
        atomic_store_explicit(&child->cause, cause, memory_order_release);
    } else {
        rt_context_ref(child);
        ol_list_append(&parent->children, &child->sibling);
    }
    unlock_tree(child);
}

struct rt_context *rt_context_create(struct rt_context *parent)
{
    struct rt_context *const context =
        rt_object_create(&context_type, sizeof *context);
    if (!context) return NULL;

    ol_list_init(&context->children);
    ol_list_init(&context->sibling);
    context->root = context;
    if (parent) {
        join_parent(context, parent);
    } else {
        pthread_mutex_init(&context->mutex, NULL);
    }
    return context;
}

struct rt_context *rt_context_ref(struct rt_context *context)
{
    return rt_object_ref(&context->object);
}

void rt_context_unref(struct rt_context *context)
{
    if (context) rt_object_unref(&context->object);
}

const struct rt_object *rt_context_object(const struct rt_context *context)
{
    return &context->object;
}

/* Cancels the subtree level by level. The links, once taken out of the
 * children lists, gather in `cancelled`, which then owns a reference each. */
static void cancel_subtree(
    struct rt_context *top, int cause, struct ol_list *cancelled)
{
    ol_list_remove(&top->sibling);
    ol_list_append(cancelled, &top->sibling);
    OL_LIST_FOR_EACH(link, cancelled) {
        struct rt_context *const context =
            OL_LIST_ENTRY(link, struct rt_context, sibling);
        /* Release: pairs with rt_context_cause, which reads no lock. */
        atomic_store_explicit(&context->cause, cause, memory_order_release);
        ol_list_splice(cancelled, &context->children);
    }
}

/* Takes out the waker of who has waited longest. Returns whether there is
 * one: no more come once the context is cancelled. */
static bool take_wait(struct rt_context *context, struct rt_waker *out)
{
    lock_tree(context);
    struct rt_wait *const wait =
        context->done ? rt_wait_list_take(&context->done->waits) : NULL;
    if (wait) {
        *out = wait->waker;
        wait->waker = (struct rt_waker){0};
    }
    unlock_tree(context);
    return wait != NULL;
}

static void wake_all(struct rt_context *context)
{
    struct rt_waker waker = {0};
    while (take_wait(context, &waker))
        rt_waker_fire(&waker);
}

void rt_context_cancel(struct rt_context *context, int cause)
{
    struct ol_list cancelled;
    ol_list_init(&cancelled);

    lock_tree(context);
    if (rt_context_cause(context)) {
        unlock_tree(context);
        return;
    }
    /* A root is in no children list, whose reference we give back below. */
    if (!context->parent) rt_context_ref(context);
    cancel_subtree(context, cause, &cancelled);
    unlock_tree(context);

    while (!ol_list_is_empty(&cancelled)) {
        struct rt_context *const gone =
            OL_LIST_ENTRY(cancelled.next, struct rt_context, sibling);
        ol_list_remove(&gone->sibling);
        wake_all(gone);
        rt_object_end(&gone->object, "cancelled");
        rt_context_unref(gone);
    }
}

int rt_context_cause(const struct rt_context *context)
{
    /* Acquire: pairs with the release in cancel_subtree. */
    return atomic_load_explicit(&context->cause, memory_order_acquire);
}

/* ---- To wait for it ---- */

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct wait *const wait = (struct wait *)future;
    struct rt_context *const context = wait->context;
    struct rt_waker replaced = {0};
    lock_tree(context);
    const int cause = rt_context_cause(context);
    if (!cause)
        replaced = rt_wait_list_add(&context->done->waits, &wait->wait, waker);
    unlock_tree(context);
    rt_waker_drop(&replaced);

    if (cause) return rt_future_finish(future, cause, 0);
    rt_task_waits(&context->object);
    return RT_PENDING;
}

static void drop_wait(struct rt_object *object)
{
    struct wait *const wait = (struct wait *)object;
    rt_wait_leave(&wait->wait, &wait->context->root->mutex);
    rt_context_unref(wait->context);
}

static void each_edge_of_wait(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct wait *const wait = (const struct wait *)object;
    visit(object, "context", &wait->context->object, true, env);
    rt_waker_each_edge(&wait->wait.waker, object, "wait.waker", visit, env);
}

static const struct rt_object_field wait_fields[] = {
    RT_OBJECT_FIELD(struct wait, context, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct wait, wait.link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct wait, wait.list, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct wait, wait.waker.data, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type wait_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = wait_fields,
            .drop = drop_wait,
            .each_edge = each_edge_of_wait,
        },
    .poll = poll,
};

struct rt_future *rt_context_done(struct rt_context *context)
{
    lock_tree(context);
    if (!context->done) {
        context->done = rt_object_create(&done_type, sizeof *context->done);
        if (context->done) rt_wait_list_init(&context->done->waits);
    }
    const bool has_done = context->done != NULL;
    unlock_tree(context);
    if (!has_done) return NULL;

    struct wait *const wait = rt_future_create(&wait_type, sizeof *wait);
    if (!wait) return NULL;

    wait->context = rt_context_ref(context);
    rt_wait_init(&wait->wait);
    return &wait->future;
}
