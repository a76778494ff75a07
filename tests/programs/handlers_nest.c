/* handlers_nest.c - handlers that interrupt handlers, several levels deep:
 * what is not recorded is counted.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <signal.h>
#include <sys/time.h>

// link: reentrant_malloc
// expect: truth
// expect: lost any

static volatile int level;

static void on_signal(int number)
{
    const int saved = errno;
    char *const block = malloc((size_t)number);
    if (level < 6) {
        level++;
        raise(level % 2 ? SIGUSR1 : SIGUSR2);
        level--;
    }
    free(block);
    errno = saved;
}

int main(int argc, char **argv)
{
    if (argc > 1) return argv[1][0] != 'i';
    const struct sigaction action = {
        .sa_handler = on_signal, .sa_flags = SA_RESTART | SA_NODEFER};
    CHECK(sigaction(SIGPROF, &action, NULL) == 0);
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(sigaction(SIGUSR2, &action, NULL) == 0);
    const struct itimerval fast = {{0, 200}, {0, 200}};
    CHECK(setitimer(ITIMER_PROF, &fast, NULL) == 0);
    CHECK(setitimer(ITIMER_REAL, &fast, NULL) == 0);
    for (size_t i = 0; i < 300000; i++) {
        char *block = malloc(i % 300);
        block = realloc(block, i % 500 + 1);
        free(block);
    }
    const struct itimerval off = {{0, 0}, {0, 0}};
    CHECK(setitimer(ITIMER_PROF, &off, NULL) == 0);
    CHECK(setitimer(ITIMER_REAL, &off, NULL) == 0);
    say("done\n");
    return 0;
}
