/* process_limit.c - no process may be made: the file grows all the same.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <sys/wait.h>

// setup: user nobody
// setup: limit NPROC 1
// expect: malloc 1000000
// expect: free 1000000
// expect: ended exit 0

int main(void)
{
    CHECK(fork() == -1 && errno == EAGAIN);
    for (int i = 0; i < 1000000; i++)
        free(malloc((size_t)(i % 200)));
    CHECK(waitpid(-1, NULL, __WALL) == -1 && errno == ECHILD);
    say("done\n");
    return 0;
}
