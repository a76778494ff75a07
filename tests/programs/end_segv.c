/* end_segv.c - a crash loses nothing that precedes it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: malloc 3000
// expect: free 1500
// expect: ended killed
// expect: launched signal 11

int main(void)
{
    for (int i = 0; i < 3000; i++) {
        void *const block = malloc((size_t)i);
        if (i % 2 == 0) free(block);
    }
    say("crashing\n");
    volatile int *volatile nowhere = NULL;
    *nowhere = 1;
    return 0;
}
