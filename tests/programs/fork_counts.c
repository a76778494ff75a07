/* fork_counts.c - parent and child each have their own recording.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <sys/wait.h>

// expect: processes 2
// expect: counts same
// expect: malloc 150
// expect: free 70
// expect: child malloc 30
// expect: child free 80
// expect: child foreign_frees 0
// expect: child ended exit 5
// expect: ended exit 0

int main(void)
{
    void *block[100];
    for (int i = 0; i < 100; i++)
        block[i] = malloc(100);
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child == 0) {
        /* The parent's blocks are the child's too: 60 of them, 20 new. */
        for (int i = 0; i < 60; i++)
            free(block[i]);
        for (int i = 0; i < 30; i++)
            block[i] = malloc(7);
        for (int i = 0; i < 20; i++)
            free(block[i]);
        return 5;
    }
    for (int i = 0; i < 50; i++)
        free(malloc(9));
    for (int i = 0; i < 20; i++)
        free(block[i]);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 5);
    say("done\n");
    return 0;
}
