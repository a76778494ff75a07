/* crux_ask.c - a question to the shell, and the way back of the answers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_ask.h"

#include <errno.h>

int rt_crux_ask_init(struct rt_crux_ask *ask, struct rt_crux_context *context,
    intptr_t operation, enum rt_crux_answers answers)
{
    struct rt_crux_resolve resolve = {.answers = answers};
    struct rt_crux_ask made = {0};
    if (rt_crux_channel_open(&resolve.sender, &made.answers) != 0)
        return -ENOMEM;
    made.unsent = rt_crux_effect_create(operation, resolve);
    if (!made.unsent) {
        rt_crux_receiver_drop(&made.answers);
        return -ENOMEM;
    }
    made.context = rt_crux_context_ref(context);
    *ask = made;
    return 0;
}

void rt_crux_ask_deinit(struct rt_crux_ask *ask)
{
    rt_crux_receiver_drop(&ask->answers);
    rt_crux_effect_unref(ask->unsent);
    rt_crux_context_unref(ask->context);
}

/* To a command that is gone nothing can be sent: then nobody will answer. */
static int send_effect(struct rt_crux_ask *ask)
{
    struct rt_crux_effect *const effect = ask->unsent;
    if (!effect) return 0;
    ask->unsent = NULL;
    const int err = rt_crux_context_send_effect(ask->context, effect);
    return err == -EPIPE ? 0 : err;
}

enum rt_poll rt_crux_ask_poll(struct rt_crux_ask *ask,
    const struct rt_waker *waker, intptr_t *value_out, int *err_out)
{
    *err_out = send_effect(ask);
    if (*err_out) return RT_READY;
    struct rt_crux_item answer = {0};
    const enum rt_poll state =
        rt_crux_receiver_poll(&ask->answers, waker, &answer, err_out);
    *value_out = answer.value;
    return state;
}

void rt_crux_ask_each_edge(const struct rt_crux_ask *ask,
    const struct rt_object *from, rt_object_edge_fn visit, void *env)
{
    if (ask->context)
        visit(from, "ask.context", &ask->context->object, true, env);
    if (ask->unsent) visit(from, "ask.unsent", &ask->unsent->object, true, env);
    rt_crux_receiver_each_edge(&ask->answers, from, visit, env);
}
