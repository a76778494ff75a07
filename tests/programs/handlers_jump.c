/* handlers_jump.c - handlers that leave by siglongjmp, out of malloc itself:
 * the thread is out of step from then on, and every event counted as lost.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

// link: reentrant_malloc
// expect: lost any
// expect: accounted_at_least 598000
// expect: ended exit 0

static sigjmp_buf top;

static void on_signal(int number)
{
    siglongjmp(top, number);
}

int main(void)
{
    const struct itimerval fast = {{0, 300}, {0, 300}};
    const struct itimerval off = {{0, 0}, {0, 0}};
    CHECK(signal(SIGALRM, on_signal) != SIG_ERR);
    CHECK(setitimer(ITIMER_REAL, &fast, NULL) == 0);
    static volatile long done;
    sigsetjmp(top, 1);
    while (done < 200000) {
        done++;
        free(malloc((size_t)done % 300));
    }
    CHECK(setitimer(ITIMER_REAL, &off, NULL) == 0);
    /* After all these jumps the recorder still records. */
    for (int i = 0; i < 100000; i++)
        free(malloc(5));
    say("done\n");
    return 0;
}
