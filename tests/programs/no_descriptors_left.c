/* no_descriptors_left.c - every descriptor is taken: the file still grows.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <fcntl.h>
#include <sys/resource.h>

// expect: malloc 1500000
// expect: free 1500000

int main(void)
{
    const struct rlimit limit = {20, 20};
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    int last = 0;
    for (int fd = 0; fd >= 0; fd = open("/dev/null", O_RDONLY))
        last = fd;
    CHECK(errno == EMFILE && last == 19);
    for (int i = 0; i < 1500000; i++)
        free(malloc((size_t)(i % 700)));
    CHECK(open("/dev/null", O_RDONLY) == -1 && errno == EMFILE);
    say("done\n");
    return 0;
}
