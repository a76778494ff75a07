/* pond_dispatcher.c - a thread that hands on what others write.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_dispatcher.h"

#include <errno.h>
#include <pthread.h>

#include "reference-runtime/core/stack_scrub.h"
#include "reference-runtime/pond/pond_buffer.h"

/* Upstream's size of the first node. */
enum {
    FIRST_NODE = 10
};

struct rt_pond_dispatcher {
    struct rt_object object;
    rt_pond_deliver_fn deliver;
    void *env; /* borrowed */
    size_t batch;
    pthread_t thread;

    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t changed;
    struct rt_pond_buffer buffer;
    bool is_closed;
    bool is_joined;
};

static void drop(struct rt_object *object)
{
    struct rt_pond_dispatcher *const dispatcher =
        (struct rt_pond_dispatcher *)object;
    rt_pond_buffer_deinit(&dispatcher->buffer);
    pthread_cond_destroy(&dispatcher->changed);
    pthread_mutex_destroy(&dispatcher->mutex);
}

static const struct rt_object_field dispatcher_fields[] = {
    RT_OBJECT_FIELD(struct rt_pond_dispatcher, env, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_pond_dispatcher, buffer.reader, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_dispatcher, buffer.writer, OL_FIELD_WEAK),
    {NULL, 0, 0},
};

static const struct rt_object_type dispatcher_type = {
    .kind = RT_DISPATCHER,
    .fields = dispatcher_fields,
    .drop = drop,
};

/* Waits for tasks. Returns how many there are for the next batch; 0 when the
 * dispatcher was closed and none is left. */
static size_t await(struct rt_pond_dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->mutex);
    uint64_t pending = 0;
    while (!(pending = rt_pond_buffer_pending(&dispatcher->buffer)) &&
           !dispatcher->is_closed)
        pthread_cond_wait(&dispatcher->changed, &dispatcher->mutex);
    pthread_mutex_unlock(&dispatcher->mutex);
    return pending < dispatcher->batch ? (size_t)pending : dispatcher->batch;
}

OL_NOINLINE static void deliver_one(struct rt_pond_dispatcher *dispatcher)
{
    struct rt_object *passed = NULL;
    pthread_mutex_lock(&dispatcher->mutex);
    struct rt_pond_closure *const closure =
        rt_pond_buffer_read(&dispatcher->buffer, &passed);
    pthread_mutex_unlock(&dispatcher->mutex);

    rt_object_unref(passed);
    dispatcher->deliver(dispatcher->env, closure);
}

static void *dispatch(void *arg)
{
    struct rt_pond_dispatcher *const dispatcher = arg;
    size_t batch = 0;
    while ((batch = await(dispatcher)) > 0) {
        while (batch-- > 0)
            deliver_one(dispatcher);
        rt_stack_scrub();
    }
    return NULL;
}

int rt_pond_dispatcher_create(size_t batch, rt_pond_deliver_fn deliver,
    void *env, struct rt_pond_dispatcher **out)
{
    struct rt_pond_dispatcher *const dispatcher =
        rt_object_create(&dispatcher_type, sizeof *dispatcher);
    if (!dispatcher) return -ENOMEM;

    dispatcher->deliver = deliver;
    dispatcher->env = env;
    dispatcher->batch = batch;
    pthread_mutex_init(&dispatcher->mutex, NULL);
    pthread_cond_init(&dispatcher->changed, NULL);
    int err =
        rt_pond_buffer_init(&dispatcher->buffer, FIRST_NODE, batch, false);
    if (!err)
        err = -pthread_create(&dispatcher->thread, NULL, dispatch, dispatcher);
    if (err) {
        rt_object_unref(&dispatcher->object);
        return err;
    }
    *out = dispatcher;
    return 0;
}

int rt_pond_dispatcher_destroy(struct rt_pond_dispatcher *dispatcher)
{
    if (!dispatcher) return 0;
    pthread_mutex_lock(&dispatcher->mutex);
    const bool is_joined = dispatcher->is_joined;
    pthread_mutex_unlock(&dispatcher->mutex);
    if (!is_joined) return -EBUSY;
    rt_object_unref(&dispatcher->object);
    return 0;
}

int rt_pond_dispatcher_write(
    struct rt_pond_dispatcher *dispatcher, struct rt_pond_closure *closure)
{
    pthread_mutex_lock(&dispatcher->mutex);
    int err = -ESHUTDOWN;
    if (!dispatcher->is_closed)
        err = rt_pond_buffer_write(&dispatcher->buffer, closure);
    if (!err) pthread_cond_signal(&dispatcher->changed);
    pthread_mutex_unlock(&dispatcher->mutex);
    return err;
}

void rt_pond_dispatcher_close_and_wait(struct rt_pond_dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->mutex);
    const bool is_first = !dispatcher->is_closed;
    dispatcher->is_closed = true;
    pthread_cond_broadcast(&dispatcher->changed);
    pthread_mutex_unlock(&dispatcher->mutex);
    if (!is_first) return;

    pthread_join(dispatcher->thread, NULL);
    pthread_mutex_lock(&dispatcher->mutex);
    dispatcher->is_joined = true;
    pthread_mutex_unlock(&dispatcher->mutex);
}

struct rt_pond_dispatcher_counts rt_pond_dispatcher_counts(
    struct rt_pond_dispatcher *dispatcher)
{
    pthread_mutex_lock(&dispatcher->mutex);
    const struct rt_pond_dispatcher_counts counts = {
        .written = dispatcher->buffer.written,
        .pending = rt_pond_buffer_pending(&dispatcher->buffer),
        .dead_slots = rt_pond_buffer_dead(&dispatcher->buffer),
        .nodes = rt_pond_buffer_nodes(&dispatcher->buffer),
    };
    pthread_mutex_unlock(&dispatcher->mutex);
    return counts;
}

void rt_pond_dispatcher_each_edge(struct rt_pond_dispatcher *dispatcher,
    const struct rt_object *holder, rt_object_edge_fn visit, void *env)
{
    pthread_mutex_lock(&dispatcher->mutex);
    rt_pond_buffer_each_edge(&dispatcher->buffer, holder, visit, env);
    pthread_mutex_unlock(&dispatcher->mutex);
}
