/* crux_compose.c - commands made of others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_compose.h"

#include <errno.h>

#include "reference-runtime/crux/crux_host.h"

/* ---- Side by side ---- */

int rt_crux_compose_and(
    struct rt_crux_command *command, struct rt_crux_command *other)
{
    struct rt_crux_context *const context = rt_crux_command_context(command);
    return rt_crux_command_spawn(command, rt_crux_host_create(context, other));
}

struct rt_crux_command *rt_crux_compose_all(
    struct rt_crux_command *const *commands, size_t count)
{
    struct rt_crux_command *const all =
        commands[0]
            ? rt_crux_command_create(rt_crux_command_variant(commands[0]))
            : NULL;
    int err = all ? 0 : -ENOMEM;
    for (size_t i = 0; i < count; i++) {
        if (err) {
            rt_crux_command_unref(commands[i]);
        } else {
            err = rt_crux_compose_and(all, commands[i]);
        }
    }
    if (!err) return all;
    rt_crux_command_unref(all);
    return NULL;
}

/* ---- One after the other ---- */

struct sequence {
    struct rt_future future;
    struct rt_future *steps[2]; /* owner; NULL once done */
};

static void drop(struct rt_object *object)
{
    struct sequence *const sequence = (struct sequence *)object;
    rt_future_drop(sequence->steps[0]);
    rt_future_drop(sequence->steps[1]);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct sequence *const sequence = (const struct sequence *)object;
    for (int i = 0; i < 2; i++) {
        if (sequence->steps[i])
            visit(object, "step", &sequence->steps[i]->object, true, env);
    }
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    struct sequence *const sequence = (struct sequence *)future;
    for (int i = 0; i < 2; i++) {
        struct rt_future *const step = sequence->steps[i];
        if (!step) continue;
        if (rt_future_poll(step, waker) == RT_PENDING) return RT_PENDING;
        const int err = step->status;
        sequence->steps[i] = NULL;
        rt_future_drop(step);
        if (err) return rt_future_finish(future, err, 0);
    }
    return rt_future_finish(future, 0, 0);
}

static const struct rt_future_type type = {
    .object = {.kind = RT_FUTURE, .drop = drop, .each_edge = each_edge},
    .poll = poll,
};

/* Takes both; a NULL one is no memory. */
static struct rt_future *create_sequence(
    struct rt_future *first, struct rt_future *second)
{
    struct sequence *const sequence =
        first && second ? rt_future_create(&type, sizeof *sequence) : NULL;
    if (!sequence) {
        rt_future_drop(first);
        rt_future_drop(second);
        return NULL;
    }
    sequence->steps[0] = first;
    sequence->steps[1] = second;
    return &sequence->future;
}

struct rt_crux_command *rt_crux_compose_then(
    struct rt_crux_command *first, struct rt_crux_command *second)
{
    struct rt_crux_command *const both =
        first ? rt_crux_command_create(rt_crux_command_variant(first)) : NULL;
    if (!both) {
        rt_crux_command_unref(first);
        rt_crux_command_unref(second);
        return NULL;
    }
    struct rt_crux_context *const context = rt_crux_command_context(both);
    struct rt_future *const sequence =
        create_sequence(rt_crux_host_create(context, first),
            rt_crux_host_create(context, second));
    if (rt_crux_command_spawn(both, sequence) == 0) return both;
    rt_crux_command_unref(both);
    return NULL;
}
