/* fork_threaded.c - children of a parent whose threads allocate all along.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/wait.h>

// build: -pthread
// expect: processes 41
// expect: child malloc 1001

static atomic_int stop;

static void *work(void *argument)
{
    while (!stop) {
        void *block[32];
        for (int i = 0; i < 32; i++)
            block[i] = malloc((size_t)i * 11);
        for (int i = 0; i < 32; i++)
            free(block[i]);
    }
    return argument;
}

static void *in_child(void *argument)
{
    for (int i = 0; i < 500; i++)
        free(malloc((size_t)i));
    return argument;
}

static int child(void)
{
    pthread_t thread;
    (void)in_child(NULL);
    free(malloc(1));
    /* A child may even start threads again, if libc lets it. */
    CHECK(pthread_create(&thread, NULL, in_child, NULL) == 0);
    pthread_join(thread, NULL);
    return 0;
}

int main(void)
{
    pthread_t thread[4];
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&thread[i], NULL, work, NULL) == 0);
    for (int i = 0; i < 40; i++) {
        const pid_t pid = fork();
        CHECK(pid >= 0);
        if (pid == 0) _exit(child());
        int status = 0;
        CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    }
    stop = 1;
    for (int i = 0; i < 4; i++)
        pthread_join(thread[i], NULL);
    say("done\n");
    return 0;
}
