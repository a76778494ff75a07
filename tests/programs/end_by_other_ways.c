/* end_by_other_ways.c - children that end in every way that there is: each
 * has its recording, with the reason where one can be written.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

// expect: processes 9
// expect: counts same
// expect: child malloc 100

static void end(int way)
{
    for (int i = 0; i < 100; i++)
        free(malloc((size_t)i));
    switch (way) {
    case 0:
        exit(1);
    case 1:
        _exit(2);
    case 2:
        quick_exit(3);
    case 3:
        abort();
    case 4:
        raise(SIGTERM);
        break;
    case 5:
        syscall(SYS_exit_group, 6);
        break;
    case 6:
        kill(getpid(), SIGKILL);
        break;
    default:
        __builtin_trap();
    }
}

int main(void)
{
    for (int way = 0; way < 8; way++) {
        const pid_t child = fork();
        CHECK(child >= 0);
        if (child == 0) end(way);
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child);
        say("%d: exit %d signal %d\n", way,
            WIFEXITED(status) ? WEXITSTATUS(status) : -1,
            WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    }
    free(malloc(1));
    return 0;
}
