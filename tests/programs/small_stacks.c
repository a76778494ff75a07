/* small_stacks.c - a thread with the smallest stack there is can allocate.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <limits.h>
#include <malloc.h>
#include <pthread.h>

// build: -pthread
// expect: counts same
// expect: malloc_at_least 32000

static void *work(void *argument)
{
    for (int i = 0; i < 1000; i++) {
        void *block = malloc((size_t)i);
        block = realloc(block, (size_t)i * 2 + 1);
        free(block);
        free(memalign(64, 64));
        free(calloc(2, 30));
    }
    return argument;
}

int main(void)
{
    pthread_attr_t small;
    pthread_attr_init(&small);
    CHECK(pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN) == 0);
    for (int round = 0; round < 8; round++) {
        pthread_t thread[4];
        for (int i = 0; i < 4; i++)
            CHECK(pthread_create(&thread[i], &small, work, NULL) == 0);
        for (int i = 0; i < 4; i++)
            pthread_join(thread[i], NULL);
    }
    say("done\n");
    return 0;
}
