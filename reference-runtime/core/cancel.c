/* cancel.c - a source of cancellation, and who has registered to be told.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/cancel.h"

#include <errno.h>
#include <pthread.h>

#include "base/list.h"
#include "reference-runtime/core/step.h"

struct rt_cancel_source {
    struct rt_object object;
    atomic_bool is_requested;
    pthread_mutex_t mutex;
    pthread_cond_t returned; /* a callback has */
    /* Guarded by mutex, as are the links: a reference each, the newest last. */
    struct ol_list registrations;
    size_t count;
    /* Guarded by mutex: whose callback runs, and on which thread. */
    const struct rt_cancel_registration *running; /* borrowed */
    pthread_t runner;
};

struct rt_cancel_registration {
    struct rt_object object;
    struct rt_cancel_source *source; /* weak */
    struct ol_list link;
    rt_cancel_fn run;
    struct rt_object *target; /* owner while linked or running; then NULL */
};

/* ---- Registrations ---- */

/* Gives back what the list held: the target first, then the list's share. */
static void release(
    struct rt_cancel_registration *registration, const char *how)
{
    struct rt_object *const target = registration->target;
    registration->target = NULL;
    rt_object_end(&registration->object, how);
    rt_object_unref(target);
    rt_object_unref(&registration->object);
}

static void drop_registration(struct rt_object *object)
{
    struct rt_cancel_registration *const registration =
        (struct rt_cancel_registration *)object;
    rt_object_unref_weak((struct rt_object *)registration->source);
}

static void each_edge_of_registration(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_cancel_registration *const registration =
        (const struct rt_cancel_registration *)object;
    visit(object, "source", &registration->source->object, false, env);
    if (registration->target)
        visit(object, "target", registration->target, true, env);
}

static const struct rt_object_field registration_fields[] = {
    RT_OBJECT_FIELD(struct rt_cancel_registration, source, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_cancel_registration, link, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_cancel_registration, target, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type registration_type = {
    .kind = RT_REGISTRATION,
    .fields = registration_fields,
    .drop = drop_registration,
    .each_edge = each_edge_of_registration,
};

/* ---- Sources ---- */

static struct rt_cancel_registration *take_newest(
    struct rt_cancel_source *source)
{
    if (ol_list_is_empty(&source->registrations)) return NULL;
    struct rt_cancel_registration *const newest = OL_LIST_ENTRY(
        source->registrations.prev, struct rt_cancel_registration, link);
    ol_list_remove(&newest->link);
    source->count--;
    return newest;
}

static void drop_source(struct rt_object *object)
{
    struct rt_cancel_source *const source = (struct rt_cancel_source *)object;
    struct rt_cancel_registration *registration = NULL;
    while ((registration = take_newest(source)))
        release(registration, "released");
    pthread_cond_destroy(&source->returned);
    pthread_mutex_destroy(&source->mutex);
}

static void each_edge_of_source(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_cancel_source *const source =
        (const struct rt_cancel_source *)object;
    OL_LIST_FOR_EACH(link, &source->registrations) {
        const struct rt_cancel_registration *const registration =
            OL_LIST_ENTRY(link, struct rt_cancel_registration, link);
        visit(object, "registrations", &registration->object, true, env);
    }
}

static const struct rt_object_field source_fields[] = {
    RT_OBJECT_FIELD(struct rt_cancel_source, registrations, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_cancel_source, running, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type source_type = {
    .kind = RT_SOURCE,
    .fields = source_fields,
    .drop = drop_source,
    .each_edge = each_edge_of_source,
};

struct rt_cancel_source *rt_cancel_create(void)
{
    struct rt_cancel_source *const source =
        rt_object_create(&source_type, sizeof *source);
    if (!source) return NULL;
    atomic_init(&source->is_requested, false);
    pthread_mutex_init(&source->mutex, NULL);
    pthread_cond_init(&source->returned, NULL);
    ol_list_init(&source->registrations);
    return source;
}

struct rt_cancel_source *rt_cancel_ref(struct rt_cancel_source *source)
{
    return rt_object_ref(&source->object);
}

void rt_cancel_unref(struct rt_cancel_source *source)
{
    if (source) rt_object_unref(&source->object);
}

const struct rt_object *rt_cancel_object(const struct rt_cancel_source *source)
{
    return &source->object;
}

/* ---- Cancelling ---- */

bool rt_cancel_is_requested(const struct rt_cancel_source *source)
{
    /* Acquire: pairs with the exchange in request. */
    return source &&
           atomic_load_explicit(&source->is_requested, memory_order_acquire);
}

/* Says that a callback has returned, and that the next one begins. */
static struct rt_cancel_registration *run_next(struct rt_cancel_source *source)
{
    pthread_mutex_lock(&source->mutex);
    struct rt_cancel_registration *const next = take_newest(source);
    source->running = next;
    source->runner = pthread_self();
    pthread_cond_broadcast(&source->returned);
    pthread_mutex_unlock(&source->mutex);
    return next;
}

/* The flag comes first. Who registers looks at it under the lock: it sees the
 * flag, or is in the list before the last look at that. */
void rt_cancel_request(struct rt_cancel_source *source)
{
    rt_step("cancel-request");
    if (atomic_exchange_explicit(
            &source->is_requested, true, memory_order_acq_rel))
        return;

    rt_cancel_ref(source); /* a callback may give the caller's back */
    rt_object_end(&source->object, "cancelled");
    struct rt_cancel_registration *running = run_next(source);
    while (running) {
        rt_step("cancel-call");
        running->run(running->target);
        struct rt_cancel_registration *const ran = running;
        running = run_next(source);
        release(ran, "fired");
    }
    rt_cancel_unref(source);
}

int rt_cancel_register(struct rt_cancel_source *source, rt_cancel_fn run,
    struct rt_object *target, struct rt_cancel_registration **out)
{
    struct rt_cancel_registration *const registration =
        rt_object_create(&registration_type, sizeof *registration);
    if (!registration) return -ENOMEM;
    registration->source = rt_object_ref_weak(&source->object);
    registration->run = run;
    registration->target = rt_object_ref(target);
    ol_list_init(&registration->link);

    pthread_mutex_lock(&source->mutex);
    const bool is_late = rt_cancel_is_requested(source);
    if (!is_late) {
        rt_object_ref(&registration->object); /* the handle */
        ol_list_append(&source->registrations, &registration->link);
        source->count++;
        *out = registration;
    }
    pthread_mutex_unlock(&source->mutex);
    if (!is_late) return 0;

    run(target);
    release(registration, "fired");
    return -ECANCELED;
}

/* Returns whether the list has let go of it; waits while it runs elsewhere. */
static bool withdraw(struct rt_cancel_source *source,
    struct rt_cancel_registration *registration)
{
    pthread_mutex_lock(&source->mutex);
    const bool was_linked = !ol_list_is_empty(&registration->link);
    if (was_linked) {
        ol_list_remove(&registration->link);
        source->count--;
    }
    while (source->running == registration &&
           !pthread_equal(source->runner, pthread_self()))
        pthread_cond_wait(&source->returned, &source->mutex);
    pthread_mutex_unlock(&source->mutex);
    return was_linked;
}

void rt_cancel_unregister(struct rt_cancel_registration *registration)
{
    if (!registration) return;
    struct rt_cancel_source *const source =
        rt_object_upgrade((struct rt_object *)registration->source);
    if (source) {
        if (withdraw(source, registration)) release(registration, "released");
        rt_cancel_unref(source);
    }
    rt_object_unref(&registration->object);
}

const struct rt_object *rt_cancel_registration_object(
    const struct rt_cancel_registration *registration)
{
    return &registration->object;
}

size_t rt_cancel_registrations(struct rt_cancel_source *source)
{
    pthread_mutex_lock(&source->mutex);
    const size_t count = source->count;
    pthread_mutex_unlock(&source->mutex);
    return count;
}
