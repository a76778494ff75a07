/* scope.c - what has to be given back, and when.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/scope.h"

#include <errno.h>
#include <pthread.h>

#include "base/list.h"
#include "include/outlive/outlive.h"

/* Guarded by the mutex of its scope while it is listed. */
struct rt_finalizer {
    struct rt_object object;
    struct ol_list link;
    struct rt_finalizer_fn fn;
};

struct rt_scope {
    struct rt_future closing;
    struct rt_scope *parent;       /* owner; NULL: none, or closed */
    struct rt_finalizer *as_child; /* owner; in the parent's finalizers */

    pthread_mutex_t mutex;
    struct ol_list finalizers; /* newest last; a reference each; guarded */
    size_t size;               /* guarded; more than 0: holds itself */
    bool is_closed;            /* guarded */
    int exit;                  /* guarded; constant once closed */

    /* Of whoever polls the closing. */
    struct rt_future *running; /* owner */
    int first_error;
};

/* ---- Finalizers ---- */

static void drop_fn(struct rt_finalizer_fn fn)
{
    if (fn.drop) fn.drop(fn.env);
}

static void drop_finalizer(struct rt_object *object)
{
    drop_fn(((struct rt_finalizer *)object)->fn);
}

static const struct rt_object_field finalizer_fields[] = {
    RT_OBJECT_FIELD(struct rt_finalizer, link, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_finalizer, fn.env, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type finalizer_type = {
    .kind = RT_FINALIZER,
    .fields = finalizer_fields,
    .drop = drop_finalizer,
};

static struct rt_future *run_fn(struct rt_finalizer_fn fn, int exit)
{
    struct rt_future *const rest = fn.run(fn.env, exit);
    drop_fn(fn);
    return rest;
}

void rt_finalizer_unref(struct rt_finalizer *finalizer)
{
    if (finalizer) rt_object_unref(&finalizer->object);
}

/* ---- Closing ---- */

/* Takes out the newest. Returns it with its reference, or NULL. */
static struct rt_finalizer *take_newest(struct rt_scope *scope)
{
    struct rt_finalizer *newest = NULL;
    pthread_mutex_lock(&scope->mutex);
    if (!ol_list_is_empty(&scope->finalizers)) {
        newest =
            OL_LIST_ENTRY(scope->finalizers.prev, struct rt_finalizer, link);
        ol_list_remove(&newest->link);
        scope->size--;
    }
    pthread_mutex_unlock(&scope->mutex);
    return newest;
}

/* Runs finalizers up to one that takes its time. Returns whether there is
 * one: it is in `running`. */
static bool run_next(struct rt_scope *scope)
{
    struct rt_finalizer *finalizer = NULL;
    while (!scope->running && (finalizer = take_newest(scope))) {
        const struct rt_finalizer_fn fn = finalizer->fn;
        /* Somebody may keep the record; what it held is run and gone. */
        finalizer->fn = (struct rt_finalizer_fn){0};
        scope->running = run_fn(fn, scope->exit);
        rt_object_end(&finalizer->object, "completed");
        rt_finalizer_unref(finalizer);
    }
    if (!scope->running) rt_object_end(&scope->closing.object, "completed");
    return scope->running != NULL;
}

static enum rt_poll poll_closing(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct rt_scope *const scope = (struct rt_scope *)future;
    do {
        if (rt_future_poll(scope->running, waker) == RT_PENDING)
            return RT_PENDING;
        if (!scope->first_error) scope->first_error = scope->running->status;
        rt_future_drop(scope->running);
        scope->running = NULL;
    } while (run_next(scope));
    return rt_future_finish(future, scope->first_error, 0);
}

/* Whatever is left is of a closing that was given up. */
static void drop_scope(struct rt_object *object)
{
    struct rt_scope *const scope = (struct rt_scope *)object;
    struct rt_finalizer *undone = NULL;
    while ((undone = take_newest(scope)))
        rt_finalizer_unref(undone);
    rt_future_drop(scope->running);
    pthread_mutex_destroy(&scope->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_scope *const scope = (const struct rt_scope *)object;
    if (scope->parent)
        visit(object, "parent", &scope->parent->closing.object, true, env);
    if (scope->as_child)
        visit(object, "as_child", &scope->as_child->object, true, env);
    if (scope->running)
        visit(object, "running", &scope->running->object, true, env);
    OL_LIST_FOR_EACH(link, &scope->finalizers) {
        const struct rt_finalizer *const finalizer =
            OL_LIST_ENTRY(link, struct rt_finalizer, link);
        visit(object, "finalizers", &finalizer->object, true, env);
    }
}

static const struct rt_object_field scope_fields[] = {
    RT_OBJECT_FIELD(struct rt_scope, parent, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_scope, as_child, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_scope, finalizers, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_scope, running, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type scope_type = {
    .object =
        {
            .kind = RT_SCOPE,
            .fields = scope_fields,
            .drop = drop_scope,
            .each_edge = each_edge,
        },
    .poll = poll_closing,
};

/* ---- Scopes ---- */

struct rt_scope *rt_scope_create(void)
{
    struct rt_scope *const scope = rt_future_create(&scope_type, sizeof *scope);
    if (!scope) return NULL;

    pthread_mutex_init(&scope->mutex, NULL);
    ol_list_init(&scope->finalizers);
    return scope;
}

static struct rt_future *close_child(void *env, int exit)
{
    return rt_scope_close(env, exit);
}

static void drop_child(void *env)
{
    rt_scope_unref(env);
}

struct rt_scope *rt_scope_fork(struct rt_scope *parent)
{
    struct rt_scope *const child = rt_scope_create();
    if (!child) return NULL;

    const struct rt_finalizer_fn fn = {
        .run = close_child,
        .drop = drop_child,
        .env = rt_scope_ref(child),
    };
    child->parent = rt_scope_ref(parent);
    const int err = rt_scope_add(parent, fn, &child->as_child);
    if (!err) return child;

    rt_scope_unref(parent);
    child->parent = NULL;
    rt_scope_unref(child);
    /* It has no finalizers: closing it is done at once. */
    const int exit = err == -ECANCELED ? rt_scope_exit(parent) : err;
    rt_future_drop(rt_scope_close(child, exit));
    if (err == -ECANCELED) return child;
    rt_scope_unref(child);
    return NULL;
}

struct rt_scope *rt_scope_ref(struct rt_scope *scope)
{
    return rt_object_ref(&scope->closing.object);
}

void rt_scope_unref(struct rt_scope *scope)
{
    if (scope) rt_object_unref(&scope->closing.object);
}

const struct rt_object *rt_scope_object(const struct rt_scope *scope)
{
    return &scope->closing.object;
}

bool rt_scope_is_open(struct rt_scope *scope)
{
    pthread_mutex_lock(&scope->mutex);
    const bool is_open = !scope->is_closed;
    pthread_mutex_unlock(&scope->mutex);
    return is_open;
}

size_t rt_scope_size(struct rt_scope *scope)
{
    pthread_mutex_lock(&scope->mutex);
    const size_t size = scope->size;
    pthread_mutex_unlock(&scope->mutex);
    return size;
}

int rt_scope_exit(struct rt_scope *scope)
{
    pthread_mutex_lock(&scope->mutex);
    const int exit = scope->exit;
    pthread_mutex_unlock(&scope->mutex);
    return exit;
}

/* ---- Adding ---- */

/* Lists a record, and takes over its reference. Returns whether the scope was
 * open. */
static bool list(struct rt_scope *scope, struct rt_finalizer *finalizer)
{
    pthread_mutex_lock(&scope->mutex);
    const bool is_open = !scope->is_closed;
    if (is_open) {
        if (scope->size++ == 0) rt_scope_ref(scope);
        ol_list_append(&scope->finalizers, &finalizer->link);
    }
    pthread_mutex_unlock(&scope->mutex);
    return is_open;
}

int rt_scope_add(struct rt_scope *scope, struct rt_finalizer_fn fn,
    struct rt_finalizer **out)
{
    struct rt_finalizer *const finalizer =
        rt_object_create(&finalizer_type, sizeof *finalizer);
    if (!finalizer) return -ENOMEM;

    ol_list_init(&finalizer->link);
    finalizer->fn = fn;
    /* Once listed it may be run at any time: `out` comes first. */
    if (out) *out = rt_object_ref(&finalizer->object);
    if (list(scope, finalizer)) return 0;

    finalizer->fn = (struct rt_finalizer_fn){0};
    if (out) {
        rt_finalizer_unref(*out);
        *out = NULL;
    }
    rt_finalizer_unref(finalizer);
    return -ECANCELED;
}

int rt_scope_add_or_run(struct rt_scope *scope, struct rt_finalizer_fn fn,
    struct rt_future **running)
{
    const int err = rt_scope_add(scope, fn, NULL);
    if (err == -ENOMEM) return err;

    *running = err ? run_fn(fn, rt_scope_exit(scope)) : NULL;
    return 0;
}

bool rt_scope_remove(struct rt_scope *scope, struct rt_finalizer *finalizer)
{
    pthread_mutex_lock(&scope->mutex);
    const bool was_there = !ol_list_is_empty(&finalizer->link);
    if (was_there) {
        ol_list_remove(&finalizer->link);
        scope->size--;
    }
    /* A closing keeps the reference of the scope to itself. */
    const bool lets_go = was_there && scope->size == 0 && !scope->is_closed;
    pthread_mutex_unlock(&scope->mutex);

    if (was_there) {
        rt_object_end(&finalizer->object, "cancelled");
        rt_finalizer_unref(finalizer);
    }
    rt_finalizer_unref(finalizer);
    if (lets_go) rt_scope_unref(scope);
    return was_there;
}

/* ---- To close ---- */

static void leave_parent(struct rt_scope *scope)
{
    struct rt_scope *const parent = scope->parent;
    struct rt_finalizer *const as_child = scope->as_child;
    if (!parent) return;

    scope->parent = NULL;
    scope->as_child = NULL;
    (void)rt_scope_remove(parent, as_child);
    rt_scope_unref(parent);
}

/* Returns whether there is something to run; who closes the scope first runs
 * it alone. */
static bool begin_closing(struct rt_scope *scope, int exit)
{
    pthread_mutex_lock(&scope->mutex);
    const bool is_first = !scope->is_closed;
    if (is_first) {
        scope->is_closed = true;
        scope->exit = exit;
    }
    const bool has_work = is_first && scope->size > 0;
    pthread_mutex_unlock(&scope->mutex);
    if (is_first) leave_parent(scope);
    return has_work;
}

struct rt_future *rt_scope_close(struct rt_scope *scope, int exit)
{
    if (!begin_closing(scope, exit)) return NULL;
    if (run_next(scope)) return &scope->closing;
    rt_scope_unref(scope);
    return NULL;
}
