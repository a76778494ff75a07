/* cross_thread_frees.c - one thread allocates what another frees.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <stdatomic.h>

// build: -pthread
// expect: malloc_at_least 400000
// expect: counts same
// expect: live_at_most 20

enum {
    PAIRS = 4,
    BLOCKS = 100000,
    RING = 64
};

static _Atomic(void *) ring[PAIRS][RING];

static void *produce(void *lane)
{
    _Atomic(void *) *const slots = lane;
    for (int i = 0; i < BLOCKS; i++) {
        void *const block = malloc((size_t)(i % 100) + 1);
        while (atomic_load(&slots[i % RING]))
            sched_yield();
        atomic_store(&slots[i % RING], block);
    }
    return NULL;
}

static void *consume(void *lane)
{
    _Atomic(void *) *const slots = lane;
    for (int i = 0; i < BLOCKS; i++) {
        void *block = NULL;
        while (!(block = atomic_exchange(&slots[i % RING], NULL)))
            sched_yield();
        free(block);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread[PAIRS][2];
    for (int i = 0; i < PAIRS; i++) {
        CHECK(!pthread_create(&thread[i][0], NULL, produce, ring[i]));
        CHECK(!pthread_create(&thread[i][1], NULL, consume, ring[i]));
    }
    for (int i = 0; i < PAIRS; i++) {
        pthread_join(thread[i][0], NULL);
        pthread_join(thread[i][1], NULL);
    }
    say("done\n");
    return 0;
}
