/* exec_fresh_environment.c - a child with an environment of its own is still
 * followed, and sees that environment and nothing else of ours.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <spawn.h>
#include <sys/wait.h>

// expect: processes 4
// expect: child malloc 1
// expect: child free 1

extern char **environ;

static int show(void)
{
    int count = 0;
    for (char **at = environ; *at; at++)
        if (strncmp(*at, "LD_PRELOAD=", 11) != 0 &&
            strncmp(*at, "OUTLIVE_", 8) != 0)
            say("  %s (%d)\n", *at, ++count);
    free(malloc(1));
    return 0;
}

static void reap(pid_t pid)
{
    int status = 0;
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
}

int main(int argc, char **argv)
{
    if (argc > 1) return show();
    char *const fresh[] = {"ALPHA=1", "BETA=two", NULL};
    char *const empty[] = {NULL};
    char *const again[] = {argv[0], "show", NULL};
    free(malloc(1));
    pid_t pid = fork();
    if (pid == 0) {
        free(malloc(1));
        execve(argv[0], again, fresh);
        _exit(1);
    }
    reap(pid);
    CHECK(posix_spawn(&pid, argv[0], NULL, NULL, again, empty) == 0);
    reap(pid);
    say("done\n");
    return 0;
}
