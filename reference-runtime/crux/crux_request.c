/* crux_request.c - what a task asks of the shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_request.h"

#include <errno.h>

#include "reference-runtime/core/step.h"
#include "reference-runtime/crux/crux_state.h"

struct rt_crux_request {
    struct rt_object object;
    intptr_t operation;
    struct rt_crux_state *state;   /* weak, or owner; NULL: no answer is due */
    struct rt_crux_sender answers; /* owner; none: there is one answer */
    bool is_strong;                /* owner of the state */
};

/* ---- The shell's side ---- */

static void forget_state(struct rt_crux_request *request)
{
    struct rt_crux_state *const state = request->state;
    request->state = NULL;
    if (!state) return;
    if (request->is_strong) {
        rt_object_unref(rt_crux_state_object(state));
    } else {
        rt_object_unref_weak(rt_crux_state_object(state));
    }
}

static void drop_request(struct rt_object *object)
{
    struct rt_crux_request *const request = (struct rt_crux_request *)object;
    rt_crux_sender_drop(&request->answers);
    forget_state(request);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_request *const request =
        (const struct rt_crux_request *)object;
    rt_crux_sender_each_edge(&request->answers, object, visit, env);
    if (request->state) {
        visit(object, "state", rt_crux_state_object(request->state),
            request->is_strong, env);
    }
}

static const struct rt_object_field weak_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_request, state, OL_FIELD_WEAK),
    RT_OBJECT_FIELD(struct rt_crux_request, answers.channel, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_field strong_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_request, state, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_request, answers.channel, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type weak_type = {
    .kind = RT_REQUEST,
    .fields = weak_fields,
    .drop = drop_request,
    .each_edge = each_edge,
};

static const struct rt_object_type strong_type = {
    .kind = RT_REQUEST,
    .fields = strong_fields,
    .drop = drop_request,
    .each_edge = each_edge,
};

struct rt_crux_request *rt_crux_request_notify(intptr_t operation)
{
    struct rt_crux_request *const request =
        rt_object_create(&weak_type, sizeof *request);
    if (request) request->operation = operation;
    return request;
}

struct rt_crux_request *rt_crux_request_create(
    const struct rt_crux_variant *variant, intptr_t operation,
    struct rt_crux_state *state, struct rt_crux_sender answers)
{
    const bool is_strong = variant->callback_is_strong;
    struct rt_crux_request *const request = rt_object_create(
        is_strong ? &strong_type : &weak_type, sizeof *request);
    if (!request) {
        rt_crux_sender_drop(&answers);
        return NULL;
    }
    request->operation = operation;
    request->answers = answers;
    request->is_strong = is_strong;
    struct rt_object *const object = rt_crux_state_object(state);
    request->state =
        is_strong ? rt_object_ref(object) : rt_object_ref_weak(object);
    return request;
}

struct rt_object *rt_crux_request_object(struct rt_crux_request *request)
{
    return &request->object;
}

struct rt_crux_request *rt_crux_request_of(const struct rt_crux_item *item)
{
    return (struct rt_crux_request *)item->object;
}

intptr_t rt_crux_request_operation(const struct rt_crux_request *request)
{
    return request->operation;
}

/* Returns the state with a reference for the time of the answer, or NULL. */
static struct rt_crux_state *upgrade(const struct rt_crux_request *request)
{
    rt_step(RT_CRUX_STEP_UPGRADE);
    return rt_object_upgrade(rt_crux_state_object(request->state));
}

static int answer_often(struct rt_crux_request *request, intptr_t value)
{
    struct rt_crux_state *const state = upgrade(request);
    if (!state) return -EPIPE;
    const int err = rt_crux_sender_send(
        &request->answers, (struct rt_crux_item){.value = value});
    rt_crux_state_wake(state);
    rt_object_unref(rt_crux_state_object(state));
    return err;
}

static int answer_once(struct rt_crux_request *request, intptr_t value)
{
    struct rt_crux_state *const state = upgrade(request);
    forget_state(request);
    rt_object_end(&request->object, "resolved");
    if (!state) return 0;
    rt_crux_state_answer(state, value);
    rt_object_unref(rt_crux_state_object(state));
    return 0;
}

int rt_crux_request_resolve(struct rt_crux_request *request, intptr_t value)
{
    if (!request->state) return -EALREADY;
    if (request->answers.channel) return answer_often(request, value);
    return answer_once(request, value);
}

void rt_crux_request_drop(struct rt_crux_request *request)
{
    if (request) rt_object_unref(&request->object);
}

/* ---- The task's side ---- */

int rt_crux_shell_request_open(const struct rt_crux_variant *variant,
    const struct rt_crux_sender *shell, intptr_t operation,
    struct rt_crux_shell_request *out)
{
    struct rt_crux_state *const state =
        rt_crux_state_create((struct rt_crux_receiver){0});
    if (!state) return -ENOMEM;
    struct rt_crux_request *const request = rt_crux_request_create(
        variant, operation, state, (struct rt_crux_sender){0});
    if (!request) {
        rt_object_unref(rt_crux_state_object(state));
        return -ENOMEM;
    }
    rt_crux_state_arm(
        state, shell, (struct rt_crux_item){.object = &request->object});
    out->state = state;
    return 0;
}

enum rt_poll rt_crux_shell_request_poll(
    const struct rt_crux_shell_request *request, const struct rt_waker *waker,
    intptr_t *value_out, int *err_out)
{
    return rt_crux_state_poll(request->state, waker, value_out, err_out);
}

void rt_crux_shell_request_drop(struct rt_crux_shell_request *request)
{
    struct rt_crux_state *const state = request->state;
    request->state = NULL;
    if (!state) return;
    rt_step(RT_CRUX_STEP_GIVE_UP);
    rt_object_unref(rt_crux_state_object(state));
}

void rt_crux_shell_request_each_edge(
    const struct rt_crux_shell_request *request, const struct rt_object *from,
    rt_object_edge_fn visit, void *env)
{
    if (request->state) {
        visit(from, "request.state", rt_crux_state_object(request->state), true,
            env);
    }
}
