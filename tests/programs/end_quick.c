/* end_quick.c - quick_exit and what its handlers do.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: malloc 300
// expect: free 250
// expect: ended quick_exit 4

static void last(void)
{
    for (int i = 0; i < 100; i++)
        free(malloc(20));
    say("last\n");
}

int main(void)
{
    CHECK(at_quick_exit(last) == 0);
    for (int i = 0; i < 200; i++) {
        void *const block = malloc(10);
        if (i % 4 != 0) free(block);
    }
    quick_exit(4);
}
