/* thread_churn.c - 2000 short lives, joined and detached, cost little.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <semaphore.h>

// build: -pthread
// expect: malloc 200000
// expect: streams_at_most 40
// expect: file_at_most 24M

static sem_t done;

static void *work(void *detached)
{
    for (int i = 0; i < 100; i++)
        free(malloc((size_t)i + 1));
    if (detached) sem_post(&done);
    return NULL;
}

int main(void)
{
    sem_init(&done, 0, 0);
    for (int i = 0; i < 1000; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
        pthread_join(thread, NULL);
        CHECK(pthread_create(&thread, NULL, work, &done) == 0);
        pthread_detach(thread);
        while (sem_wait(&done) != 0)
            CHECK(errno == EINTR);
    }
    say("done\n");
    return 0;
}
