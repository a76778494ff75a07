/* fork_in_handler.c - a handler that interrupted malloc forks: the child goes
 * on in the middle of it, and may not write where its parent writes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

// link: reentrant_malloc
// expect: processes_at_least 40
// expect: malloc_at_least 100000
// expect: ended exit 0

static volatile int is_child, forks, todo = 200000;

static void on_signal(int number)
{
    if (is_child || forks >= 60) return;
    const int saved = errno;
    forks++;
    free(malloc((size_t)number));
    const pid_t child = _Fork();
    if (child < 0) _exit(77);
    if (child == 0) {
        is_child = 1;
        if (forks % 3 == 0) free(malloc(10));
        if (forks % 2 == 0) _exit(0);
        todo = 2000; /* and back into what was interrupted */
    }
    errno = saved;
}

int main(void)
{
    CHECK(signal(SIGALRM, on_signal) != SIG_ERR);
    const struct itimerval fast = {{0, 700}, {0, 700}};
    CHECK(setitimer(ITIMER_REAL, &fast, NULL) == 0);
    while (todo-- > 0 || (!is_child && forks < 60)) {
        char *block = malloc((size_t)(todo & 255));
        block = realloc(block, (size_t)(todo & 511) + 1);
        free(block);
    }
    if (is_child) _exit(0);
    int status = 0;
    while (wait(&status) > 0)
        CHECK(status == 0);
    say("done\n");
    return 0;
}
