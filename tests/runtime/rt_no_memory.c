/* rt_no_memory.c - programs whose allocations fail, one after the other.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_no_memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "reference-runtime/core/object.h"

/* How many allocations go well before one fails; below 0: all do. */
static long until_failure = -1;
static bool has_failed;

static bool fails(void)
{
    if (until_failure < 0 || until_failure-- > 0) return false;
    has_failed = true;
    return true;
}

/* NOLINTBEGIN(readability-identifier-naming): the linker's names. */
void *__real_malloc(size_t bytes);
void *__real_calloc(size_t count, size_t bytes);
void *__real_realloc(void *block, size_t bytes);
void *__wrap_malloc(size_t bytes);
void *__wrap_calloc(size_t count, size_t bytes);
void *__wrap_realloc(void *block, size_t bytes);

void *__wrap_malloc(size_t bytes)
{
    return fails() ? NULL : __real_malloc(bytes);
}

void *__wrap_calloc(size_t count, size_t bytes)
{
    return fails() ? NULL : __real_calloc(count, bytes);
}

void *__wrap_realloc(void *block, size_t bytes)
{
    return fails() ? NULL : __real_realloc(block, bytes);
}
/* NOLINTEND(readability-identifier-naming) */

long rt_no_memory_each(void (*program)(void *env), void *env)
{
    for (long failures = 0;; failures++) {
        has_failed = false;
        until_failure = failures;
        program(env);
        until_failure = -1;
        if (rt_object_live_all() != 0) {
            fprintf(stderr, "allocation %ld fails: %ld objects are left\n",
                failures, rt_object_live_all());
            abort();
        }
        if (!has_failed) return failures;
    }
}
