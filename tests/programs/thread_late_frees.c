/* thread_late_frees.c - frees in key destructors, all rounds of them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dlfcn.h>
#include <pthread.h>

// build: -pthread
// expect: counts same
// expect: malloc_at_least 30000

static pthread_key_t key[20];

/* Frees its block and, for three rounds more, leaves another one. */
static void late(void *block)
{
    const int round = *(int *)block;
    free(block);
    if (round == 3) return;
    int *const next = malloc(sizeof *next);
    *next = round + 1;
    pthread_setspecific(key[0], next);
    free(strdup("late"));
}

static void simple(void *block)
{
    free(block);
}

static void *work(void *argument)
{
    for (int i = 0; i < 20; i++) {
        int *const block = calloc(1, 40);
        pthread_setspecific(key[i], block);
    }
    (void)strerror(12345); /* a buffer freed after the last destructor */
    (void)strsignal(63);   /* likewise */
    (void)dlsym(RTLD_DEFAULT, "there_is_no_such_symbol");
    for (int i = 0; i < 100; i++)
        free(malloc(10));
    return argument;
}

int main(void)
{
    CHECK(pthread_key_create(&key[0], late) == 0);
    for (int i = 1; i < 20; i++)
        CHECK(pthread_key_create(&key[i], simple) == 0);
    for (int i = 0; i < 300; i++) {
        pthread_t thread;
        CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
        pthread_join(thread, NULL);
    }
    say("done\n");
    return 0;
}
