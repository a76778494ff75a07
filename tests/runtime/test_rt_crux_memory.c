/* test_rt_crux_memory.c - Crux's executor when there is no memory: the n-th
 * allocation fails, n = 0, 1, … until none does, and nothing is left over.
 *
 * Only to run what was spawned aborts, as in Rust; so nothing is run here.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_core.h"
#include "reference-runtime/crux/crux_slots.h"
#include "reference-runtime/run/crux_listener.h"
#include "reference-runtime/run/crux_rig.h"
#include "reference-runtime/run/crux_tree.h"
#include "tests/runtime/rt_no_memory.h"
#include "tests/support/check.h"

typedef void (*program_fn)(const struct rt_crux_variant *variant);

struct run {
    program_fn program;
    const struct rt_crux_variant *variant;
};

static void run_program(void *env)
{
    const struct run *const run = env;
    run->program(run->variant);
}

/* Whatever fails, the program goes on to its end: that is what is tested. */
static void go_on(int err)
{
    (void)err;
}

static void fail_each(program_fn program, long least)
{
    static const char *const versions[] = {"0.3.0", "0.9.0", "0.9.1"};
    for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++) {
        struct run run = {program, rt_crux_variant_find(versions[i])};
        OL_CHECK(rt_no_memory_each(run_program, &run) >= least);
    }
}

/* ---- Channels ---- */

static struct rt_crux_item same(void *env, struct rt_crux_item item)
{
    (void)env;
    return item;
}

static void use_channels(const struct rt_crux_variant *variant)
{
    struct rt_crux_sender sender = {0};
    struct rt_crux_sender mapped = {0};
    struct rt_crux_receiver receiver = {0};
    (void)variant;
    if (rt_crux_channel_open(&sender, &receiver) != 0) return;
    go_on(rt_crux_sender_map(
        &sender, (struct rt_crux_map){.run = same}, &mapped));
    if (mapped.channel) {
        go_on(rt_crux_sender_send(&mapped, (struct rt_crux_item){.value = 1}));
    }
    const struct rt_crux_item item = {
        .object = (struct rt_object *)rt_future_never()};
    go_on(rt_crux_sender_send(&sender, item));
    rt_crux_sender_drop(&mapped);
    rt_crux_sender_drop(&sender);
    rt_crux_receiver_drop(&receiver);
}

OL_CASE(channels)
{
    fail_each(use_channels, 5);
}

/* ---- An executor, with what is spawned on it ---- */

static void spawn(const struct rt_crux_rig *rig, struct rt_future *future)
{
    if (future) go_on(rt_crux_spawner_spawn(&rig->spawner, future));
}

static void spawn_all(const struct rt_crux_variant *variant)
{
    struct rt_crux_rig rig;
    long events = 0;
    atomic_long done = 0;
    if (rt_crux_rig_init(&rig, variant->name) != 0) return;
    go_on(rt_crux_rig_spawn(&rig, 16));
    spawn(&rig, rt_crux_listener(variant, &rig.shell, &events));
    spawn(&rig, rt_crux_tree(1, &done));
    rt_crux_rig_deinit(&rig);
}

OL_CASE(an_executor_and_its_spawner)
{
    fail_each(spawn_all, RT_CRUX_TREE_NODES + 15);
}

/* ---- A core, and what its app may do ---- */

static void update(void *model, struct rt_crux_item event,
    struct rt_crux_capability *capability)
{
    struct rt_crux_shell_request request = {0};
    struct rt_crux_stream stream = {0};
    (void)model;
    go_on(rt_crux_capability_request(capability, 1, &request));
    go_on(rt_crux_capability_stream(capability, 2, &stream));
    go_on(rt_crux_capability_notify(capability, 3));
    rt_crux_shell_request_drop(&request);
    rt_crux_stream_drop(&stream);
    rt_crux_item_drop(&event);
}

static void use_core(const struct rt_crux_variant *variant)
{
    struct rt_crux_core *core = NULL;
    const struct rt_crux_app app = {.update = update};
    if (rt_crux_core_create(variant, app, &core) != 0) return;
    const struct rt_crux_item event = {
        .object = (struct rt_object *)rt_future_never()};
    rt_crux_core_process(core, event);
    rt_crux_request_drop(rt_crux_core_take(core));
    rt_crux_core_destroy(core);
}

OL_CASE(a_core_and_its_capability)
{
    fail_each(use_core, 13);
}

/* ---- Slots ---- */

static const struct rt_object_type owner_type = {.kind = RT_EXECUTOR};

static void fill_slots(const struct rt_crux_variant *variant)
{
    struct rt_crux_slots slots;
    struct rt_object *const owner =
        rt_object_create(&owner_type, sizeof *owner);
    if (!owner) return;
    rt_crux_slots_init(&slots, owner, variant->frees_slots);
    for (int i = 0; i < 9; i++) {
        uint32_t id = 0;
        struct rt_future *const future = rt_future_never();
        if (future && rt_crux_slots_insert(&slots, future, &id) != 0)
            rt_future_drop(future);
    }
    rt_crux_slots_deinit(&slots);
    rt_object_unref(owner);
}

OL_CASE(slots)
{
    fail_each(fill_slots, 1 + 9 + 9 + 3);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(channels)
OL_CASES_ENTRY(an_executor_and_its_spawner)
OL_CASES_ENTRY(a_core_and_its_capability)
OL_CASES_ENTRY(slots)
OL_CASES_END
