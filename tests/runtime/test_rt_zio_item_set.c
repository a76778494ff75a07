/* test_rt_zio_item_set.c - which items a pool remembers.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/payload.h"
#include "reference-runtime/zio/zio_item_set.h"
#include "reference-runtime/zio/zio_variant.h"
#include "tests/support/check.h"

enum {
    MANY = 1000
};

static struct rt_object *make_item(void)
{
    struct rt_payload *const payload = rt_payload_create(1);
    OL_CHECK(payload);
    return &payload->object;
}

OL_CASE(an_item_is_there_until_it_is_taken_out)
{
    struct rt_zio_item_set set;
    struct rt_object *const item = make_item();
    struct rt_object *const other = make_item();
    rt_zio_item_set_init(&set, NULL);
    OL_CHECK(!rt_zio_item_set_has(&set, item));
    OL_CHECK(!rt_zio_item_set_take(&set, item));

    OL_CHECK_EQ(rt_zio_item_set_add(&set, item), 0);
    OL_CHECK(rt_zio_item_set_has(&set, item));
    OL_CHECK(!rt_zio_item_set_has(&set, other));

    struct rt_object *const entry = rt_zio_item_set_take(&set, item);
    OL_CHECK(entry);
    OL_CHECK(!rt_zio_item_set_has(&set, item));
    OL_CHECK_EQ(set.count, 0);
    rt_object_unref(entry);
    rt_object_unref(item);
    rt_object_unref(other);
    rt_zio_item_set_deinit(&set);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(to_add_an_item_twice_is_to_add_it_once)
{
    struct rt_zio_item_set set;
    struct rt_object *const item = make_item();
    rt_zio_item_set_init(&set, NULL);
    OL_CHECK_EQ(rt_zio_item_set_add(&set, item), 0);
    OL_CHECK_EQ(rt_zio_item_set_add(&set, item), 0);
    OL_CHECK_EQ(set.count, 1);
    OL_CHECK_EQ(rt_object_live(RT_SET_ENTRY), 1);
    rt_object_unref(item);
    rt_zio_item_set_deinit(&set);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(the_set_holds_its_items)
{
    struct rt_zio_item_set set;
    rt_zio_item_set_init(&set, NULL);
    for (int i = 0; i < MANY; i++) {
        struct rt_object *const item = make_item();
        OL_CHECK_EQ(rt_zio_item_set_add(&set, item), 0);
        rt_object_unref(item);
    }
    OL_CHECK_EQ(set.count, MANY);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), MANY);
    OL_CHECK_EQ(rt_object_live(RT_SET_ENTRY), MANY);
    rt_zio_item_set_deinit(&set);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(many_items_are_each_found_and_taken_once)
{
    struct rt_zio_item_set set;
    struct rt_object *items[MANY];
    rt_zio_item_set_init(&set, NULL);
    for (int i = 0; i < MANY; i++) {
        items[i] = make_item();
        OL_CHECK_EQ(rt_zio_item_set_add(&set, items[i]), 0);
    }
    for (int i = 0; i < MANY; i += 2)
        rt_object_unref(rt_zio_item_set_take(&set, items[i]));
    OL_CHECK_EQ(set.count, MANY / 2);
    for (int i = 0; i < MANY; i++)
        OL_CHECK_EQ(rt_zio_item_set_has(&set, items[i]), i % 2);
    for (int i = 0; i < MANY; i++)
        rt_object_unref(items[i]);
    rt_zio_item_set_deinit(&set);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(each_version_has_the_repairs_of_the_one_before)
{
    static const char *const names[] = {"rc6", "2.0", "2.1.8", "pr9163",
        "main-9164", "2.1.9", "2.1.13", "2.1.14", "ideal"};
    static const int repairs[] = {0, 1, 2, 3, 4, 5, 6, 7, 12};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct rt_zio_variant *const row = rt_zio_variant_find(names[i]);
        OL_CHECK(row && row == rt_zio_variant_at(i));
        const bool has[] = {row->releases_failed_early,
            row->refills_for_waiters, row->closes_failed, row->opens_in_caller,
            row->shuts_down_failed_open, row->tracks_valid_items,
            row->scopes_keyed_items, row->counts_excess_right,
            row->cancels_takers, row->drops_failed_lease,
            row->refills_after_failure, row->drains_last_slot};
        for (int flag = 0; flag < (int)sizeof has; flag++)
            OL_CHECK_EQ(has[flag], flag < repairs[i]);
    }
    OL_CHECK(!rt_zio_variant_at(sizeof names / sizeof names[0]));
    OL_CHECK(!rt_zio_variant_find("2.1"));
}

OL_CASES_BEGIN
OL_CASES_ENTRY(an_item_is_there_until_it_is_taken_out)
OL_CASES_ENTRY(to_add_an_item_twice_is_to_add_it_once)
OL_CASES_ENTRY(the_set_holds_its_items)
OL_CASES_ENTRY(many_items_are_each_found_and_taken_once)
OL_CASES_ENTRY(each_version_has_the_repairs_of_the_one_before)
OL_CASES_END
