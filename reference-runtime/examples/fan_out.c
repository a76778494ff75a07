/* fan_out.c - counts the lines of many files at once, on a pool of workers.
 *
 *     fan-out [--threads N] FILE...
 *
 * Each file is a task of one group; the group's values come back in the order
 * of the files. The first file that cannot be read ends it all. With one
 * thread the files are counted one after the other, in their order.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference-runtime/pond/pond_group.h"

struct options {
    size_t threads;
    char **paths;
    size_t count;
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
    struct rt_pond_group *group, const struct options *options, long *lines_out)
{
    for (size_t i = 0; i < options->count; i++) {
        const struct rt_pond_fn fn = {
            .run = count_lines,
            .shared = options->paths[i],
        };
        const int err = rt_pond_group_submit(group, fn);
        if (err) break; /* the wait says why */
    }
    const int err = rt_pond_group_wait(group);
    if (!err) rt_pond_group_values(group, options->count, lines_out);
    return err;
}

static int fan_out(const struct options *options, long *lines_out)
{
    const struct rt_pond_options pool = {
        .variant = rt_pond_variant_find("cancel-on-done"),
        .max_workers = options->threads,
    };
    struct rt_pond *pond = NULL;
    int err = rt_pond_create(&pool, &pond);
    if (err) return err;

    struct rt_pond_group *const group = rt_pond_group_create(pond, NULL);
    err = group ? count_all(group, options, lines_out) : -ENOMEM;
    rt_pond_stop_and_wait(pond);
    rt_pond_group_unref(group);
    const int busy = rt_pond_destroy(pond);
    return err ? err : busy;
}

/* Returns whether the command line says what to do. */
static bool parse(int argc, char **argv, struct options *out)
{
    static const struct option longs[] = {
        {"threads", required_argument, NULL, 't'},
        {NULL, 0, NULL, 0},
    };
    *out = (struct options){.threads = 4};
    for (int c = 0; (c = getopt_long(argc, argv, "", longs, NULL)) != -1;) {
        if (c != 't') return false;
        out->threads = strtoul(optarg, NULL, 10);
    }
    out->paths = argv + optind;
    out->count = (size_t)(argc - optind);
    return out->threads > 0 && out->count > 0;
}

int main(int argc, char **argv)
{
    struct options options;
    if (!parse(argc, argv, &options)) {
        fprintf(stderr, "usage: fan-out [--threads N] FILE...\n");
        return 2;
    }
    long *const lines = calloc(options.count, sizeof *lines);
    const int err = lines ? fan_out(&options, lines) : -ENOMEM;
    if (err) {
        fprintf(stderr, "fan-out: %s\n", strerror(-err));
        free(lines);
        return 1;
    }
    for (size_t i = 0; i < options.count; i++)
        printf("%8ld %s\n", lines[i], options.paths[i]);
    free(lines);
    return 0;
}
