/* fork_tree.c - children of children, each with what it did itself.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <sys/wait.h>

// expect: processes 31
// expect: counts same

static void grow(int depth)
{
    for (int i = 0; i < 100; i++)
        free(malloc((size_t)depth));
    if (depth == 4) return;
    for (int i = 0; i < 2; i++) {
        const pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) {
            grow(depth + 1);
            exit(depth + 1);
        }
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == depth + 1);
    }
}

int main(void)
{
    grow(0);
    say("done\n");
    return 0;
}
