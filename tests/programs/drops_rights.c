/* drops_rights.c - a server that becomes another user after it has begun: it
 * cannot open the file any more, which grows all the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <grp.h>
#include <sys/wait.h>

// setup: root
// expect: malloc 2000000
// expect: free 2000000

int main(void)
{
    for (int i = 0; i < 1000; i++)
        free(malloc((size_t)i));
    CHECK(setgroups(0, NULL) == 0);
    CHECK(setgid(65534) == 0 && setuid(65534) == 0);
    for (int i = 0; i < 1999000; i++)
        free(malloc((size_t)(i % 300)));
    say("user %d\n", (int)getuid());
    return 0;
}
