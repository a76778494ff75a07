/* daemonise.c - the whole ritual: two forks, a session, root, no files.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>

// the process in the middle does nothing that is recorded
// expect: processes 2
// expect: counts same
// expect: child malloc_at_least 10000
// expect: file daemon.txt alive

static void leave_everything(void)
{
    CHECK(setsid() > 0);
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child != 0) _exit(0);
    umask(0777);
    CHECK(chdir("/") == 0);
    for (int fd = 0; fd < 1024; fd++)
        close(fd);
}

int main(void)
{
    char place[512];
    CHECK(getcwd(place, sizeof place) != NULL);
    for (int i = 0; i < 100; i++)
        free(malloc(20));
    const pid_t child = fork();
    CHECK(child >= 0);
    if (child != 0) {
        say("detached\n");
        return waitpid(child, NULL, 0) == child ? 0 : 1;
    }
    leave_everything();
    /* The first descriptors are free, as a daemon expects. */
    if (open("/dev/null", O_RDWR) != 0) _exit(3);
    if (open("/dev/null", O_RDWR) != 1) _exit(4);
    for (int i = 0; i < 200000; i++)
        free(malloc((size_t)(i % 3000)));
    umask(022);
    if (chdir(place) != 0) _exit(5);
    const int file = open("daemon.txt", O_WRONLY | O_CREAT, 0600);
    if (file != 2) _exit(6);
    if (write(file, "alive", 5) != 5) _exit(7);
    return 0;
}
