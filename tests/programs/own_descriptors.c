/* own_descriptors.c - the program's descriptors are its own: we show none.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "program.h"

#include <dirent.h>
#include <fcntl.h>

// expect: counts same

static void show_descriptors(void)
{
    DIR *const folder = opendir("/proc/self/fd");
    CHECK(folder != NULL);
    struct dirent *entry;
    while ((entry = readdir(folder)))
        say("%s ", entry->d_name);
    say("\n");
    closedir(folder);
}

int main(void)
{
    show_descriptors();
    for (int round = 0; round < 50; round++) {
        for (int i = 0; i < 4000; i++)
            free(malloc((size_t)(i % 500)));
        const int lowest = open("/dev/null", O_RDONLY);
        say("%d ", lowest);
        close(lowest);
        close(0);
        CHECK(open("/dev/null", O_RDONLY) == 0);
    }
    say("\n");
    show_descriptors();
    return 0;
}
