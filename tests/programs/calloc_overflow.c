/* calloc_overflow.c - calloc zeroes, and refuses what cannot be.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <stdint.h>

// expect: malloc 1
// expect: calloc 100
// expect: free 101

int main(void)
{
    /* A dirty block first, so that zeroes are calloc's doing. */
    char *const dirty = malloc(512);
    memset(dirty, 0xaa, 512);
    free(dirty);
    for (int i = 0; i < 100; i++) {
        unsigned char *const block = calloc(8, 64);
        CHECK(block != NULL);
        for (int at = 0; at < 512; at++)
            CHECK(block[at] == 0);
        memset(block, 0xaa, 512);
        free(block);
    }
    for (size_t n = 2; n <= 1024; n *= 2) {
        errno = 0;
        CHECK(calloc(SIZE_MAX / n + 1, n) == NULL);
        CHECK(errno == ENOMEM);
    }
    errno = 0;
    CHECK(malloc(PTRDIFF_MAX) == NULL && errno == ENOMEM);
    say("done\n");
    return 0;
}
