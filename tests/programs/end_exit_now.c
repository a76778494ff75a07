/* end_exit_now.c - _exit runs nothing, and nothing is lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: malloc 5000
// expect: free 4000
// expect: ended _exit 3

static void never(void)
{
    say("an atexit handler ran\n");
}

int main(void)
{
    atexit(never);
    for (int i = 0; i < 5000; i++) {
        void *const block = malloc((size_t)i);
        if (i % 5 != 0) free(block);
    }
    say("leaving\n");
    _exit(3);
}
