/* end_from_thread.c - a thread calls exit while main is blocked.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>

// build: -pthread
// expect: counts same
// expect: malloc 1010
// expect: ended exit 6

static void handler(void)
{
    for (int i = 0; i < 10; i++)
        free(malloc(99));
    say("handler\n");
}

static void *leave(void *argument)
{
    for (int i = 0; i < 1000; i++)
        free(malloc((size_t)i));
    exit(6);
    return argument;
}

int main(void)
{
    pthread_t thread;
    atexit(handler);
    CHECK(pthread_create(&thread, NULL, leave, NULL) == 0);
    for (;;)
        pause();
}
