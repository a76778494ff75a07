/* fan_out.c - counts the lines of many files at once, on a pool of workers.
 *
 *     fan-out FILE...
 *
 * Each file is a task of one group; the group's values come back in the order
 * of the files. The first file that cannot be read ends it all.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference-runtime/pond/pond_group.h"

enum {
    WORKERS = 4
};

static int count_lines(const struct rt_pond_fn *self, long *value)
{
    const char *const path = self->shared;
    FILE *const file = fopen(path, "r");
    if (!file) return -errno;

    long lines = 0;
    for (int c = 0; (c = getc(file)) != EOF;)
        lines += c == '\n';
    const int err = ferror(file) ? -EIO : 0;
    fclose(file);
    *value = lines;
    return err;
}

static int count_all(
    struct rt_pond_group *group, char **paths, size_t count, long *lines_out)
{
    for (size_t i = 0; i < count; i++) {
        const struct rt_pond_fn fn = {.run = count_lines, .shared = paths[i]};
        const int err = rt_pond_group_submit(group, fn);
        if (err) break; /* the wait says why */
    }
    const int err = rt_pond_group_wait(group);
    if (!err) rt_pond_group_values(group, count, lines_out);
    return err;
}

static int fan_out(char **paths, size_t count, long *lines_out)
{
    const struct rt_pond_options options = {
        .variant = rt_pond_variant_find("cancel-on-done"),
        .max_workers = WORKERS,
    };
    struct rt_pond *pond = NULL;
    int err = rt_pond_create(&options, &pond);
    if (err) return err;

    struct rt_pond_group *const group = rt_pond_group_create(pond, NULL);
    err = group ? count_all(group, paths, count, lines_out) : -ENOMEM;
    rt_pond_stop_and_wait(pond);
    rt_pond_group_unref(group);
    const int busy = rt_pond_destroy(pond);
    return err ? err : busy;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: fan-out FILE...\n");
        return 2;
    }
    const size_t count = (size_t)argc - 1;
    long *const lines = calloc(count, sizeof *lines);
    const int err = lines ? fan_out(argv + 1, count, lines) : -ENOMEM;
    if (err) {
        fprintf(stderr, "fan-out: %s\n", strerror(-err));
        free(lines);
        return 1;
    }
    for (size_t i = 0; i < count; i++)
        printf("%8ld %s\n", lines[i], argv[i + 1]);
    free(lines);
    return 0;
}
