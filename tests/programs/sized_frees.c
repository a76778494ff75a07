/* sized_frees.c - free_sized, free_aligned_sized and cfree, where they are.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: malloc 200
// expect: aligned 100
// expect: free 300

__attribute__((weak)) void free_sized(void *, size_t);
__attribute__((weak)) void free_aligned_sized(void *, size_t, size_t);
__attribute__((weak)) void cfree(void *);

int main(void)
{
    for (int i = 0; i < 100; i++) {
        void *const a = malloc(40);
        void *const b = malloc(50);
        void *const c = aligned_alloc(64, 128);
        errno = 5;
        if (free_sized)
            free_sized(a, 40);
        else
            free(a);
        if (cfree)
            cfree(b);
        else
            free(b);
        if (free_aligned_sized)
            free_aligned_sized(c, 64, 128);
        else
            free(c);
        CHECK(errno == 5);
    }
    say("done\n");
    return 0;
}
