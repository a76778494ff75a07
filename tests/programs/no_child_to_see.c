/* no_child_to_see.c - our helpers are no children of the program.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/wait.h>

// build: -pthread
// expect: malloc_at_least 1500000
// expect: counts same

static atomic_int children;

static void on_child(int number)
{
    (void)number;
    atomic_fetch_add(&children, 1);
}

static void *work(void *argument)
{
    for (int i = 0; i < 750000; i++)
        free(malloc((size_t)(i % 200)));
    return argument;
}

int main(void)
{
    signal(SIGCHLD, on_child);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
    for (int i = 0; i < 750; i++) {
        for (int n = 0; n < 1000; n++)
            free(malloc((size_t)n));
        CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
    }
    pthread_join(thread, NULL);
    CHECK(waitpid(-1, NULL, 0) == -1 && errno == ECHILD);
    struct rusage usage;
    CHECK(getrusage(RUSAGE_CHILDREN, &usage) == 0);
    say("children %d\n", atomic_load(&children));
    return 0;
}
