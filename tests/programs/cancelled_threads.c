/* cancelled_threads.c - malloc is no cancellation point, with us neither.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>

// build: -pthread
// expect: malloc_at_least 20000
// expect: ended exit 0

struct state {
    volatile int inside;
    void *volatile held;
};

static void clean(void *argument)
{
    struct state *const state = argument;
    CHECK(!state->inside);
    free(state->held);
}

static void *work(void *argument)
{
    struct state state = {0, NULL};
    pthread_cleanup_push(clean, &state);
    for (;;) {
        for (int i = 0; i < 200; i++) {
            state.inside = 1;
            state.held = malloc((size_t)i * 30);
            state.held = realloc(state.held, (size_t)i * 60 + 1);
            free(state.held);
            state.held = NULL;
            state.inside = 0;
        }
        pthread_testcancel();
    }
    pthread_cleanup_pop(0);
    return argument;
}

int main(void)
{
    for (int i = 0; i < 100; i++) {
        pthread_t thread;
        void *result = NULL;
        CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
        usleep((unsigned)i * 20);
        CHECK(pthread_cancel(thread) == 0);
        CHECK(pthread_join(thread, &result) == 0);
        CHECK(result == PTHREAD_CANCELED);
    }
    for (int i = 0; i < 20000; i++)
        free(malloc(10));
    say("done\n");
    return 0;
}
