/* context.c - a tree of things that can be cancelled.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/context.h"

#include <errno.h>
#include <pthread.h>

#include "include/outlive/outlive.h"

/* What Go makes when someone first asks for the done channel. */
struct done {
    struct rt_object object;
    struct ol_list watchers; /* of rt_context_watcher.link */
};

struct rt_context {
    struct rt_object object;
    struct rt_context *parent; /* owner; NULL in a root */
    struct rt_context *root;   /* borrowed: the parents hold it */
    pthread_mutex_t mutex;     /* a root's: guards all below, in all its tree */
    struct ol_list children;   /* each holds a reference to the child */
    struct ol_list sibling;    /* in the parent's children */
    struct done *done;         /* owner; NULL until watched */
    atomic_int cause;          /* written under the lock, read without */
};

static const struct rt_object_field done_fields[] = {
    RT_OBJECT_FIELD(struct done, watchers, OL_FIELD_WEAK),
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

static void tell_watchers(struct done *done)
{
    while (!ol_list_is_empty(&done->watchers)) {
        struct rt_context_watcher *const watcher =
            OL_LIST_ENTRY(done->watchers.next, struct rt_context_watcher, link);
        ol_list_remove(&watcher->link);
        watcher->cancelled(watcher->env);
    }
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
        if (context->done) tell_watchers(context->done);
        ol_list_splice(cancelled, &context->children);
    }
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
        rt_object_end(&gone->object, "cancelled");
        rt_context_unref(gone);
    }
}

int rt_context_cause(const struct rt_context *context)
{
    /* Acquire: pairs with the release in cancel_subtree. */
    return atomic_load_explicit(&context->cause, memory_order_acquire);
}

int rt_context_watch(
    struct rt_context *context, struct rt_context_watcher *watcher)
{
    int err = 0;
    ol_list_init(&watcher->link);
    lock_tree(context);
    if (!context->done) {
        context->done = rt_object_create(&done_type, sizeof *context->done);
        if (context->done) ol_list_init(&context->done->watchers);
    }
    if (!context->done) {
        err = -ENOMEM;
    } else if (rt_context_cause(context)) {
        watcher->cancelled(watcher->env);
    } else {
        ol_list_append(&context->done->watchers, &watcher->link);
    }
    unlock_tree(context);
    return err;
}

void rt_context_unwatch(
    struct rt_context *context, struct rt_context_watcher *watcher)
{
    lock_tree(context);
    ol_list_remove(&watcher->link);
    unlock_tree(context);
}
