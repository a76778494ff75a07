/* crux_rig.c - an executor, a shell, and tasks that ask it once.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/crux_rig.h"

#include <errno.h>

#include "reference-runtime/core/payload.h"

/* ---- The future ---- */

struct asker {
    struct rt_future future;
    struct rt_crux_shell_request request; /* owner */
    struct rt_payload *payload;           /* owner */
    struct rt_object *token;              /* owner */
};

static void drop_asker(struct rt_object *object)
{
    struct asker *const asker = (struct asker *)object;
    rt_crux_shell_request_drop(&asker->request);
    rt_payload_unref(asker->payload);
    rt_object_unref(asker->token);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct asker *const asker = (const struct asker *)object;
    rt_crux_shell_request_each_edge(&asker->request, object, visit, env);
    visit(object, "payload", &asker->payload->object, true, env);
    visit(object, "token", asker->token, true, env);
}

static enum rt_poll poll(struct rt_future *future, const struct rt_waker *waker)
{
    const struct asker *const asker = (struct asker *)future;
    intptr_t answer = 0;
    int err = 0;
    if (rt_crux_shell_request_poll(&asker->request, waker, &answer, &err) ==
        RT_PENDING)
        return RT_PENDING;
    return rt_future_finish(future, err, answer);
}

static const struct rt_object_field asker_fields[] = {
    RT_OBJECT_FIELD(struct asker, request.state, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct asker, payload, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct asker, token, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_future_type asker_type = {
    .object =
        {
            .kind = RT_FUTURE,
            .fields = asker_fields,
            .drop = drop_asker,
            .each_edge = each_edge,
        },
    .poll = poll,
};

static struct rt_future *make_asker(
    const struct rt_crux_rig *rig, size_t payload_bytes)
{
    struct rt_crux_shell_request request = {0};
    struct rt_payload *const payload = rt_payload_create(payload_bytes);
    if (!payload) return NULL;
    if (rt_crux_shell_request_open(rig->variant, &rig->shell, 0, &request) != 0)
        goto fail_request;
    struct asker *const asker = rt_future_create(&asker_type, sizeof *asker);
    if (!asker) goto fail_asker;
    asker->request = request;
    asker->payload = payload;
    asker->token = rt_object_ref(rig->token);
    return &asker->future;

fail_asker:
    rt_crux_shell_request_drop(&request);
fail_request:
    rt_payload_unref(payload);
    return NULL;
}

/* ---- The rig ---- */

static const struct rt_object_type token_type = {.kind = RT_TOKEN};

int rt_crux_rig_init(struct rt_crux_rig *rig, const char *variant)
{
    *rig = (struct rt_crux_rig){.variant = rt_crux_variant_find(variant)};
    int err =
        rt_crux_executor_create(rig->variant, &rig->executor, &rig->spawner);
    if (err) return err;
    err = rt_crux_channel_open(&rig->shell, &rig->requests);
    if (err) goto fail;
    rig->token = rt_object_create(&token_type, sizeof *rig->token);
    if (rig->token) return 0;
    err = -ENOMEM;

fail:
    rt_crux_rig_deinit(rig);
    return err;
}

int rt_crux_rig_spawn(struct rt_crux_rig *rig, size_t payload_bytes)
{
    struct rt_future *const future = make_asker(rig, payload_bytes);
    if (!future) return -ENOMEM;
    return rt_crux_spawner_spawn(&rig->spawner, future);
}

struct rt_crux_request *rt_crux_rig_take(struct rt_crux_rig *rig)
{
    struct rt_crux_item item;
    if (rt_crux_receiver_take(&rig->requests, &item) != 0) return NULL;
    return rt_crux_request_of(&item);
}

void rt_crux_rig_close_shell(struct rt_crux_rig *rig)
{
    rt_crux_sender_drop(&rig->shell);
    rt_crux_receiver_drop(&rig->requests);
}

void rt_crux_rig_drop_core(struct rt_crux_rig *rig)
{
    rt_crux_rig_close_shell(rig);
    rt_crux_executor_destroy(rig->executor);
    rt_crux_spawner_drop(&rig->spawner);
    rig->executor = NULL;
}

void rt_crux_rig_deinit(struct rt_crux_rig *rig)
{
    rt_crux_rig_drop_core(rig);
    rt_object_unref(rig->token);
    rig->token = NULL;
}

/* ---- What is alive ---- */

struct rt_crux_alive rt_crux_rig_count(const struct rt_crux_rig *rig)
{
    return (struct rt_crux_alive){
        .token = (long)atomic_load(&rig->token->strong),
        .tasks = rt_object_live(RT_TASK),
        .futures = rt_object_live(RT_FUTURE),
        .reqstates = rt_object_live(RT_REQUEST_STATE),
        .requests = rt_object_live(RT_REQUEST),
        .wakers = rt_object_live(RT_WAKER),
        .channels = rt_object_live(RT_CHANNEL),
        .payloads = rt_object_live(RT_PAYLOAD),
        .blocks = rt_object_live_all(),
    };
}

void rt_crux_alive_add(const struct rt_crux_alive *alive, struct rt_truth *out)
{
    rt_truth_add(out, "token", alive->token);
    rt_truth_add(out, "tasks", alive->tasks);
    rt_truth_add(out, "futures", alive->futures);
    rt_truth_add(out, "reqstates", alive->reqstates);
    rt_truth_add(out, "requests", alive->requests);
    rt_truth_add(out, "wakers", alive->wakers);
    rt_truth_add(out, "channels", alive->channels);
    rt_truth_add(out, "payloads", alive->payloads);
    rt_truth_add(out, "blocks", alive->blocks);
}
