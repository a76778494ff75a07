/* end_abort.c - abort, all events up to it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: malloc 3000
// expect: free 1500
// expect: ended abort 6

int main(void)
{
    for (int i = 0; i < 3000; i++) {
        void *const block = malloc((size_t)i);
        if (i % 2 == 0) free(block);
    }
    say("aborting\n");
    abort();
}
