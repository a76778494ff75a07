/* crux_bridge.c - a command whose effects go to the shell as numbers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_bridge.h"

#include <errno.h>
#include <stdlib.h>

#include "reference-runtime/crux/crux_compose.h"
#include "reference-runtime/crux/crux_slab.h"

struct entry {
    struct rt_object object;
    struct rt_crux_resolve resolve; /* owner */
};

struct rt_crux_bridge {
    const struct rt_crux_command_variant *variant; /* borrowed */
    struct rt_crux_shell shell;
    struct rt_crux_command *root; /* owner */
    struct rt_crux_slab entries;  /* owner of struct entry */
};

/* ---- Entries ---- */

static void drop_entry(struct rt_object *object)
{
    rt_crux_resolve_drop(&((struct entry *)object)->resolve);
}

static void each_entry_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct entry *const entry = (const struct entry *)object;
    rt_crux_sender_each_edge(&entry->resolve.sender, object, visit, env);
}

static const struct rt_object_field entry_fields[] = {
    RT_OBJECT_FIELD(struct entry, resolve.sender.channel, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type entry_type = {
    .kind = RT_REGISTRATION,
    .fields = entry_fields,
    .drop = drop_entry,
    .each_edge = each_entry_edge,
};

/* Takes the effect. Stores the number of its entry; no number if it needs
 * none. Returns 0 or -ENOMEM. */
static int enter(struct rt_crux_bridge *bridge, struct rt_crux_effect *effect,
    uint32_t *number_out)
{
    struct rt_crux_resolve resolve = rt_crux_effect_split(effect);
    *number_out = RT_CRUX_BRIDGE_NO_NUMBER;
    if (resolve.answers == RT_CRUX_NEVER && bridge->variant->forgets_notifies)
        return 0;
    struct entry *const entry =
        rt_crux_slab_reserve(&bridge->entries) == 0
            ? rt_object_create(&entry_type, sizeof *entry)
            : NULL;
    if (!entry) {
        rt_crux_resolve_drop(&resolve);
        return -ENOMEM;
    }
    entry->resolve = resolve;
    *number_out = rt_crux_slab_insert(&bridge->entries, entry);
    return 0;
}

static void forget(
    struct rt_crux_bridge *bridge, uint32_t number, const char *how)
{
    struct entry *const entry = rt_crux_slab_remove(&bridge->entries, number);
    if (!entry) return;
    rt_object_end(&entry->object, how);
    rt_object_unref(&entry->object);
}

/* ---- The bridge ---- */

struct rt_crux_bridge *rt_crux_bridge_create(
    const struct rt_crux_command_variant *variant, struct rt_crux_shell shell)
{
    struct rt_crux_bridge *const bridge = calloc(1, sizeof *bridge);
    if (!bridge) return NULL;
    bridge->variant = variant;
    bridge->shell = shell;
    rt_crux_slab_init(&bridge->entries);
    bridge->root = rt_crux_command_create(variant);
    if (bridge->root) return bridge;
    free(bridge);
    return NULL;
}

void rt_crux_bridge_destroy(struct rt_crux_bridge *bridge)
{
    if (!bridge) return;
    for (uint32_t number = 0; number < bridge->entries.used; number++)
        forget(bridge, number, "cancelled");
    (void)rt_crux_slab_deinit(&bridge->entries);
    rt_crux_command_unref(bridge->root);
    free(bridge);
}

static int ask_shell(struct rt_crux_bridge *bridge)
{
    int err = rt_crux_command_run(bridge->root);
    while (!err) {
        struct rt_crux_effect *const effect =
            rt_crux_command_take_effect(bridge->root);
        if (!effect) break;
        uint32_t number = 0;
        const intptr_t operation = effect->operation;
        err = enter(bridge, effect, &number);
        if (!err) bridge->shell.ask(number, operation, bridge->shell.env);
    }
    return err;
}

int rt_crux_bridge_process(
    struct rt_crux_bridge *bridge, struct rt_crux_command *command)
{
    const int err = rt_crux_compose_and(bridge->root, command);
    return err ? err : ask_shell(bridge);
}

int rt_crux_bridge_resolve(
    struct rt_crux_bridge *bridge, uint32_t number, intptr_t value)
{
    struct entry *const entry = rt_crux_slab_get(&bridge->entries, number);
    if (!entry) return -ENOENT;
    const int err = rt_crux_resolve_send(&entry->resolve, value);
    const bool has_ended = err == -EPIPE && bridge->variant->forgets_ended;
    if (has_ended || entry->resolve.answers == RT_CRUX_NEVER)
        forget(bridge, number, "completed");
    return err ? err : ask_shell(bridge);
}

size_t rt_crux_bridge_entries(const struct rt_crux_bridge *bridge)
{
    return bridge->entries.count;
}

struct rt_crux_command *rt_crux_bridge_root(struct rt_crux_bridge *bridge)
{
    return bridge->root;
}
