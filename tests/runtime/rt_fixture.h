/* rt_fixture.h - tasks and pools that the runtime's tests share.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_RT_FIXTURE_H
#define OL_TESTS_RT_FIXTURE_H

#include <stdatomic.h>

#include "reference-runtime/pond/pond_group.h"
#include "reference-runtime/pond/pond_task.h"

/* Returns a pool of that version, or fails the test program. */
struct rt_pond *rt_fixture_pond(const char *variant, size_t max_workers);

/* The same with all options but the variant taken from `options`. */
struct rt_pond *rt_fixture_pond_with(
    const char *variant, struct rt_pond_options options);

/* A task that adds one to the counter. */
struct rt_pond_fn rt_fixture_count(atomic_int *counter);

/* A task that returns `value`. */
struct rt_pond_fn rt_fixture_value(long *value);

/* A task that fails with the negative errno in `err`. */
struct rt_pond_fn rt_fixture_fail(int *err);

/* Waits until the pool has so many blocked submitters. */
void rt_fixture_await_blocked(struct rt_pond *pond, size_t count);

/* Returns the time, in seconds, from some point on. */
double rt_fixture_seconds(void);

/* Sleeps that long. */
void rt_fixture_sleep_ms(long milliseconds);

#endif
