/* close_all.c - a program that closes every descriptor and goes on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <sys/syscall.h>

// expect: malloc 400000
// expect: free 400000
// expect: ended exit 0

int main(void)
{
    for (int round = 0; round < 4; round++) {
        for (int fd = round == 0 ? 3 : 0; fd < 1024; fd++) {
            if (close(fd) == 0 && fd > 2) return 50 + fd;
        }
        (void)syscall(SYS_close_range, 0U, ~0U, 0);
        for (int i = 0; i < 100000; i++)
            free(malloc((size_t)(i % 900)));
    }
    return 0;
}
