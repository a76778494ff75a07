/* handlers_allocate.c - signal handlers allocate in the midst of anything.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

// build: -pthread
// link: reentrant_malloc
// expect: truth
// expect: lost 0
// expect: malloc_at_least 100000

/* The handlers block each other, so that one level of nesting is all. The
 * program's own malloc (reentrant_malloc.c) may be interrupted by itself. */
static void on_signal(int number)
{
    const int saved = errno;
    char *const block = malloc((size_t)number + 100);
    block[0] = 1;
    char *const other = realloc(malloc(16), 200);
    free(block);
    free(other);
    errno = saved;
}

static void *work(void *argument)
{
    const size_t seed = argument ? 1 : 2;
    for (size_t i = 0; i < 60000; i++) {
        errno = 33;
        char *block = malloc((i + seed) % 300);
        block = realloc(block, (i + seed) % 500 + 1);
        free(calloc(1, 20));
        free(block);
        CHECK(errno == 33);
        if (i % 300 == 0) kill(getpid(), SIGUSR1);
    }
    return NULL;
}

int main(int argc, char **argv)
{
    if (argc > 1) return argv[1][0] != 'i';
    static char stack[65536];
    const stack_t other = {.ss_sp = stack, .ss_size = 8192};
    CHECK(sigaltstack(&other, NULL) == 0);
    struct sigaction action = {
        .sa_handler = on_signal, .sa_flags = SA_RESTART | SA_ONSTACK};
    sigfillset(&action.sa_mask);
    CHECK(sigaction(SIGPROF, &action, NULL) == 0);
    CHECK(sigaction(SIGALRM, &action, NULL) == 0);
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    const struct itimerval fast = {{0, 100}, {0, 100}};
    CHECK(setitimer(ITIMER_PROF, &fast, NULL) == 0);
    CHECK(setitimer(ITIMER_REAL, &fast, NULL) == 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, stack) == 0);
    work(NULL);
    pthread_join(thread, NULL);
    say("done\n");
    return 0;
}
