/* victim.c - does a little of all that makes the recorder call the kernel.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <outlive/outlive.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    BLOCKS = 10000
};

static void allocate(unsigned seed)
{
    void *kept[64] = {0};
    for (unsigned i = 0; i < BLOCKS; i++) {
        seed = seed * 1103515245 + 12345;
        void **const at = &kept[seed >> 16 & 63];
        free(*at);
        *at = malloc(1 + seed % 600);
    }
    for (unsigned i = 0; i < 64; i++)
        free(kept[i]);
}

static void *work(void *argument)
{
    allocate(7);
    return argument;
}

static void annotate(void)
{
    int *const task = malloc(sizeof *task);
    ol_born(task, "task");
    ol_enter(task);
    free(malloc(10));
    ol_leave(task);
    ol_ended(task, "completed");
    ol_mark("round");
    free(task);
}

int main(void)
{
    pthread_t thread;
    allocate(1);
    annotate();
    if (pthread_create(&thread, NULL, work, NULL) != 0) return 1;
    pthread_join(thread, NULL);
    const pid_t child = fork();
    if (child == 0) {
        allocate(3);
        return 3;
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) return 1;
    printf("child %d\n", WEXITSTATUS(status));
    return 5;
}
