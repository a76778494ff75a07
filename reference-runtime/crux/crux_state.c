/* crux_state.c - what both sides of a request to the shell share.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_state.h"

#include <errno.h>
#include <pthread.h>

#include "include/outlive/outlive.h"
#include "reference-runtime/core/step.h"

struct rt_crux_state {
    struct rt_object object;
    struct rt_crux_receiver answers; /* owner; none: there is one answer */

    pthread_mutex_t mutex;       /* guards what follows */
    struct rt_waker waker;       /* owner */
    struct rt_crux_item unsent;  /* owner; until the first poll */
    struct rt_crux_sender shell; /* owner; until the first poll */
    bool answered;
    intptr_t value;
};

static void drop_state(struct rt_object *object)
{
    struct rt_crux_state *const state = (struct rt_crux_state *)object;
    rt_waker_drop(&state->waker);
    rt_crux_item_drop(&state->unsent);
    rt_crux_sender_drop(&state->shell);
    rt_crux_receiver_drop(&state->answers);
    pthread_mutex_destroy(&state->mutex);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_state *const state =
        (const struct rt_crux_state *)object;
    rt_crux_receiver_each_edge(&state->answers, object, visit, env);
    rt_waker_each_edge(&state->waker, object, "waker", visit, env);
    if (state->unsent.object)
        visit(object, "unsent", state->unsent.object, true, env);
    rt_crux_sender_each_edge(&state->shell, object, visit, env);
}

static const struct rt_object_field state_fields[] = {
    RT_OBJECT_FIELD(struct rt_crux_state, answers.channel, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_state, waker.data, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_state, unsent.object, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_crux_state, shell.channel, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type state_type = {
    .kind = RT_REQUEST_STATE,
    .fields = state_fields,
    .drop = drop_state,
    .each_edge = each_edge,
};

struct rt_crux_state *rt_crux_state_create(struct rt_crux_receiver answers)
{
    struct rt_crux_state *const state =
        rt_object_create(&state_type, sizeof *state);
    if (!state) {
        rt_crux_receiver_drop(&answers);
        return NULL;
    }
    pthread_mutex_init(&state->mutex, NULL);
    state->answers = answers;
    return state;
}

struct rt_object *rt_crux_state_object(struct rt_crux_state *state)
{
    return &state->object;
}

void rt_crux_state_arm(struct rt_crux_state *state,
    const struct rt_crux_sender *shell, struct rt_crux_item item)
{
    state->shell = rt_crux_sender_clone(shell);
    state->unsent = item;
}

/* ---- The task's side ---- */

static int send_unsent(struct rt_crux_state *state)
{
    pthread_mutex_lock(&state->mutex);
    const struct rt_crux_item item = state->unsent;
    struct rt_crux_sender shell = state->shell;
    state->unsent = (struct rt_crux_item){0};
    state->shell = (struct rt_crux_sender){0};
    pthread_mutex_unlock(&state->mutex);

    if (!shell.channel) return 0;
    const int err = rt_crux_sender_send(&shell, item);
    rt_crux_sender_drop(&shell);
    return err;
}

/* Under the lock. Returns 0, -EAGAIN, or -EPIPE if no more will come. */
static int take_answer(struct rt_crux_state *state, intptr_t *value_out)
{
    struct rt_crux_item item = {.value = state->value};
    int err = state->answered ? 0 : -EAGAIN;
    if (state->answers.channel)
        err = rt_crux_receiver_take(&state->answers, &item);
    if (!err) *value_out = item.value;
    return err;
}

enum rt_poll rt_crux_state_poll(struct rt_crux_state *state,
    const struct rt_waker *waker, intptr_t *value_out, int *err_out)
{
    rt_step(RT_CRUX_STEP_ASK);
    *err_out = send_unsent(state);
    if (*err_out) return RT_READY;

    struct rt_waker replaced = {0};
    rt_step(RT_CRUX_STEP_LOOK);
    pthread_mutex_lock(&state->mutex);
    *err_out = take_answer(state, value_out);
    if (*err_out == -EAGAIN) replaced = rt_waker_replace(&state->waker, waker);
    pthread_mutex_unlock(&state->mutex);

    rt_waker_drop(&replaced);
    if (*err_out != -EAGAIN) return RT_READY;
    ol_waits(waker->data, state);
    return RT_PENDING;
}

/* ---- The shell's side ---- */

void rt_crux_state_answer(struct rt_crux_state *state, intptr_t value)
{
    rt_step(RT_CRUX_STEP_ANSWER);
    pthread_mutex_lock(&state->mutex);
    state->value = value;
    state->answered = true;
    pthread_mutex_unlock(&state->mutex);
    rt_object_end(&state->object, "resolved");
    rt_crux_state_wake(state);
}

void rt_crux_state_wake(struct rt_crux_state *state)
{
    rt_step(RT_CRUX_STEP_WAKE);
    pthread_mutex_lock(&state->mutex);
    struct rt_waker waker = state->waker;
    state->waker = (struct rt_waker){0};
    pthread_mutex_unlock(&state->mutex);
    if (waker.data) ol_woken(waker.data);
    rt_waker_fire(&waker);
}
