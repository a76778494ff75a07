/* vfork_exec.c - vfork children share our memory: nothing is confused.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <sys/wait.h>

// expect: processes_at_least 51
// expect: malloc 500
// expect: free 500
// expect: counts same

int main(int argc, char **argv)
{
    if (argc > 1) {
        free(malloc(3));
        return 6;
    }
    for (int i = 0; i < 100; i++) {
        for (int n = 0; n < 5; n++)
            free(malloc(8));
        const pid_t child = vfork();
        CHECK(child >= 0);
        if (child == 0) {
            if (i % 2 == 0) execl(argv[0], argv[0], "child", (char *)NULL);
            _exit(6);
        }
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 6);
    }
    say("done\n");
    return 0;
}
