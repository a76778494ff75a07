/* crux_effect.c - something that a command asks of the shell.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_effect.h"

static void drop(struct rt_object *object)
{
    rt_crux_resolve_drop(&((struct rt_crux_effect *)object)->resolve);
}

static void each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_crux_effect *const effect =
        (const struct rt_crux_effect *)object;
    rt_crux_sender_each_edge(&effect->resolve.sender, object, visit, env);
}

static const struct rt_object_field fields[] = {
    RT_OBJECT_FIELD(
        struct rt_crux_effect, resolve.sender.channel, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type type = {
    .kind = RT_EFFECT,
    .fields = fields,
    .drop = drop,
    .each_edge = each_edge,
};

struct rt_crux_effect *rt_crux_effect_create(
    intptr_t operation, struct rt_crux_resolve resolve)
{
    struct rt_crux_effect *const effect =
        rt_object_create(&type, sizeof *effect);
    if (!effect) {
        rt_crux_resolve_drop(&resolve);
        return NULL;
    }
    effect->operation = operation;
    effect->resolve = resolve;
    return effect;
}

void rt_crux_effect_unref(struct rt_crux_effect *effect)
{
    if (effect) rt_object_unref(&effect->object);
}

int rt_crux_effect_resolve(struct rt_crux_effect *effect, intptr_t value)
{
    const int err = rt_crux_resolve_send(&effect->resolve, value);
    if (!err && effect->resolve.answers == RT_CRUX_NEVER)
        rt_object_end(&effect->object, "completed");
    return err;
}

struct rt_crux_resolve rt_crux_effect_split(struct rt_crux_effect *effect)
{
    const struct rt_crux_resolve resolve = effect->resolve;
    effect->resolve = (struct rt_crux_resolve){0};
    rt_object_end(&effect->object, "completed");
    rt_crux_effect_unref(effect);
    return resolve;
}
