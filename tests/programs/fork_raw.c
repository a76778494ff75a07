/* fork_raw.c - _Fork and a raw clone tell no atfork handler.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

// expect: processes 3
// expect: counts same
// expect: malloc 10
// expect: child malloc 20
// expect: child ended _exit 3

static void child(void)
{
    for (int i = 0; i < 20; i++)
        free(malloc(33));
    _exit(3);
}

static void reap(pid_t pid)
{
    int status = 0;
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
}

int main(void)
{
    for (int i = 0; i < 10; i++)
        free(malloc(44));
    pid_t pid = _Fork();
    if (pid == 0) child();
    reap(pid);
    pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) child();
    reap(pid);
    say("done\n");
    return 0;
}
