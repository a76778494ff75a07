/* foreign_blocks.c - blocks that we never saw born pass through.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: foreign_frees 150
// expect: malloc 1
// expect: allocs 51
// expect: live 0

/* What the program could have got before us: straight from the C library. */
void *__libc_malloc(size_t);

int main(void)
{
    for (int i = 0; i < 100; i++) {
        char *const foreign = __libc_malloc(100);
        memset(foreign, 1, 100);
        free(foreign);
    }
    for (int i = 0; i < 50; i++) {
        char *foreign = __libc_malloc(100);
        memset(foreign, 7, 100);
        foreign = realloc(foreign, 5000);
        CHECK(foreign != NULL && foreign[0] == 7 && foreign[99] == 7);
        free(foreign);
    }
    free(malloc(10));
    say("done\n");
    return 0;
}
