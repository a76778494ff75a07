/* errno_kept.c - free and successful calls leave errno as it was.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <malloc.h>

// expect: counts same

int main(void)
{
    for (int i = 0; i < 20000; i++) {
        errno = i;
        void *a = malloc((size_t)(i % 500) + 1);
        CHECK(errno == i);
        void *b = calloc(3, (size_t)(i % 70) + 1);
        CHECK(errno == i);
        a = realloc(a, (size_t)(i % 900) + 1);
        CHECK(errno == i);
        void *const c = memalign(64, 64);
        CHECK(errno == i);
        CHECK(malloc_usable_size(b) > 0);
        free(a);
        free(b);
        free(c);
        free(NULL);
        CHECK(errno == i);
    }
    say("done\n");
    return 0;
}
