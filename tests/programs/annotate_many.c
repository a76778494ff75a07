/* annotate_many.c - 400 000 annotations from eight threads: all there, each
 * thread's in its order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <outlive/outlive.h>
#include <pthread.h>

// build: -pthread
// expect: counters_in_order 8 50000
// expect: malloc 400000

static int entity[8];

static void *work(void *mine)
{
    for (int i = 0; i < 50000; i++) {
        free(malloc((size_t)i % 100));
        ol_counter(mine, "step", i);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread[8];
    for (int i = 0; i < 8; i++)
        CHECK(pthread_create(&thread[i], NULL, work, &entity[i]) == 0);
    for (int i = 0; i < 8; i++)
        pthread_join(thread[i], NULL);
    say("done\n");
    return 0;
}
