/* changes_root.c - the recording's path is gone: the program is in a chroot;
 * the losses say so.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// setup: root
// expect: malloc_at_least 1000
// expect: lost_reason access

int main(void)
{
    for (int i = 0; i < 1000; i++)
        free(malloc((size_t)i));
    CHECK(chroot("/proc/self/fdinfo") == 0 || chroot("/proc") == 0);
    CHECK(chdir("/") == 0);
    for (int i = 0; i < 2000000; i++)
        free(malloc((size_t)(i % 300)));
    say("done\n");
    return 0;
}
