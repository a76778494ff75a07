/* realloc_forms.c - every way to call realloc and reallocarray.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <stdint.h>

// 1 from NULL, 40 growing, 40 shrinking, 1 + 1 by reallocarray
// expect: allocs 84
// expect: frees 84
// expect: live 0

int main(void)
{
    char *block = realloc(NULL, 8);
    CHECK(block != NULL);
    memcpy(block, "outlive", 8);
    for (int i = 1; i <= 40; i++) {
        block = realloc(block, (size_t)i * 1000);
        CHECK(block != NULL && memcmp(block, "outlive", 8) == 0);
    }
    for (int i = 40; i >= 1; i--) {
        block = realloc(block, (size_t)i * 8);
        CHECK(block != NULL && memcmp(block, "outlive", 8) == 0);
    }
    /* A refused realloc leaves the block alive, and its owner with it. */
    errno = 0;
    char *const refused = realloc(block, PTRDIFF_MAX);
    CHECK(refused == NULL && errno == ENOMEM);
    CHECK(memcmp(block, "outlive", 8) == 0);
    errno = 0;
    volatile size_t huge = SIZE_MAX / 2;
    CHECK(reallocarray(block, huge, 3) == NULL);
    CHECK(errno == ENOMEM && memcmp(block, "outlive", 8) == 0);
    block = reallocarray(block, 10, 20);
    CHECK(block != NULL && memcmp(block, "outlive", 8) == 0);
    CHECK(realloc(block, 0) == NULL); /* frees */
    block = reallocarray(NULL, 10, 20);
    CHECK(block != NULL);
    CHECK(reallocarray(block, 0, 20) == NULL); /* frees */
    block = malloc(1);
    free(block);
    say("done\n");
    return 0;
}
