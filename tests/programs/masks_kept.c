/* masks_kept.c - signal masks, pending signals and timers are untouched.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <signal.h>

// build: -pthread
// expect: counts same
// expect: malloc_at_least 2000000

static volatile int seen;

static void on_signal(int number)
{
    (void)number;
    seen++;
}

static void check_mask(int blocked)
{
    sigset_t mask;
    CHECK(pthread_sigmask(SIG_SETMASK, NULL, &mask) == 0);
    for (int number = 1; number < 65; number++)
        CHECK(sigismember(&mask, number) == (number == blocked) ||
              number == 32 || number == 33);
}

int main(void)
{
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, SIGUSR2);
    CHECK(signal(SIGUSR1, on_signal) != SIG_ERR);
    CHECK(signal(SIGUSR2, on_signal) != SIG_ERR);
    CHECK(pthread_sigmask(SIG_SETMASK, &one, NULL) == 0);
    kill(getpid(), SIGUSR2);
    for (int i = 0; i < 2000; i++) {
        for (int n = 0; n < 1000; n++)
            free(malloc((size_t)n));
        check_mask(SIGUSR2);
        CHECK(seen == i);
        kill(getpid(), SIGUSR1);
        CHECK(seen == i + 1);
    }
    sigset_t pending;
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR2) == 1);
    CHECK(pthread_sigmask(SIG_UNBLOCK, &one, NULL) == 0 && seen == 2001);
    say("done\n");
    return 0;
}
