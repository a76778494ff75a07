/* end_main_thread_first.c - main leaves by pthread_exit, others go on.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <pthread.h>

// build: -pthread
// expect: counts same
// expect: malloc_at_least 2000
// expect: ended exit 0

static pthread_t main_thread;

static void *work(void *argument)
{
    pthread_join(main_thread, NULL);
    for (int i = 0; i < 2000; i++)
        free(malloc((size_t)i));
    say("after main\n");
    return argument;
}

int main(void)
{
    pthread_t thread;
    main_thread = pthread_self();
    CHECK(pthread_create(&thread, NULL, work, NULL) == 0);
    pthread_exit(NULL);
}
