/* spawn_forms.c - posix_spawn, system and popen, with their output.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <spawn.h>
#include <sys/wait.h>

// expect: processes 10
// expect: counts same

extern char **environ;

int main(int argc, char **argv)
{
    if (argc > 1) {
        for (int i = 0; i < 10; i++)
            free(malloc(3));
        say("child %s\n", argv[1]);
        return 2;
    }
    for (int i = 0; i < 5; i++) {
        char name[12];
        snprintf(name, sizeof name, "%d", i);
        char *const arguments[] = {argv[0], name, NULL};
        pid_t child = 0;
        CHECK(
            posix_spawn(&child, argv[0], NULL, NULL, arguments, environ) == 0);
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child);
        CHECK(WEXITSTATUS(status) == 2);
    }
    pid_t child = 0;
    char *const nothing[] = {"nothing", NULL};
    CHECK(posix_spawnp(&child, "no-such-program-anywhere", NULL, NULL, nothing,
              environ) == ENOENT);
    for (int i = 0; i < 3; i++)
        CHECK(WEXITSTATUS(system("echo from a shell; exit 3")) == 3);
    FILE *const pipe = popen("echo through a pipe", "r");
    char line[100] = "";
    CHECK(fgets(line, sizeof line, pipe) && pclose(pipe) == 0);
    say("%s", line);
    return 0;
}
