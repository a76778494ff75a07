/* exec_same_pid.c - each image that a process runs has its own recording.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

// expect: processes 3
// expect: counts same
// expect: ended exec
// expect: child malloc_at_least 50

int main(int argc, char **argv)
{
    const int left = argc > 1 ? atoi(argv[1]) : 2;
    for (int i = 0; i < 50; i++)
        free(malloc(12));
    say("left %d\n", left);
    if (left == 0) return 4;
    char text[12];
    snprintf(text, sizeof text, "%d", left - 1);
    execl(argv[0], argv[0], text, (char *)NULL);
    CHECK(0);
    return 1;
}
