/* exec_failing.c - an exec that fails changes nothing; the program goes on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: processes 1
// expect: counts same
// expect: malloc 300
// expect: ended exit 9

int main(void)
{
    char *const arguments[] = {"nothing", NULL};
    for (int i = 0; i < 100; i++) {
        errno = 0;
        CHECK(execv("/nonexistent/program", arguments) == -1);
        CHECK(errno == ENOENT);
        CHECK(execvp("no-such-program-anywhere", arguments) == -1);
        CHECK(errno == ENOENT);
        CHECK(execl("/etc/passwd", "passwd", (char *)NULL) == -1);
        CHECK(errno == EACCES);
        for (int n = 0; n < 3; n++)
            free(malloc(5));
    }
    say("done\n");
    return 9;
}
