/* threads_alive.c - thousands of live threads do not make a vast file.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>

// build: -pthread
// expect: malloc 40000
// expect: counts same
// expect: streams_at_least 2001
// expect: file_at_most 160M

enum {
    THREADS = 2000
};

static pthread_barrier_t all;

static void *work(void *argument)
{
    void *block[20];
    for (int i = 0; i < 20; i++)
        block[i] = malloc((size_t)i + 1);
    pthread_barrier_wait(&all);
    for (int i = 0; i < 20; i++)
        free(block[i]);
    return argument;
}

int main(void)
{
    static pthread_t thread[THREADS];
    pthread_attr_t small;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 << 10);
    pthread_barrier_init(&all, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&thread[i], &small, work, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    say("done\n");
    return 0;
}
