/* test_rt_zio_keyed_pool.c - a pool for each key: upstream's four checks, in
 * both modes, and what a get does while the pool is being made.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_keyed_pool.h"

#include <errno.h>
#include <time.h>

#include "reference-runtime/run/zio_client.h"
#include "reference-runtime/run/zio_keyed_rig.h"
#include "tests/runtime/rt_threads.h"
#include "tests/support/check.h"

enum {
    THREADS = 8,
    USERS = 400
};

static const char *const variants[] = {"rc6", "2.0", "2.1.8", "pr9163",
    "main-9164", "2.1.9", "2.1.13", "2.1.14", "ideal"};

enum {
    VARIANTS = sizeof variants / sizeof variants[0]
};

static void begin(
    struct rt_zio_keyed_rig *rig, const char *variant, unsigned threads)
{
    OL_CHECK_EQ(rt_zio_keyed_rig_init(rig, variant, threads), 0);
}

/* P5: nothing is left. */
static void end(struct rt_zio_keyed_rig *rig)
{
    OL_CHECK_EQ(rt_zio_scene_stop(&rig->scene), 0);
    for (size_t key = 0; key < RT_ZIO_KEYS; key++)
        OL_CHECK_EQ(rt_zio_maker_live(&rig->makers[key]), 0);
    OL_CHECK_EQ(rt_zio_keyed_rig_deinit(rig), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static struct rt_object *get(
    struct rt_zio_keyed_rig *rig, uint64_t key, struct rt_scope *scope)
{
    struct rt_object *item = NULL;
    OL_CHECK_EQ(rt_zio_keyed_rig_get(rig, key, scope, &item), 0);
    OL_CHECK(item);
    return item;
}

static void close(struct rt_zio_keyed_rig *rig, struct rt_scope *scope)
{
    OL_CHECK_EQ(rt_zio_scene_close(&rig->scene, scope, 0), 0);
}

/* ---- Crowds ---- */

static struct rt_future *get_second(
    void *env, uint64_t draw, struct rt_scope *scope)
{
    const struct rt_zio_keyed_rig *const rig = env;
    (void)draw;
    return rt_zio_keyed_pool_get(rig->keyed, 1, scope);
}

/* ---- The four of ZKeyedPoolSpec ---- */

static void check_second_key(const char *variant, unsigned threads)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, variant, threads);
    rig.range = (struct rt_zio_range){4, 4};
    struct rt_scope *const scope = rt_scope_create();
    for (int i = 0; i < 4; i++)
        (void)get(&rig, 0, scope);

    struct rt_zio_crowd crowd = rt_zio_crowd_of_keyed(&rig, 1);
    crowd.get = get_second;
    OL_CHECK_EQ(rt_zio_crowd_run(&crowd, 0, USERS), 0);
    OL_CHECK_EQ(atomic_load(&crowd.got), USERS);
    OL_CHECK_EQ(atomic_load(&rig.makers[0].calls), 4);
    OL_CHECK_EQ(atomic_load(&rig.makers[1].calls), 4);
    close(&rig, scope);
    end(&rig);
}

OL_CASE(one_key_goes_on_while_another_is_exhausted)
{
    for (size_t i = 0; i < VARIANTS; i++)
        check_second_key(variants[i], 0);
    check_second_key("2.1.14", THREADS);
    check_second_key("2.1.8", THREADS);
}

static void check_invalidates(const char *variant, unsigned threads)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, variant, threads);
    rig.range = (struct rt_zio_range){4, 4};
    struct rt_zio_crowd crowd = rt_zio_crowd_of_keyed(&rig, 1);
    crowd.invalidates = 2;
    OL_CHECK_EQ(rt_zio_crowd_run(&crowd, 7, USERS), 0);
    OL_CHECK_EQ(atomic_load(&crowd.got), USERS);
    OL_CHECK_EQ(rt_zio_keyed_pool_counts(rig.keyed).pools, RT_ZIO_KEYS);
    OL_CHECK_EQ(rt_zio_keyed_pool_counts(rig.keyed).pending, 0);
    end(&rig);
}

OL_CASE(users_who_invalidate_at_random_all_finish)
{
    for (size_t i = 0; i < VARIANTS; i++)
        check_invalidates(variants[i], 0);
    check_invalidates("2.1.14", THREADS);
    check_invalidates("2.1.8", THREADS);
}

/* Upstream sees to it that the heap suffices; here it is counted. */
static void check_rounds(const char *variant, long rounds, bool grows)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, variant, 0);
    for (long round = 0; round < rounds; round++) {
        struct rt_scope *const scope = rt_scope_create();
        struct rt_object *items[RT_ZIO_KEYS];
        for (uint64_t key = 0; key < RT_ZIO_KEYS; key++)
            items[key] = get(&rig, key, scope);
        for (uint64_t key = 0; key < RT_ZIO_KEYS; key++)
            OL_CHECK_EQ(rt_zio_keyed_pool_invalidate(rig.keyed, items[key]), 0);
        close(&rig, scope);
    }
    const long entries =
        grows ? rounds * RT_ZIO_KEYS * (RT_ZIO_KEYS - 1) : (long)RT_ZIO_KEYS;
    long remembered = 0;
    for (uint64_t key = 0; key < RT_ZIO_KEYS; key++)
        remembered += rt_zio_keyed_rig_remembered(&rig, key);
    OL_CHECK_EQ(remembered, entries);
    OL_CHECK_EQ(rt_object_live(RT_SET_ENTRY), entries);
    OL_CHECK_EQ(
        rt_object_live(RT_PAYLOAD), RT_ZIO_KEYS * (grows ? rounds + 1 : 1));
    /* P9: one finalizer a pool; before zio/zio#9329 one an item too. */
    OL_CHECK_EQ(rt_scope_size(rig.scene.owner),
        RT_ZIO_KEYS * (grows ? 1 + rounds + 1 : 1));
    end(&rig);
}

OL_CASE(ten_thousand_rounds_over_six_keys_remember_what_there_is)
{
    check_rounds("2.1.14", 10000, false);
    check_rounds("ideal", 10000, false);
    check_rounds("2.1.9", 1000, true); // zio/zio#9306
}

/* P9, and zio/zio#9329. */
static void check_finalizers(const char *variant, bool grows)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, variant, 0);
    for (int round = 0; round < 1000; round++) {
        struct rt_scope *const scope = rt_scope_create();
        struct rt_object *const item = get(&rig, 0, scope);
        OL_CHECK_EQ(rt_zio_keyed_pool_invalidate(rig.keyed, item), 0);
        close(&rig, scope);
    }
    const long items = 1001;
    OL_CHECK_EQ(rt_scope_size(rig.scene.owner), grows ? 1 + items : 1);
    OL_CHECK_EQ(rt_zio_maker_live(&rig.makers[0]), grows ? items : 1);
    OL_CHECK_EQ(atomic_load(&rig.makers[0].calls), items);
    end(&rig);
}

OL_CASE(the_owner_has_one_finalizer_a_pool)
{
    check_finalizers("2.1.14", false);
    check_finalizers("ideal", false);
    check_finalizers("2.1.13", true);
    check_finalizers("2.1.8", true);
}

/* ---- While the pool is being made ---- */

/* Starts a get of the first key. */
static struct rt_task *start_get(
    struct rt_zio_keyed_rig *rig, struct rt_scope *scope)
{
    return rt_zio_scene_start(
        &rig->scene, rt_zio_keyed_pool_get(rig->keyed, 0, scope));
}

OL_CASE(a_key_has_one_pool_however_many_come_first)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, "2.1.14", 0);
    rig.makers[0].suspends_at = 1;
    struct rt_scope *const scopes[] = {rt_scope_create(), rt_scope_create()};
    struct rt_task *const opens = start_get(&rig, scopes[0]);
    struct rt_task *const waits = start_get(&rig, scopes[1]);
    struct rt_zio_keyed_counts counts = rt_zio_keyed_pool_counts(rig.keyed);
    OL_CHECK_EQ(counts.pools, 1);
    OL_CHECK_EQ(counts.pending, 1);
    OL_CHECK_EQ(counts.waiting, 1);

    rt_zio_maker_let_go(&rig.makers[0]);
    rt_scheduler_run(rig.scene.scheduler);
    OL_CHECK(rt_task_is_done(opens));
    OL_CHECK(!rt_task_is_done(waits)); // there is one item
    close(&rig, scopes[0]);
    OL_CHECK(rt_task_is_done(waits));
    OL_CHECK_EQ(rt_task_status(waits), 0);
    counts = rt_zio_keyed_pool_counts(rig.keyed);
    OL_CHECK_EQ(counts.pools, 1);
    OL_CHECK_EQ(counts.pending + counts.waiting, 0);
    close(&rig, scopes[1]);
    rt_task_unref(opens);
    rt_task_unref(waits);
    end(&rig);
}

OL_CASE(who_waits_for_a_pool_fails_with_who_makes_it_and_the_next_tries_again)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, "2.1.14", 0);
    rig.makers[0].suspends_at = 1;
    struct rt_scope *const scope = rt_scope_create();
    struct rt_task *const opens = start_get(&rig, scope);
    struct rt_task *const waits = start_get(&rig, scope);

    rt_zio_scene_interrupt(&rig.scene, opens);
    OL_CHECK(rt_task_is_done(waits));
    OL_CHECK_EQ(rt_task_status(waits), -EINTR);
    OL_CHECK_EQ(rt_zio_keyed_pool_counts(rig.keyed).pools, 0);
    OL_CHECK_EQ(rt_zio_maker_live(&rig.makers[0]), 0);
    (void)get(&rig, 0, scope);
    OL_CHECK_EQ(atomic_load(&rig.makers[0].calls), 2);
    close(&rig, scope);
    rt_task_unref(waits);
    end(&rig);
}

OL_CASE(who_waits_for_a_pool_can_be_interrupted)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, "2.1.14", 0);
    rig.makers[0].suspends_at = 1;
    struct rt_scope *const scope = rt_scope_create();
    struct rt_task *const opens = start_get(&rig, scope);
    struct rt_task *const waits = start_get(&rig, scope);
    rt_zio_scene_interrupt(&rig.scene, waits);
    OL_CHECK_EQ(rt_zio_keyed_pool_counts(rig.keyed).waiting, 0);

    rt_zio_maker_let_go(&rig.makers[0]);
    rt_scheduler_run(rig.scene.scheduler);
    OL_CHECK_EQ(rt_task_status(opens), 0);
    rt_task_unref(opens);
    close(&rig, scope);
    end(&rig);
}

OL_CASE(a_range_that_cannot_be_fails_the_get_and_the_next_tries_again)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, "2.1.14", 0);
    rig.range = (struct rt_zio_range){2, 1};
    struct rt_scope *const scope = rt_scope_create();
    struct rt_object *item = NULL;
    OL_CHECK_EQ(rt_zio_keyed_rig_get(&rig, 0, scope, &item), -EINVAL);
    OL_CHECK_EQ(rt_zio_keyed_pool_counts(rig.keyed).pools, 0);
    rig.range = (struct rt_zio_range){1, 1};
    (void)get(&rig, 0, scope);
    close(&rig, scope);
    end(&rig);
}

static int32_t size_of(struct rt_zio_keyed_rig *rig, uint64_t key)
{
    struct rt_zio_pool *const pool = rt_zio_keyed_pool_find(rig->keyed, key);
    OL_CHECK(pool);
    const int32_t size = rt_zio_pool_counts(pool).size;
    rt_zio_pool_unref(pool);
    return size;
}

OL_CASE(each_key_has_its_own_time_to_live)
{
    const uint64_t minute_ns = UINT64_C(60000000000);
    struct rt_zio_keyed_rig rig;
    begin(&rig, "2.1.14", 0);
    rig.range = (struct rt_zio_range){1, 3};
    rig.ttl_ns[0] = minute_ns;
    rig.ttl_ns[1] = 10 * minute_ns;
    struct rt_scope *const scope = rt_scope_create();
    for (int i = 0; i < 3; i++)
        for (uint64_t key = 0; key < 3; key++)
            (void)get(&rig, key, scope);
    close(&rig, scope);

    rt_scheduler_run_for(rig.scene.scheduler, 3 * minute_ns);
    OL_CHECK_EQ(size_of(&rig, 0), 1);
    OL_CHECK_EQ(size_of(&rig, 1), 3);
    rt_scheduler_run_for(rig.scene.scheduler, 30 * minute_ns);
    OL_CHECK_EQ(size_of(&rig, 1), 1);
    OL_CHECK_EQ(size_of(&rig, 2), 3);
    end(&rig);
}

OL_CASE(after_the_owner_has_closed_no_key_has_items)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, "2.1.14", 0);
    struct rt_scope *const scope = rt_scope_create();
    (void)get(&rig, 0, scope);
    close(&rig, scope);
    OL_CHECK_EQ(rt_zio_scene_stop(&rig.scene), 0);

    struct rt_scope *const late = rt_scope_create();
    struct rt_object *item = NULL;
    OL_CHECK(rt_zio_keyed_rig_get(&rig, 0, late, &item) < 0);
    OL_CHECK(rt_zio_keyed_rig_get(&rig, 1, late, &item) < 0);
    close(&rig, late);
    end(&rig);
}

OL_CASE(many_keys_are_found_again)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, "2.1.14", 0);
    OL_CHECK(!rt_zio_keyed_pool_find(rig.keyed, 3));
    struct rt_scope *const scope = rt_scope_create();
    for (uint64_t key = 0; key < RT_ZIO_KEYS; key++)
        (void)get(&rig, key, scope);
    for (uint64_t key = 0; key < RT_ZIO_KEYS; key++) {
        struct rt_zio_pool *const pool = rt_zio_keyed_pool_find(rig.keyed, key);
        OL_CHECK(pool);
        OL_CHECK_EQ(rt_zio_pool_counts(pool).size, 1);
        rt_zio_pool_unref(pool);
    }
    close(&rig, scope);
    end(&rig);
}

/* ---- A crowd that does everything at once ---- */

static long now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Crowd after crowd on the same pools. Upstream, a get that fails may leave
 * those behind who wait for the slot that it gives up: there nobody has to. */
static void check_crowds(const char *variant)
{
    struct rt_zio_keyed_rig rig;
    begin(&rig, variant, THREADS);
    const bool may_wait = rt_zio_variant_find(variant)->refills_after_failure;
    rig.range = (struct rt_zio_range){0, may_wait ? 3 : USERS};
    for (size_t key = 0; key < RT_ZIO_KEYS; key++) {
        rig.makers[key].takes_a_turn = true;
        rig.makers[key].fails = 5;
    }
    struct rt_zio_crowd crowd = rt_zio_crowd_of_keyed(&rig, 1);
    crowd.invalidates = 3;
    crowd.gives_up = 4;
    crowd.visits = 5;
    long visits = 0;
    const long start_ms = now_ms();
    do {
        OL_CHECK_EQ(rt_zio_crowd_run(&crowd, (uint64_t)visits, USERS), 0);
        visits += crowd.visits * USERS;
    } while (now_ms() - start_ms < RT_THREADS_CASE_MS);

    OL_CHECK_EQ(atomic_load(&crowd.got) + atomic_load(&crowd.failed) +
                    atomic_load(&crowd.interrupted),
        visits);
    OL_CHECK(atomic_load(&crowd.got) > 0);
    OL_CHECK(atomic_load(&crowd.failed) > 0);
    OL_CHECK(atomic_load(&crowd.interrupted) > 0);
    end(&rig);
}

OL_CASE(crowds_on_threads_leave_nothing)
{
    static const char *const some[] = {
        "main-9164", "2.1.9", "2.1.13", "2.1.14", "ideal"};
    for (int i = 0; i < 5; i++)
        check_crowds(some[i]);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(one_key_goes_on_while_another_is_exhausted)
OL_CASES_ENTRY(users_who_invalidate_at_random_all_finish)
OL_CASES_ENTRY(ten_thousand_rounds_over_six_keys_remember_what_there_is)
OL_CASES_ENTRY(the_owner_has_one_finalizer_a_pool)
OL_CASES_ENTRY(a_key_has_one_pool_however_many_come_first)
OL_CASES_ENTRY(
    who_waits_for_a_pool_fails_with_who_makes_it_and_the_next_tries_again)
OL_CASES_ENTRY(who_waits_for_a_pool_can_be_interrupted)
OL_CASES_ENTRY(a_range_that_cannot_be_fails_the_get_and_the_next_tries_again)
OL_CASES_ENTRY(each_key_has_its_own_time_to_live)
OL_CASES_ENTRY(after_the_owner_has_closed_no_key_has_items)
OL_CASES_ENTRY(many_keys_are_found_again)
OL_CASES_ENTRY(crowds_on_threads_leave_nothing)
OL_CASES_END
