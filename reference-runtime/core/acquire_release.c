/* acquire_release.c - to have something only with its finalizer.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/acquire_release.h"

#include "reference-runtime/core/task.h"

/* What is held, and how it is given back: the env of the finalizer. */
struct lease {
    struct rt_object object;
    struct rt_release_fn release;
    intptr_t value;
};

struct acquiring {
    struct rt_future future;
    struct rt_scope *scope;    /* owner */
    struct rt_future *acquire; /* owner; NULL once done */
    struct lease *lease;       /* owner; NULL once in the scope */
    struct rt_future *release; /* owner; of a scope that is closed, or NULL */
    struct rt_task *masked;    /* borrowed: it polls this; NULL: not masked */
};

/* ---- The finalizer ---- */

static void drop_lease(struct rt_object *object)
{
    const struct rt_release_fn release = ((struct lease *)object)->release;
    if (release.drop) release.drop(release.env);
}

static const struct rt_object_field lease_fields[] = {
    RT_OBJECT_FIELD(struct lease, release.env, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type lease_type = {
    .kind = RT_LEASE,
    .fields = lease_fields,
    .drop = drop_lease,
};

static struct rt_future *release_lease(void *env, int exit)
{
    struct lease *const lease = env;
    rt_object_end(&lease->object, "released");
    return lease->release.run(lease->release.env, lease->value, exit);
}

static void unref_lease(void *env)
{
    rt_object_unref(&((struct lease *)env)->object);
}

/* ---- The future ---- */

/* A task that is left while it acquires, as by a race that another won, must
 * not stay masked. */
static void unmask(struct acquiring *acquiring)
{
    if (!acquiring->masked) return;
    rt_task_unmask(acquiring->masked);
    acquiring->masked = NULL;
}

static void mask(struct acquiring *acquiring)
{
    struct rt_task *const task = rt_task_current();
    if (acquiring->masked || !task) return;
    rt_task_mask(task);
    acquiring->masked = task;
}

/* Gives the lease to the scope; one that is closed has it released. */
static int lend(struct acquiring *acquiring)
{
    struct lease *const lease = acquiring->lease;
    const struct rt_finalizer_fn fn = {
        .run = release_lease,
        .drop = unref_lease,
        .env = lease,
    };
    acquiring->lease = NULL;
    const int err =
        rt_scope_add_or_run(acquiring->scope, fn, &acquiring->release);
    if (!err) return 0;

    /* No memory for the finalizer: then it is needed no longer. */
    acquiring->release = release_lease(lease, err);
    rt_object_unref(&lease->object);
    return err;
}

/* Returns RT_READY once what was acquired is lent, or has failed. */
static enum rt_poll acquire(
    struct acquiring *acquiring, const struct rt_waker *waker)
{
    struct rt_future *const work = acquiring->acquire;
    if (!work) return RT_READY;
    if (rt_future_poll(work, waker) == RT_PENDING) return RT_PENDING;

    acquiring->future.status = work->status;
    acquiring->future.value = work->value;
    if (work->status == 0) {
        acquiring->lease->value = work->value;
        acquiring->future.status = lend(acquiring);
    }
    rt_future_drop(work);
    acquiring->acquire = NULL;
    return RT_READY;
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct acquiring *const acquiring = (struct acquiring *)future;
    mask(acquiring);
    if (acquire(acquiring, waker) == RT_PENDING) return RT_PENDING;
    if (acquiring->release &&
        rt_future_poll(acquiring->release, waker) == RT_PENDING)
        return RT_PENDING;

    unmask(acquiring);
    return rt_future_finish(future, future->status, future->value);
}

static void drop(struct rt_object *object)
{
    struct acquiring *const acquiring = (struct acquiring *)object;
    rt_future_drop(acquiring->release);
    rt_future_drop(acquiring->acquire);
    if (acquiring->lease) rt_object_unref(&acquiring->lease->object);
    unmask(acquiring);
    rt_scope_unref(acquiring->scope);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct acquiring *const acquiring = (const struct acquiring *)object;
    visit(object, "scope", rt_scope_object(acquiring->scope), true, env);
    if (acquiring->acquire)
        visit(object, "acquire", &acquiring->acquire->object, true, env);
    if (acquiring->lease)
        visit(object, "lease", &acquiring->lease->object, true, env);
    if (acquiring->release)
        visit(object, "release", &acquiring->release->object, true, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(struct acquiring, scope, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct acquiring, acquire, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct acquiring, lease, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct acquiring, release, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct acquiring, masked, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_future_type type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = fields,
            .drop = drop,
            .each_edge = each_edge,
        },
    .poll = poll,
};

/* Takes release over. Returns NULL, and has dropped it, without memory. */
static struct lease *create_lease(struct rt_release_fn release)
{
    struct lease *const lease = rt_object_create(&lease_type, sizeof *lease);
    if (lease) lease->release = release;
    if (!lease && release.drop) release.drop(release.env);
    return lease;
}

struct rt_future *rt_acquire_release(struct rt_scope *scope,
    struct rt_future *acquire, struct rt_release_fn release)
{
    struct lease *const lease = create_lease(release);
    struct acquiring *const acquiring =
        acquire && lease ? rt_future_create(&type, sizeof *acquiring) : NULL;
    if (!acquiring) {
        if (lease) rt_object_unref(&lease->object);
        rt_future_drop(acquire);
        return NULL;
    }

    acquiring->scope = rt_scope_ref(scope);
    acquiring->acquire = acquire;
    acquiring->lease = lease;
    return &acquiring->future;
}
