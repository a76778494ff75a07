/* replay.c - gives every file of a directory to a fuzz target.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) return 0;
    uint8_t *bytes = malloc(1 << 20);
    const size_t count = bytes ? fread(bytes, 1, 1 << 20, file) : 0;
    fclose(file);
    printf("%s, %zu bytes\n", path, count);
    fflush(stdout);
    if (bytes) (void)LLVMFuzzerTestOneInput(bytes, count);
    free(bytes);
    return 1;
}

int main(int argc, char **argv)
{
    DIR *directory = argc > 1 ? opendir(argv[1]) : NULL;
    if (!directory) {
        fputs("usage: replay DIRECTORY\n", stderr);
        return 2;
    }
    int count = 0;
    const struct dirent *entry = NULL;
    while ((entry = readdir(directory)) != NULL) {
        char path[4096];
        if (entry->d_name[0] == '.') continue;
        (void)snprintf(path, sizeof path, "%s/%s", argv[1], entry->d_name);
        count += replay(path);
    }
    closedir(directory);
    printf("%d files\n", count);
    return count == 0;
}
