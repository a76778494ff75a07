/* rt_fixture.c - tasks and pools that the runtime's tests share.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct rt_pond *rt_fixture_pond_with(
    const char *variant, struct rt_pond_options options)
{
    struct rt_pond *pond = NULL;
    options.variant = rt_pond_variant_find(variant);
    if (rt_pond_create(&options, &pond) == 0) return pond;
    fprintf(stderr, "no pool of %s\n", variant);
    abort();
}

struct rt_pond *rt_fixture_pond(const char *variant, size_t max_workers)
{
    return rt_fixture_pond_with(
        variant, (struct rt_pond_options){.max_workers = max_workers});
}

static int count(const struct rt_pond_fn *self, long *value)
{
    atomic_int *const counter = self->shared;
    *value = atomic_fetch_add(counter, 1);
    return 0;
}

struct rt_pond_fn rt_fixture_count(atomic_int *counter)
{
    return (struct rt_pond_fn){.run = count, .shared = counter};
}

static int give(const struct rt_pond_fn *self, long *value)
{
    const long *const given = self->shared;
    *value = *given;
    return 0;
}

struct rt_pond_fn rt_fixture_value(long *value)
{
    return (struct rt_pond_fn){.run = give, .shared = value};
}

static int fail(const struct rt_pond_fn *self, long *value)
{
    const int *const err = self->shared;
    *value = -1;
    return *err;
}

struct rt_pond_fn rt_fixture_fail(int *err)
{
    return (struct rt_pond_fn){.run = fail, .shared = err};
}

void rt_fixture_await_blocked(struct rt_pond *pond, size_t count_wanted)
{
    while (rt_pond_counts(pond).blocked != count_wanted)
        rt_fixture_sleep_ms(1);
}

double rt_fixture_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void rt_fixture_sleep_ms(long milliseconds)
{
    const struct timespec time = {
        .tv_sec = milliseconds / 1000,
        .tv_nsec = milliseconds % 1000 * 1000000,
    };
    nanosleep(&time, NULL);
}
