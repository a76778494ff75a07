/* pond_closure.c - a task on its way to a worker.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/pond/pond_closure.h"

#include "include/outlive/outlive.h"

static void release(struct rt_pond_fn fn, struct rt_pond_listener listener)
{
    if (fn.drop) fn.drop(fn.env);
    rt_object_unref(listener.object);
    rt_context_unref(listener.context);
}

static void drop(struct rt_object *object)
{
    const struct rt_pond_closure *const closure =
        (struct rt_pond_closure *)object;
    release(closure->fn, closure->listener);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_pond_closure *const closure =
        (const struct rt_pond_closure *)object;
    if (closure->listener.object)
        visit(object, "listener", closure->listener.object, true, env);
}

static const struct rt_object_field closure_fields[] = {
    RT_OBJECT_FIELD(struct rt_pond_closure, fn.env, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_closure, fn.shared, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_pond_closure, listener.object, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_pond_closure, listener.context, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type closure_type = {
    .kind = RT_CLOSURE,
    .fields = closure_fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_pond_closure *rt_pond_closure_create(
    struct rt_pond_fn fn, struct rt_pond_listener listener)
{
    struct rt_pond_closure *const closure =
        rt_object_create(&closure_type, sizeof *closure);
    if (!closure) {
        release(fn, listener);
        return NULL;
    }
    closure->fn = fn;
    closure->listener = listener;
    return closure;
}

void rt_pond_closure_unref(struct rt_pond_closure *closure)
{
    if (closure) rt_object_unref(&closure->object);
}

static int call(struct rt_pond_closure *closure, long *value)
{
    ol_enter(closure);
    const int err = closure->fn.run(&closure->fn, value);
    ol_leave(closure);
    return err;
}

static int refusal(const struct rt_pond_closure *closure, int refused)
{
    if (refused || !closure->listener.context) return refused;
    return rt_context_cause(closure->listener.context);
}

enum rt_pond_outcome rt_pond_closure_run(
    struct rt_pond_closure *closure, int refused)
{
    static const char *const how[] = {
        [RT_POND_SUCCEEDED] = "completed",
        [RT_POND_FAILED] = "failed",
        [RT_POND_CANCELLED] = "cancelled",
    };
    enum rt_pond_outcome outcome = RT_POND_CANCELLED;
    long value = 0;
    int err = refusal(closure, refused);
    if (!err) {
        err = call(closure, &value);
        outcome = err ? RT_POND_FAILED : RT_POND_SUCCEEDED;
    }

    rt_object_end(&closure->object, how[outcome]);
    const struct rt_pond_listener *const listener = &closure->listener;
    if (listener->object)
        listener->settle(listener->object, listener->index, err, value);
    return outcome;
}
