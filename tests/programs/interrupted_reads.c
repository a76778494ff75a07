/* interrupted_reads.c - as many calls are interrupted as without us.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

// build: -pthread
// expect: counts same

static atomic_int interruptions;
static int ends[2];

static void on_signal(int number)
{
    (void)number;
}

static void *interrupt(void *reader)
{
    for (int i = 0; i < 100; i++) {
        /* Sent again only if it came between two reads. */
        do {
            pthread_kill(*(pthread_t *)reader, SIGUSR1);
            usleep(20000);
        } while (atomic_load(&interruptions) <= i);
    }
    CHECK(write(ends[1], "x", 1) == 1);
    return NULL;
}

int main(void)
{
    const struct sigaction action = {.sa_handler = on_signal};
    CHECK(sigaction(SIGUSR1, &action, NULL) == 0);
    CHECK(pipe(ends) == 0);
    pthread_t thread;
    pthread_t self = pthread_self();
    CHECK(pthread_create(&thread, NULL, interrupt, &self) == 0);
    int count = 0;
    char byte = 0;
    while (read(ends[0], &byte, 1) == -1) {
        CHECK(errno == EINTR);
        for (int i = 0; i < 2000; i++)
            free(malloc((size_t)i));
        count++;
        atomic_fetch_add(&interruptions, 1);
    }
    pthread_join(thread, NULL);
    say("interrupted %d times, read %c\n", count, byte);
    return 0;
}
