/* masked_modes.c - a umask of 0777, and no rights to overcome it.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <sys/stat.h>
#include <sys/wait.h>

// setup: user nobody
// expect: processes 2
// expect: malloc 1000000
// expect: child malloc 1000000

int main(void)
{
    umask(0777);
    const pid_t child = fork();
    CHECK(child >= 0);
    for (int i = 0; i < 1000000; i++)
        free(malloc((size_t)(i % 300)));
    if (child == 0) return 0;
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(umask(0) == 0777);
    say("done\n");
    return 0;
}
