/* deep_stack.c - stacks of 20 000 frames, near the end of a small stack.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>

// build: -pthread
// expect: counts same
// expect: malloc_at_least 20000

static int deeper(int level)
{
    void *const block = malloc((size_t)level % 50);
    const int below = level == 0 ? 0 : deeper(level - 1);
    free(block);
    return below + 1;
}

static void *work(void *depth)
{
    CHECK(deeper(*(int *)depth) == *(int *)depth + 1);
    return NULL;
}

int main(void)
{
    int depth = 20000;
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 4 << 20);
    CHECK(pthread_create(&thread, &attributes, work, &depth) == 0);
    pthread_join(thread, NULL);
    say("done\n");
    return 0;
}
