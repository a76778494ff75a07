/* nowhere_to_write.c - the recording cannot be made at all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>
#include <sys/wait.h>

// build: -pthread
// setup: output /proc/nowhere.olt
// expect: processes 0

static void *work(void *argument)
{
    for (int i = 0; i < 100000; i++)
        free(malloc((size_t)(i % 200)));
    return argument;
}

int main(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
    work(NULL);
    pthread_join(thread, NULL);
    const pid_t child = fork();
    if (child == 0) exit(work(NULL) ? 1 : 2);
    int status = 0;
    CHECK(waitpid(child, &status, 0) == child && WEXITSTATUS(status) == 2);
    say("done\n");
    return 0;
}
