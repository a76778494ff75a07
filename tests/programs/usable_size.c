/* usable_size.c - sizes and addresses are those of the real allocator.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <malloc.h>

// expect: malloc 300
// expect: free 300

int main(void)
{
    /* glibc on 64 bits: chunks of 32, 48, 64 … less their 8-byte header. */
    for (size_t n = 0; n < 300; n++) {
        char *const block = malloc(n);
        const size_t chunk = n <= 24 ? 32 : (n + 8 + 15) / 16 * 16;
        CHECK(malloc_usable_size(block) == chunk - 8);
        memset(block, 0x11, malloc_usable_size(block));
        free(block);
    }
    CHECK(malloc_usable_size(NULL) == 0);
    say("done\n");
    return 0;
}
