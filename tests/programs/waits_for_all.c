/* waits_for_all.c - a debugger's wait, for children of every kind, finds its
 * own and no others.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

// build: -pthread
// expect: malloc_at_least 3000000

static atomic_int stop;

static void *work(void *argument)
{
    for (int i = 0; i < 3000000; i++)
        free(malloc((size_t)(i % 400)));
    stop = 1;
    return argument;
}

int main(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
    int strangers = 0;
    while (!stop)
        if (waitpid(-1, NULL, __WALL | WNOHANG) > 0) strangers++;
    pthread_join(thread, NULL);
    say("strangers %d\n", strangers);
    return 0;
}
