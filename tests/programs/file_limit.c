/* file_limit.c - RLIMIT_FSIZE with SIGXFSZ at its deadly default.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <sys/resource.h>

// expect: lost some
// expect: lost_reason limit
// expect: events_at_least 10000
// expect: ended exit 0

int main(void)
{
    for (int i = 0; i < 10000; i++)
        free(malloc((size_t)(i % 200)));
    const struct rlimit limit = {1 << 20, 1 << 20};
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
    for (int i = 0; i < 3000000; i++)
        free(malloc((size_t)(i % 200)));
    say("done\n");
    return 0;
}
