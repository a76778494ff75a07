/* killed.c - SIGKILL at a random moment: all events up to it are there.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <sys/mman.h>

// build: -pthread
// kill: 30
// expect: ended killed

/* What each thread has certainly done, in a file that survives. */
static _Atomic uint64_t *progress;

static void *work(void *argument)
{
    _Atomic uint64_t *const done = argument;
    void *held[64] = {0};
    for (uint64_t i = 0;; i++) {
        free(held[i % 64]);
        held[i % 64] = malloc(i % 1000);
        atomic_store(done, i + 1);
    }
    return NULL;
}

int main(void)
{
    pthread_t thread;
    const int file = open("progress", O_RDWR | O_CREAT | O_TRUNC, 0600);
    CHECK(file >= 0 && ftruncate(file, 16) == 0);
    progress = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    CHECK(progress != MAP_FAILED);
    close(file);
    CHECK(pthread_create(&thread, NULL, work, &progress[0]) == 0);
    work(&progress[1]);
    return 0;
}
