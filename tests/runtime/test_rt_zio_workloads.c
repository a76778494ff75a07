/* test_rt_zio_workloads.c - the tables of ZIO's leaks, every version.
 *
 * The numbers stand here by themselves; the workloads' own expectations,
 * which are computed, are held against the truth too.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_rows.h"
#include "tests/support/check.h"

#define CHECK_ROWS(...)                                              \
    do {                                                             \
        const struct rt_row rows[] = {__VA_ARGS__};                  \
        OL_CHECK(rt_rows_check(rows, sizeof rows / sizeof rows[0])); \
    } while (0)

OL_CASE(w_zp_1_what_an_interrupted_creation_had_acquired_is_lost_up_to_2_1_8)
{
    CHECK_ROWS({"zio-pool/interrupt", "rc6 2.0 2.1.8", 1,
                   "acquired 1, live 1, orphans 1, broken 8, size 0, free 0, "
                   "queued 0, live_after_stop 1, left_over 3"},
        {"zio-pool/interrupt", "rc6 2.0 2.1.8", 10,
            "acquired 10, live 10, orphans 10, broken 8, size 0, free 0, "
            "queued 0, live_after_stop 10, left_over 30"},
        {"zio-pool/interrupt", "rc6 2.0 2.1.8", 100,
            "acquired 100, live 100, orphans 100, broken 8, size 0, "
            "free 0, queued 0, live_after_stop 100, left_over 300"},
        {"zio-pool/interrupt", "pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 1,
            "acquired 1, live 0, orphans 0, broken 0, size 0, free 0, "
            "queued 0, live_after_stop 0, left_over 0"},
        {"zio-pool/interrupt", "pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 10,
            "acquired 10, live 0, orphans 0, broken 0, size 0, free 0, "
            "queued 0, live_after_stop 0, left_over 0"},
        {"zio-pool/interrupt", "pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal",
            100,
            "acquired 100, live 0, orphans 0, broken 0, size 0, free 0, "
            "queued 0, live_after_stop 0, left_over 0"});
}

OL_CASE(w_zp_2_what_a_failed_creation_had_acquired_is_lost_up_to_2_1_8)
{
    CHECK_ROWS({"zio-pool/fail", "rc6 2.0 2.1.8", 1,
                   "acquired 1, live 1, orphans 1, broken 8, size 0, free 0, "
                   "queued 0, live_after_stop 1, left_over 3"},
        {"zio-pool/fail", "rc6 2.0 2.1.8", 10,
            "acquired 10, live 10, orphans 10, broken 8, size 0, free 0, "
            "queued 0, live_after_stop 10, left_over 30"},
        {"zio-pool/fail", "rc6 2.0 2.1.8", 100,
            "acquired 100, live 100, orphans 100, broken 8, size 0, "
            "free 0, queued 0, live_after_stop 100, left_over 300"},
        {"zio-pool/fail", "pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 1,
            "acquired 1, live 0, orphans 0, broken 0, size 0, free 0, "
            "queued 0, live_after_stop 0, left_over 0"},
        {"zio-pool/fail", "pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 10,
            "acquired 10, live 0, orphans 0, broken 0, size 0, free 0, "
            "queued 0, live_after_stop 0, left_over 0"},
        {"zio-pool/fail", "pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 100,
            "acquired 100, live 0, orphans 0, broken 0, size 0, free 0, "
            "queued 0, live_after_stop 0, left_over 0"});
}

/* Leaky: 5 + 10 == 15 and 10 + 9 == 19. */
OL_CASE(w_zp_2b_failures_queue_up_to_the_size_of_a_fixed_pool)
{
    CHECK_ROWS({"zio-pool/fail-fixed-5", "rc6 2.0 2.1.8", 10,
                   "live_at_start 5, acquired 15, live 15, orphans 10, size 5, "
                   "free 5, queued 5, live_after_stop 10, left_over 30"},
        {"zio-pool/fail-fixed-5", "pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal",
            10,
            "live_at_start 5, acquired 15, live 5, orphans 0, size 5, "
            "free 5, queued 5, live_after_stop 0, left_over 0"},
        {"zio-pool/fail-fixed-10", "rc6 2.0 2.1.8", 9,
            "live_at_start 10, acquired 19, live 19, orphans 9, size 10, "
            "free 10, queued 10, live_after_stop 9, left_over 27"},
        {"zio-pool/fail-fixed-10", "pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal",
            9,
            "live_at_start 10, acquired 19, live 10, orphans 0, size 10, "
            "free 10, queued 10, live_after_stop 0, left_over 0"});
}

/* Call k of ten leaves k; the sums of the first calls. Each pool is looked at:
 * `unlike` counts those that were not (10,10,10), or shut, or blocked. */
OL_CASE(w_zp_3_a_pool_whose_opening_is_interrupted_is_lost_on_main_9164)
{
    CHECK_ROWS({"zio-pool/init-interrupt", "rc6 2.0 2.1.8 pr9163", 1,
                   "unlike 0, acquired 1, blocked 1, lost 0, left_over 0"},
        {"zio-pool/init-interrupt", "rc6 2.0 2.1.8 pr9163", 4,
            "unlike 0, acquired 10, blocked 4, lost 0, left_over 0"},
        {"zio-pool/init-interrupt", "rc6 2.0 2.1.8 pr9163", 10,
            "unlike 0, acquired 55, blocked 10, lost 0, left_over 0"},
        {"zio-pool/init-interrupt", "rc6 2.0 2.1.8 pr9163", 20,
            "unlike 0, acquired 110, blocked 20, lost 0, left_over 0"},
        {"zio-pool/init-interrupt", "main-9164", 1,
            "unlike 0, acquired 1, blocked 0, lost 1, left_over 3"},
        {"zio-pool/init-interrupt", "main-9164", 4,
            "unlike 0, acquired 10, blocked 0, lost 10, left_over 30"},
        {"zio-pool/init-interrupt", "main-9164", 10,
            "unlike 0, acquired 55, blocked 0, lost 55, left_over 165"},
        {"zio-pool/init-interrupt", "main-9164", 20,
            "unlike 0, acquired 110, blocked 0, lost 110, left_over 330"},
        {"zio-pool/init-interrupt", "2.1.9 2.1.13 2.1.14 ideal", 1,
            "unlike 0, acquired 1, blocked 0, lost 0, left_over 0"},
        {"zio-pool/init-interrupt", "2.1.9 2.1.13 2.1.14 ideal", 4,
            "unlike 0, acquired 10, blocked 0, lost 0, left_over 0"},
        {"zio-pool/init-interrupt", "2.1.9 2.1.13 2.1.14 ideal", 10,
            "unlike 0, acquired 55, blocked 0, lost 0, left_over 0"},
        {"zio-pool/init-interrupt", "2.1.9 2.1.13 2.1.14 ideal", 20,
            "unlike 0, acquired 110, blocked 0, lost 0, left_over 0"});
}

OL_CASE(w_zp_4a_the_set_of_invalid_items_only_grows_before_2_1_13)
{
    CHECK_ROWS({"zio-pool/foreign-invalidate",
                   "rc6 2.0 2.1.8 pr9163 main-9164 2.1.9", 1000,
                   "made 1, remembered_invalid 1000, remembered_valid 0, "
                   "items 1001, size 1"},
        {"zio-pool/foreign-invalidate", "2.1.13 2.1.14 ideal", 1000,
            "made 1, remembered_invalid 0, remembered_valid 1, items 1, "
            "broken 0, size 1"});
}

OL_CASE(w_zp_4b_all_pools_of_a_keyed_pool_remember_an_item_of_one)
{
    CHECK_ROWS(
        {"zio-keyed/invalidate", "rc6 2.0 2.1.8 pr9163 main-9164 2.1.9", 100,
            "retained 500, retained_own 0, valid 0, created_own 101, "
            "created_others 5"},
        {"zio-keyed/invalidate", "rc6 2.0 2.1.8 pr9163 main-9164 2.1.9", 1000,
            "retained 5000, retained_own 0, valid 0, created_own 1001, "
            "created_others 5"},
        {"zio-keyed/invalidate", "2.1.13 2.1.14 ideal", 100,
            "retained 0, retained_own 0, valid 6, created_own 101, "
            "created_others 5"},
        {"zio-keyed/invalidate", "2.1.13 2.1.14 ideal", 1000,
            "retained 0, retained_own 0, valid 6, created_own 1001, "
            "created_others 5"});
}

OL_CASE(w_zp_4c_an_item_that_is_gone_is_remembered)
{
    CHECK_ROWS(
        {"zio-pool/double-invalidate", "rc6 2.0 2.1.8 pr9163 main-9164 2.1.9",
            100, "made 101, remembered_invalid 100, remembered_valid 0"},
        {"zio-pool/double-invalidate", "2.1.13 2.1.14 ideal", 100,
            "made 101, remembered_invalid 0, remembered_valid 1"});
}

OL_CASE(w_zp_5_a_retry_in_one_scope_hangs_in_rc6)
{
    CHECK_ROWS({"zio-pool/retry", "rc6", 1,
                   "hung 1, calls 1, waiting 1, size 1, free -1"},
        {"zio-pool/retry", "rc6", 50,
            "hung 50, calls 50, waiting 1, size 1, free -1"},
        {"zio-pool/retry",
            "2.0 2.1.8 pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 1,
            "hung 0, calls 6, waiting 0, size 0, free 0"},
        {"zio-pool/retry",
            "2.0 2.1.8 pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 50,
            "hung 0, calls 300, waiting 0, size 0, free 0"});
}

OL_CASE(w_zp_6_a_keyed_pool_keeps_its_items_finalizers_up_to_2_1_13)
{
    CHECK_ROWS(
        {"zio-keyed/finalizers", "rc6 2.0 2.1.8 pr9163 main-9164 2.1.9 2.1.13",
            1000,
            "finalizers 1002, live 1001, created 1001, live_after_stop 0"},
        {"zio-keyed/finalizers", "2.1.14 ideal", 1000,
            "finalizers 1, live 1, created 1001, live_after_stop 0"});
}

OL_CASE(w_zp_7_waiters_are_forgotten_before_8833)
{
    CHECK_ROWS({"zio-pool/contention", "rc6 2.0", 1,
                   "allocated 1, finalized 1, parked 9, size 0, free -9"},
        {"zio-pool/contention", "rc6 2.0", 50,
            "allocated 50, finalized 50, parked 450, size 0, free -9"},
        {"zio-pool/contention",
            "2.1.8 pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 1,
            "allocated 10, finalized 10, parked 0, size 0, free 0"},
        {"zio-pool/contention",
            "2.1.8 pr9163 main-9164 2.1.9 2.1.13 2.1.14 ideal", 50,
            "allocated 500, finalized 500, parked 0, size 0, free 0"});
}

OL_CASE(w_zp_8_ghosts_wait_until_an_item_is_returned)
{
    CHECK_ROWS({"zio-pool/ghosts",
                   "rc6 2.0 2.1.8 pr9163 main-9164 2.1.9 2.1.13 2.1.14", 50,
                   "parked 50, ghosts 50, size 10, free -50, queued 0, "
                   "parked_after_return 0, size_after_return 10, "
                   "free_after_return 1, queued_after_return 1"},
        {"zio-pool/ghosts", "ideal", 50,
            "parked 0, ghosts 0, size 10, free 0, queued 0, "
            "parked_after_return 0, size_after_return 10, "
            "free_after_return 1, queued_after_return 1"});
}

OL_CASE(w_zp_9_idle_items_are_kept_while_others_are_leased)
{
    CHECK_ROWS(
        {"zio-pool/excess",
            "rc6 2.0 2.1.8 pr9163 main-9164 2.1.9 2.1.13 2.1.14", 2,
            "size_leased 15, free_leased 10, size_idle 10, free_idle 10, "
            "unlike 0"},
        {"zio-pool/excess", "ideal", 2,
            "size_leased 10, free_leased 5, size_idle 10, free_idle 10, "
            "unlike 0"});
}

OL_CASE(w_zp_10_a_failed_get_leaves_a_finalizer_since_9163)
{
    CHECK_ROWS({"zio-pool/failed-in-scope", "2.0 2.1.8 ideal", 1000,
                   "finalizers 0, size 0, free 0, queued 0"},
        {"zio-pool/failed-in-scope", "pr9163 main-9164 2.1.9 2.1.13 2.1.14",
            1000, "finalizers 1000, size 0, free 0, queued 0"});
}

OL_CASE(a_million_rounds_are_not_too_many)
{
    CHECK_ROWS({"zio-pool/interrupt", "2.1.9", 1000000,
                   "acquired 1000000, live 0, left_over 0"},
        {"zio-keyed/finalizers", "2.1.13", 1000000,
            "finalizers 1000002, live 1000001, left_over 0"});
}

OL_CASES_BEGIN
OL_CASES_ENTRY(
    w_zp_1_what_an_interrupted_creation_had_acquired_is_lost_up_to_2_1_8)
OL_CASES_ENTRY(w_zp_2_what_a_failed_creation_had_acquired_is_lost_up_to_2_1_8)
OL_CASES_ENTRY(w_zp_2b_failures_queue_up_to_the_size_of_a_fixed_pool)
OL_CASES_ENTRY(w_zp_3_a_pool_whose_opening_is_interrupted_is_lost_on_main_9164)
OL_CASES_ENTRY(w_zp_4a_the_set_of_invalid_items_only_grows_before_2_1_13)
OL_CASES_ENTRY(w_zp_4b_all_pools_of_a_keyed_pool_remember_an_item_of_one)
OL_CASES_ENTRY(w_zp_4c_an_item_that_is_gone_is_remembered)
OL_CASES_ENTRY(w_zp_5_a_retry_in_one_scope_hangs_in_rc6)
OL_CASES_ENTRY(w_zp_6_a_keyed_pool_keeps_its_items_finalizers_up_to_2_1_13)
OL_CASES_ENTRY(w_zp_7_waiters_are_forgotten_before_8833)
OL_CASES_ENTRY(w_zp_8_ghosts_wait_until_an_item_is_returned)
OL_CASES_ENTRY(w_zp_9_idle_items_are_kept_while_others_are_leased)
OL_CASES_ENTRY(w_zp_10_a_failed_get_leaves_a_finalizer_since_9163)
OL_CASES_ENTRY(a_million_rounds_are_not_too_many)
OL_CASES_END
