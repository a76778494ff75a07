/* malloc_free.c - the plain case: exact counts, NULL is no block.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: malloc 1001
// expect: free 990
// expect: ended exit 7

int main(void)
{
    static char *block[1000];
    for (int i = 0; i < 1000; i++) {
        block[i] = malloc((size_t)i * 7);
        CHECK(block[i] != NULL);
        memset(block[i], i, (size_t)i * 7);
    }
    for (int i = 0; i < 989; i++)
        free(block[i]);
    char *const empty = malloc(0);
    CHECK(empty != NULL);
    free(empty);
    for (int i = 0; i < 100; i++)
        free(NULL);
    say("done\n");
    return 7;
}
