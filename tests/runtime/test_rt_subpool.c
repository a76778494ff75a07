/* test_rt_subpool.c - pools that borrow the workers of another, on every
 * version.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>

#include "reference-runtime/run/held_task.h"
#include "tests/runtime/rt_fixture.h"
#include "tests/support/check.h"

static void on_every_version(void (*check)(const char *variant))
{
    const struct rt_pond_variant *variant = NULL;
    for (size_t i = 0; (variant = rt_pond_variant_at(i)); i++) {
        check(variant->name);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

static struct rt_pond *make_subpool(struct rt_pond *parent, size_t workers)
{
    return rt_fixture_pond_with(rt_pond_variant(parent)->name,
        (struct rt_pond_options){.parent = parent, .max_workers = workers});
}

static void unmake(struct rt_pond *subpool, struct rt_pond *parent)
{
    rt_pond_stop_and_wait(subpool);
    rt_pond_stop_and_wait(parent);
    OL_CHECK_EQ(rt_pond_destroy(parent), -EBUSY);
    OL_CHECK_EQ(rt_pond_destroy(subpool), 0);
    OL_CHECK_EQ(rt_pond_destroy(parent), 0);
}

/* How many tasks run at once, and the most that ever did. */
struct load {
    atomic_int now;
    atomic_int most;
    atomic_int done;
};

static int carry(const struct rt_pond_fn *self, long *value)
{
    struct load *const load = self->shared;
    const int now = atomic_fetch_add(&load->now, 1) + 1;
    int most = atomic_load(&load->most);
    while (now > most && !atomic_compare_exchange_weak(&load->most, &most, now))
        continue;
    rt_fixture_sleep_ms(1);
    atomic_fetch_sub(&load->now, 1);
    *value = atomic_fetch_add(&load->done, 1);
    return 0;
}

static void check_limit(const char *variant)
{
    struct load load = {0};
    const struct rt_pond_fn fn = {.run = carry, .shared = &load};
    struct rt_pond *const parent = rt_fixture_pond(variant, 8);
    struct rt_pond *const subpool = make_subpool(parent, 2);
    for (int i = 0; i < 40; i++)
        OL_CHECK_EQ(rt_pond_go(subpool, fn), 0);
    rt_pond_wait_idle(subpool);
    OL_CHECK_EQ(load.done, 40);
    OL_CHECK(load.most <= 2);
    OL_CHECK_EQ(rt_pond_counts(subpool).succeeded, 40);
    unmake(subpool, parent);
}

OL_CASE(a_subpool_keeps_to_its_own_limit)
{
    on_every_version(check_limit);
}

static void check_overlap(const char *variant)
{
    struct load load = {0};
    const struct rt_pond_fn fn = {.run = carry, .shared = &load};
    struct rt_pond *const parent = rt_fixture_pond(variant, 3);
    struct rt_pond *const first = make_subpool(parent, 2);
    struct rt_pond *const second = make_subpool(parent, 2);
    for (int i = 0; i < 30; i++) {
        OL_CHECK_EQ(rt_pond_go(first, fn), 0);
        OL_CHECK_EQ(rt_pond_go(second, fn), 0);
        OL_CHECK_EQ(rt_pond_go(parent, fn), 0);
    }
    rt_pond_wait_idle(first);
    rt_pond_wait_idle(second);
    rt_pond_wait_idle(parent);
    OL_CHECK_EQ(load.done, 90);
    OL_CHECK(load.most <= 3);
    /* Each task of a subpool is a turn of the parent. */
    OL_CHECK(rt_pond_counts(parent).succeeded <= 90);
    OL_CHECK(rt_pond_counts(parent).succeeded > 30);
    OL_CHECK_EQ(rt_pond_counts(first).succeeded, 30);
    OL_CHECK_EQ(rt_pond_counts(second).succeeded, 30);
    rt_pond_stop_and_wait(second);
    OL_CHECK_EQ(rt_pond_destroy(second), 0);
    unmake(first, parent);
}

OL_CASE(subpools_share_the_workers_of_their_parent)
{
    on_every_version(check_overlap);
}

static void check_group(const char *variant)
{
    long given[20];
    long values[20] = {0};
    struct rt_pond *const parent = rt_fixture_pond(variant, 2);
    struct rt_pond *const subpool = make_subpool(parent, 1);
    struct rt_pond_group *const group = rt_pond_group_create(subpool, NULL);
    OL_CHECK(group);
    for (int i = 0; i < 20; i++) {
        given[i] = i;
        OL_CHECK_EQ(
            rt_pond_group_submit(group, rt_fixture_value(&given[i])), 0);
    }
    OL_CHECK_EQ(rt_pond_group_wait(group), 0);
    rt_pond_group_values(group, 20, values);
    for (int i = 0; i < 20; i++)
        OL_CHECK_EQ(values[i], i);
    rt_pond_wait_idle(subpool);
    rt_pond_group_unref(group);
    unmake(subpool, parent);
}

OL_CASE(groups_work_on_a_subpool)
{
    on_every_version(check_group);
}

OL_CASE(a_subpool_has_a_queue_of_its_own)
{
    atomic_int ran = 0;
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_pond *const parent = rt_fixture_pond("v2.7.0", 4);
    struct rt_pond *const subpool = rt_fixture_pond_with(
        "v2.7.0", (struct rt_pond_options){.parent = parent,
                      .max_workers = 1,
                      .queue_size = 2,
                      .non_blocking = true});
    OL_CHECK_EQ(rt_pond_go(subpool, rt_held_task(&gate, NULL)), 0);
    OL_CHECK_EQ(rt_pond_go(subpool, rt_fixture_count(&ran)), 0);
    OL_CHECK_EQ(rt_pond_go(subpool, rt_fixture_count(&ran)), 0);
    OL_CHECK_EQ(rt_pond_go(subpool, rt_fixture_count(&ran)), -EAGAIN);
    for (int i = 0; i < 10; i++)
        OL_CHECK_EQ(rt_pond_go(parent, rt_fixture_count(&ran)), 0);
    rt_gate_open(&gate);
    rt_pond_wait_idle(subpool);
    rt_pond_wait_idle(parent);
    OL_CHECK_EQ(ran, 12);
    unmake(subpool, parent);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_bounded_pool_cannot_be_a_parent)
{
    struct rt_pond *subpool = NULL;
    struct rt_pond *const parent = rt_fixture_pond_with(
        "v2.7.0", (struct rt_pond_options){.max_workers = 1, .queue_size = 1});
    const struct rt_pond_options options = {
        .variant = rt_pond_variant_find("v2.7.0"),
        .parent = parent,
        .max_workers = 1,
    };
    OL_CHECK_EQ(rt_pond_create(&options, &subpool), -EINVAL);
    OL_CHECK_EQ(rt_pond_destroy(parent), 0);
}

static void check_resize(const char *variant)
{
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_pond *const parent = rt_fixture_pond(variant, 4);
    struct rt_pond *const subpool = make_subpool(parent, 1);
    for (int i = 0; i < 3; i++)
        OL_CHECK_EQ(rt_pond_go(subpool, rt_held_task(&gate, NULL)), 0);
    rt_gate_await(&gate, 1);
    rt_pond_resize(subpool, 3);
    rt_gate_await(&gate, 3);
    rt_gate_open(&gate);
    rt_pond_wait_idle(subpool);
    OL_CHECK_EQ(rt_pond_counts(subpool).succeeded, 3);
    unmake(subpool, parent);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

OL_CASE(a_subpool_grows)
{
    on_every_version(check_resize);
}

/* The subpool's only worker is a turn that waits behind the parent's task
 * when the parent is cancelled. */
static void check_cancel(const char *variant)
{
    atomic_int ran = 0;
    struct rt_gate gate;
    rt_gate_init(&gate);
    struct rt_context *const context = rt_context_create(NULL);
    OL_CHECK(context);
    struct rt_pond *const parent = rt_fixture_pond_with(variant,
        (struct rt_pond_options){.max_workers = 1, .context = context});
    struct rt_pond *const subpool = make_subpool(parent, 1);
    OL_CHECK_EQ(rt_pond_go(parent, rt_held_task(&gate, NULL)), 0);
    rt_gate_await(&gate, 1);
    OL_CHECK_EQ(rt_pond_go(subpool, rt_fixture_count(&ran)), 0);
    OL_CHECK_EQ(rt_pond_go(subpool, rt_fixture_count(&ran)), 0);
    rt_context_cancel(context, -ECANCELED);
    rt_gate_open(&gate);
    rt_pond_wait_idle(parent);
    rt_pond_settle_queue(parent);
    rt_pond_settle_queue(subpool);
    rt_pond_wait_idle(subpool);
    OL_CHECK_EQ(ran, 0);
    OL_CHECK_EQ(rt_pond_counts(subpool).cancelled, 2);
    OL_CHECK_EQ(rt_pond_go(subpool, rt_fixture_count(&ran)), -ECANCELED);
    unmake(subpool, parent);
    rt_context_unref(context);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
}

OL_CASE(a_cancelled_parent_cancels_its_subpools)
{
    on_every_version(check_cancel);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_subpool_keeps_to_its_own_limit)
OL_CASES_ENTRY(subpools_share_the_workers_of_their_parent)
OL_CASES_ENTRY(groups_work_on_a_subpool)
OL_CASES_ENTRY(a_subpool_has_a_queue_of_its_own)
OL_CASES_ENTRY(a_bounded_pool_cannot_be_a_parent)
OL_CASES_ENTRY(a_subpool_grows)
OL_CASES_ENTRY(a_cancelled_parent_cancels_its_subpools)
OL_CASES_END
