/* test_rt_ce_pack.c - every interleaving of two that pack a callback stack.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/cats-effect/ce_stack.h"
#include "reference-runtime/core/epoch.h"
#include "reference-runtime/core/explorer.h"
#include "reference-runtime/core/step.h"
#include "tests/support/check.h"

/* Two operations on one stack, and what their packs said. */
struct world {
    const struct rt_ce_variant *variant;
    struct rt_ce_stack stack;
    struct rt_ce_callback *callback;
    struct rt_ce_node *low;
    struct rt_ce_node *high;
    uint32_t counter; /* of cleared nodes, as a deferred keeps it */
    long packed;
    long most_packing; /* in any schedule */
    long faults;       /* schedules in which something else did not hold */
};

static void init(struct world *world)
{
    rt_ce_stack_init(&world->stack, world->variant);
    world->callback = rt_ce_callback_create((struct rt_ce_callback_fn){0});
    world->counter = 0;
    world->packed = 0;
}

static struct rt_ce_node *push(struct world *world)
{
    struct rt_ce_node *handle = NULL;
    if (rt_ce_stack_push(&world->stack, world->callback, &handle))
        world->faults++;
    return handle;
}

/* What holds at any quiet point, whatever came before. */
static void check_counts(struct world *world)
{
    const struct rt_ce_stack_counts counts = rt_ce_stack_counts(&world->stack);
    const long uncounted = counts.packed + counts.bottoms - counts.unlinked;
    const bool is_locked = world->variant->pack == RT_CE_PACK_LOCK;
    if (counts.pushed != counts.unlinked + counts.cut + counts.linked)
        world->faults++;
    if (is_locked ? uncounted != 0 : uncounted < 0) world->faults++;
    if (is_locked && counts.relinked > 0) world->faults++;
    if (counts.packing_peak > world->most_packing)
        world->most_packing = counts.packing_peak;
}

/* Unmakes the world. */
static void deinit(struct world *world)
{
    rt_ce_stack_deinit(&world->stack);
    rt_ce_callback_unref(world->callback);
    if (rt_epoch_quiesce() > 0 || rt_object_live_all() > 0) world->faults++;
}

/* Packs what is left, and judges: how many packs say they took. */
static long drain(void *env)
{
    struct world *const world = env;
    check_counts(world);
    const long packed = world->packed + rt_ce_stack_pack(&world->stack, 1);
    check_counts(world);
    if (rt_ce_stack_counts(&world->stack).linked_cleared > 0) world->faults++;
    deinit(world);
    return packed;
}

static struct rt_explorer_result explore(
    const struct rt_explorer_program *program)
{
    struct rt_explorer_result result;
    OL_CHECK_EQ(rt_explorer_explore(program, 1000000, &result), 0);
    const struct world *const world = program->env;
    OL_CHECK_EQ(world->faults, 0);
    if (world->variant->pack == RT_CE_PACK_LOCK)
        OL_CHECK_EQ(world->most_packing, 1);
    OL_CHECK_EQ(rt_object_live_all(), 0);
    return result;
}

/* ---- A live node on a cleared one: one packs, one clears and packs ---- */

static void begin_two(void *env)
{
    struct world *const world = env;
    init(world);
    world->low = push(world);
    rt_ce_stack_clear(&world->stack, world->low);
    rt_ce_node_unref(world->low);
    world->high = push(world);
}

static void pack_two(size_t operation, void *env)
{
    struct world *const world = env;
    if (operation == 1) {
        rt_ce_stack_clear(&world->stack, world->high);
        rt_ce_node_unref(world->high);
    }
    world->packed += rt_ce_stack_pack(&world->stack, 1);
}

static struct rt_explorer_program program_of_two(struct world *world)
{
    return (struct rt_explorer_program){
        .operations = 2,
        .begin = begin_two,
        .run = pack_two,
        .end = drain,
        .env = world,
    };
}

static struct rt_explorer_result explore_two(const char *variant)
{
    struct world world = {.variant = rt_ce_variant_find(variant)};
    const struct rt_explorer_program program = program_of_two(&world);
    return explore(&program);
}

OL_CASE(one_too_few_is_counted_by_3_5_2)
{
    const struct rt_explorer_result result = explore_two("ce-3.5.2");
    OL_CHECK_EQ(result.schedules, 1380);
    OL_CHECK_EQ(rt_explorer_count(&result, 0), 35);
    OL_CHECK_EQ(rt_explorer_count(&result, 1), 1345);
}

OL_CASE(one_too_many_is_counted_once_the_count_is_right)
{
    const struct rt_explorer_result result = explore_two("ce-pr3936");
    OL_CHECK_EQ(result.schedules, 1380);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 920);
    OL_CHECK_EQ(rt_explorer_count(&result, 3), 460);
}

OL_CASE(under_the_lock_the_count_is_exact)
{
    struct rt_explorer_result result = explore_two("ce-3.5.3");
    OL_CHECK_EQ(result.schedules, 33);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 33);
    result = explore_two("ce-3.5.4");
    OL_CHECK_EQ(result.schedules, 33);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 33);
}

/* ---- Upstream's test: each pushes, clears its own, packs ---- */

static void begin_empty(void *env)
{
    init(env);
}

static void push_clear_pack(size_t operation, void *env)
{
    struct world *const world = env;
    (void)operation;
    struct rt_ce_node *const node = push(world);
    rt_ce_stack_clear(&world->stack, node);
    rt_ce_node_unref(node);
    world->packed += rt_ce_stack_pack(&world->stack, 1);
}

static struct rt_explorer_result explore_upstream(const char *variant)
{
    struct world world = {.variant = rt_ce_variant_find(variant)};
    return explore(&(const struct rt_explorer_program){
        .operations = 2,
        .begin = begin_empty,
        .run = push_clear_pack,
        .end = drain,
        .env = &world,
    });
}

OL_CASE(upstream_s_test_fails_in_every_schedule_of_3_5_2)
{
    const struct rt_explorer_result result = explore_upstream("ce-3.5.2");
    OL_CHECK_EQ(result.schedules, 45072);
    OL_CHECK_EQ(rt_explorer_count(&result, 0), 866);
    OL_CHECK_EQ(rt_explorer_count(&result, 1), 44206);
}

OL_CASE(upstream_s_test_fails_in_some_schedules_of_pr3936)
{
    const struct rt_explorer_result result = explore_upstream("ce-pr3936");
    OL_CHECK_EQ(result.schedules, 45072);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 34952);
    OL_CHECK_EQ(rt_explorer_count(&result, 3), 10120);
}

OL_CASE(upstream_s_test_passes_in_every_schedule_under_the_lock)
{
    struct rt_explorer_result result = explore_upstream("ce-3.5.3");
    OL_CHECK_EQ(result.schedules, 4134);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 4134);
    result = explore_upstream("ce-3.5.4");
    OL_CHECK_EQ(result.schedules, 4134);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 4134);
}

/* ---- Cancelled gets: a count of cleared nodes says when to pack ---- */

/* What a cancelled get does; gives the handle back. */
static void cancel(struct world *world, struct rt_ce_node *handle)
{
    rt_ce_stack_clear(&world->stack, handle);
    rt_step(RT_CE_STEP_COUNT_ADD);
    const uint32_t count = ++world->counter;
    if ((count & (count - 1)) == 0) {
        const long packed = rt_ce_stack_pack(&world->stack, (int32_t)count);
        rt_step(RT_CE_STEP_COUNT_SUBTRACT);
        world->counter -= (uint32_t)packed;
    }
    rt_ce_node_unref(handle);
}

static long garbage(const struct world *world)
{
    return rt_ce_stack_counts(&world->stack).linked_cleared;
}

/* By how much the count is off; in the tens, how much garbage there is. */
enum {
    GARBAGE = 10
};

static long judge_count(void *env)
{
    struct world *const world = env;
    const long left = garbage(world);
    const long off = (int32_t)world->counter - left;
    check_counts(world);
    deinit(world);
    return GARBAGE * left + off;
}

static void get_and_cancel(size_t operation, void *env)
{
    struct world *const world = env;
    (void)operation;
    cancel(world, push(world));
}

static struct rt_explorer_program program_of_gets(struct world *world)
{
    return (struct rt_explorer_program){
        .operations = 2,
        .begin = begin_empty,
        .run = get_and_cancel,
        .end = judge_count,
        .env = world,
    };
}

OL_CASE(two_cancelled_gets_leave_an_exact_count_under_the_lock)
{
    struct world world = {.variant = rt_ce_variant_find("ce-3.5.3")};
    const struct rt_explorer_program program = program_of_gets(&world);
    const struct rt_explorer_result result = explore(&program);
    OL_CHECK_EQ(result.schedules, 100628);
    OL_CHECK_EQ(rt_explorer_count(&result, 0), 81932);
    /* Who was locked out has lost its turn. */
    OL_CHECK_EQ(rt_explorer_count(&result, GARBAGE), 18696);
}

/* The schedules that the step model gives as examples. */
OL_CASE(the_model_s_own_schedules_count_too_many_here_too)
{
    struct world world = {.variant = rt_ce_variant_find("ce-pr3936")};
    const struct rt_explorer_program two = program_of_two(&world);
    long outcome = 0;
    OL_CHECK_EQ(rt_explorer_replay(&two, "00000111101111", &outcome), 0);
    OL_CHECK_EQ(outcome, 3);

    const struct rt_explorer_program gets = program_of_gets(&world);
    OL_CHECK_EQ(
        rt_explorer_replay(&gets, "00001100000111110011111", &outcome), 0);
    OL_CHECK_EQ(outcome, -1);
    OL_CHECK_EQ(world.faults, 0);
}

/* Three gets, the oldest cancelled: its pack stops at the second. */
static void begin_three(void *env)
{
    struct world *const world = env;
    init(world);
    struct rt_ce_node *const oldest = push(world);
    world->low = push(world);
    world->high = push(world);
    cancel(world, oldest);
}

static void cancel_one(size_t operation, void *env)
{
    struct world *const world = env;
    cancel(world, operation == 0 ? world->low : world->high);
}

static struct rt_explorer_result explore_three(const char *variant)
{
    struct world world = {.variant = rt_ce_variant_find(variant)};
    return explore(&(const struct rt_explorer_program){
        .operations = 2,
        .begin = begin_three,
        .run = cancel_one,
        .end = judge_count,
        .env = &world,
    });
}

OL_CASE(two_cancels_above_a_cleared_node_agree_with_the_model)
{
    struct rt_explorer_result result = explore_three("ce-3.5.2");
    OL_CHECK_EQ(result.schedules, 187);
    OL_CHECK_EQ(rt_explorer_count(&result, 2), 15);
    OL_CHECK_EQ(rt_explorer_count(&result, GARBAGE + 1), 51);
    OL_CHECK_EQ(rt_explorer_count(&result, 1), 121);
    result = explore_three("ce-pr3936");
    OL_CHECK_EQ(result.schedules, 187);
    OL_CHECK_EQ(rt_explorer_count(&result, 0), 136);
    OL_CHECK_EQ(rt_explorer_count(&result, GARBAGE), 51);
    result = explore_three("ce-3.5.4");
    OL_CHECK_EQ(result.schedules, 144);
    OL_CHECK_EQ(rt_explorer_count(&result, 0), 128);
    OL_CHECK_EQ(rt_explorer_count(&result, GARBAGE), 16);
}

/* ---- Random schedules ---- */

struct dice {
    const struct world *world;
    uint64_t state;
    size_t operation;
    unsigned left;     /* of its burst */
    bool is_in_bursts; /* else each goes one step at a time */
    long choices;
    long peak; /* the most garbage, seen now and then; -1: do not look */
};

static uint64_t throw(struct dice * dice, uint64_t sides)
{
    dice->state ^= dice->state << 13;
    dice->state ^= dice->state >> 7;
    dice->state ^= dice->state << 17;
    return (dice->state >> 16) % sides;
}

static size_t find(const size_t *ready, size_t count, size_t operation)
{
    size_t place = 0;
    while (place < count && ready[place] != operation)
        place++;
    return place;
}

static size_t choose_by_dice(const size_t *ready, size_t count, void *env)
{
    static const unsigned bursts[] = {1, 1, 2, 4, 8};
    struct dice *const dice = env;
    if (dice->peak >= 0 && ++dice->choices % 50 == 0) {
        const long now = garbage(dice->world);
        if (now > dice->peak) dice->peak = now;
    }
    size_t place = find(ready, count, dice->operation);
    if (dice->left == 0 || place == count) {
        place = throw(dice, count);
        dice->operation = ready[place];
        dice->left = dice->is_in_bursts ? bursts[throw(dice, 5)] : 1;
    }
    dice->left--;
    return place;
}

/* So many gets and cancels each, at once. */
struct crowd {
    struct world world; /* first */
    long rounds;
    long counter;
    long garbage;
};

static void get_and_cancel_often(size_t operation, void *env)
{
    const struct crowd *const crowd = env;
    for (long i = 0; i < crowd->rounds; i++)
        get_and_cancel(operation, env);
}

/* The next pack that has its turn takes all there is. */
static long judge_crowd(void *env)
{
    struct crowd *const crowd = env;
    struct world *const world = &crowd->world;
    crowd->counter = (int32_t)world->counter;
    crowd->garbage = garbage(world);
    check_counts(world);
    if (world->variant->pack == RT_CE_PACK_LOCK) {
        if (rt_ce_stack_pack(&world->stack, 1) != crowd->garbage)
            world->faults++;
    }
    deinit(world);
    return crowd->counter - crowd->garbage;
}

static struct rt_explorer_result run_crowd(
    struct crowd *crowd, size_t operations, long runs, struct dice *dice)
{
    const struct rt_explorer_program program = {
        .operations = operations,
        .begin = begin_empty,
        .run = get_and_cancel_often,
        .end = judge_crowd,
        .env = crowd,
    };
    const struct rt_explorer_chooser chooser = {choose_by_dice, dice};
    struct rt_explorer_result result;
    dice->world = &crowd->world;
    OL_CHECK_EQ(rt_explorer_sample(&program, runs, chooser, &result), 0);
    OL_CHECK_EQ(crowd->world.faults, 0);
    return result;
}

/* The least and the most by which the count was off, over many schedules of
 * up to four operations. */
static void run_many(const char *variant, long *least, long *most)
{
    static const struct {
        size_t operations;
        long rounds;
        long runs;
    } sizes[] = {
        {2, 1, 4000}, {2, 2, 4000}, {3, 2, 4000}, {4, 3, 4000}, {4, 20, 600}};
    struct crowd crowd = {.world.variant = rt_ce_variant_find(variant)};
    struct dice dice = {.state = 1, .is_in_bursts = true, .peak = -1};
    *least = *most = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        crowd.rounds = sizes[i].rounds;
        const struct rt_explorer_result result =
            run_crowd(&crowd, sizes[i].operations, sizes[i].runs, &dice);
        for (size_t j = 0; j < result.count; j++) {
            const long off = result.outcomes[j].value;
            if (off < *least) *least = off;
            if (off > *most) *most = off;
        }
    }
}

OL_CASE(at_random_the_count_is_off_as_in_the_model)
{
    long least = 0;
    long most = 0;
    run_many("ce-3.5.3", &least, &most);
    OL_CHECK_EQ(least, 0);
    OL_CHECK_EQ(most, 0);
    run_many("ce-pr3936", &least, &most);
    OL_CHECK(-40 < least && least < -10); /* the model: -31 */
    OL_CHECK_EQ(most, 0);
    run_many("ce-3.5.2", &least, &most);
    OL_CHECK(-40 < least && least < -10); /* the model: -28 */
    OL_CHECK(6 < most && most < 12);      /* the model: 8 */
}

/* One schedule. Returns 1 if the count was exact. */
static long count_exact(
    struct crowd *crowd, size_t operations, struct dice *dice)
{
    const struct rt_explorer_result result =
        run_crowd(crowd, operations, 1, dice);
    return rt_explorer_count(&result, 0);
}

OL_CASE(a_crowd_wastes_turns_but_never_the_count)
{
    struct crowd crowd = {.world.variant = rt_ce_variant_find("ce-3.5.3")};
    for (size_t operations = 2; operations <= 4; operations += 2) {
        for (uint64_t seed = 1; seed <= 3; seed++) {
            struct dice dice = {.state = seed};
            crowd.rounds = 1000;
            OL_CHECK_EQ(count_exact(&crowd, operations, &dice), 1);
            OL_CHECK_EQ(crowd.garbage, 0);
            /* The model: up to 16 and 74. */
            OL_CHECK(dice.peak > 0);
            OL_CHECK(dice.peak <= (operations == 2 ? 16 : 80));
        }
    }
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct dice dice = {.state = seed, .peak = -1};
        crowd.rounds = 2000;
        OL_CHECK_EQ(count_exact(&crowd, 8, &dice), 1);
        /* The model: 7522 to 7797. */
        OL_CHECK(7400 < crowd.garbage && crowd.garbage < 8000);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(one_too_few_is_counted_by_3_5_2)
OL_CASES_ENTRY(one_too_many_is_counted_once_the_count_is_right)
OL_CASES_ENTRY(under_the_lock_the_count_is_exact)
OL_CASES_ENTRY(upstream_s_test_fails_in_every_schedule_of_3_5_2)
OL_CASES_ENTRY(upstream_s_test_fails_in_some_schedules_of_pr3936)
OL_CASES_ENTRY(upstream_s_test_passes_in_every_schedule_under_the_lock)
OL_CASES_ENTRY(two_cancelled_gets_leave_an_exact_count_under_the_lock)
OL_CASES_ENTRY(the_model_s_own_schedules_count_too_many_here_too)
OL_CASES_ENTRY(two_cancels_above_a_cleared_node_agree_with_the_model)
OL_CASES_ENTRY(at_random_the_count_is_off_as_in_the_model)
OL_CASES_ENTRY(a_crowd_wastes_turns_but_never_the_count)
OL_CASES_END
