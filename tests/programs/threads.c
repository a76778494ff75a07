/* threads.c - eight threads at once: every event of each is there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>

// build: -pthread
// expect: malloc_at_least 800000
// expect: counts same
// expect: streams_at_least 9

enum {
    THREADS = 8,
    PAIRS = 100000
};

static void *work(void *argument)
{
    char *held[16] = {0};
    for (int i = 0; i < PAIRS; i++) {
        char **const slot = &held[(unsigned)(i * 7) % 16];
        free(*slot);
        *slot = malloc((size_t)(i % 300) + 8);
        CHECK(*slot != NULL);
        **slot = 1;
    }
    for (int i = 0; i < 16; i++)
        free(held[i]);
    return argument;
}

int main(void)
{
    pthread_t thread[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&thread[i], NULL, work, NULL) == 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(thread[i], NULL);
    say("done\n");
    return 0;
}
