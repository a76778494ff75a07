/* rt_run.c - the command rt-run: runs a workload and states the truth.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"
#include "reference-runtime/run/workload.h"

enum {
    EXIT_UNTRUE = 1,
    EXIT_USAGE = 2,
    EXIT_BROKEN = 4
};

static const char help[] =
    "Runs a workload of a historical async system, in its leaky or its fixed\n"
    "version, and prints what is true of its memory, one `name value` a line.\n"
    "\n"
    "Usage: rt-run list\n"
    "       rt-run SYSTEM/WORKLOAD [options]\n"
    "\n"
    "Options:\n"
    "  --variant V      the version to run, by its upstream name\n"
    "  -n, --rounds N   how many rounds; each ends with a mark\n"
    "  --threads T      workers\n"
    "  --payload BYTES  size of each payload; K and M may follow\n"
    "  -h, --help       this text\n"
    "\n"
    "Examples:\n"
    "  rt-run list\n"
    "  rt-run pond/gated --variant v2.3.2 -n 64\n"
    "  outlive run -- rt-run pond/gated --variant v2.3.2 -n 64\n"
    "\n"
    "Exit codes: 0 the truth is as expected, 1 it is not, 2 usage,\n"
    "4 the workload could not run.\n";

/* ---- list ---- */

static void print_row(const struct rt_workload *workload, const char *variant)
{
    const struct rt_workload_config config =
        rt_workload_defaults(workload, variant);
    struct rt_truth truth = {0};
    workload->expect(&config, &truth);

    printf("  %-16s%s\n", variant, workload->finding(&config));
    printf("  %-16s", "");
    for (size_t i = 0; i < truth.count; i++) {
        const struct rt_truth_row *const row = &truth.rows[i];
        printf("%s%s %ld", i ? ", " : "", row->name, row->value);
    }
    printf("\n");
}

static int list(void)
{
    const struct rt_workload *workload = NULL;
    for (size_t i = 0; (workload = rt_workload_at(i)); i++) {
        printf("%s%s: %s\n", i ? "\n" : "", workload->name, workload->summary);
        printf("  a round is %s; -n %ld", workload->round, workload->rounds);
        if (workload->threads) printf(" --threads %ld", workload->threads);
        if (workload->payload_bytes)
            printf(" --payload %zu", workload->payload_bytes);
        printf("\n");
        for (const char *const *v = workload->variants; *v; v++)
            print_row(workload, *v);
    }
    return EXIT_SUCCESS;
}

/* ---- Options ---- */

/* Reads a count of at least 1, with K or M after it if `scaled`. */
static bool read_count(const char *text, bool scaled, long *out)
{
    char *end = NULL;
    errno = 0;
    const long value = strtol(text, &end, 10);
    if (errno || end == text || value < 1) return false;

    long scale = 1;
    if (scaled && (*end == 'K' || *end == 'M'))
        scale = *end++ == 'K' ? 1024 : 1024 * 1024;
    return *end == '\0' && !__builtin_mul_overflow(value, scale, out);
}

static int usage(const char *what, const char *which)
{
    fprintf(stderr, "rt-run: %s: %s\nTry: rt-run --help\n", which, what);
    return EXIT_USAGE;
}

static int unknown_variant(const struct rt_workload *workload, const char *name)
{
    fprintf(stderr, "rt-run: %s: no such variant of %s; there are", name,
        workload->name);
    for (const char *const *variant = workload->variants; *variant; variant++)
        fprintf(stderr, " %s", *variant);
    fprintf(stderr, "\n");
    return EXIT_USAGE;
}

static int set_option(int option, const char *text,
    const struct rt_workload *workload, struct rt_workload_config *config)
{
    long count = 0;
    if (option == 'v') {
        config->variant = rt_workload_variant(workload, text);
        return config->variant ? 0 : unknown_variant(workload, text);
    }
    if (!read_count(text, option == 'p', &count))
        return usage("not a count of at least 1", text);
    if (option == 'n') {
        config->rounds = count;
    } else if (option == 't') {
        if (!workload->threads)
            return usage("has no choice of threads", workload->name);
        config->threads = count;
    } else {
        if (!workload->payload_bytes)
            return usage("has no payload", workload->name);
        config->payload_bytes = (size_t)count;
    }
    return 0;
}

static int parse(int argc, char **argv, const struct rt_workload *workload,
    struct rt_workload_config *config)
{
    static const struct option options[] = {
        {"variant", required_argument, NULL, 'v'},
        {"rounds", required_argument, NULL, 'n'},
        {"threads", required_argument, NULL, 't'},
        {"payload", required_argument, NULL, 'p'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    for (;;) {
        const int option = getopt_long(argc, argv, "n:h", options, NULL);
        if (option == -1) break;
        if (option == '?') return EXIT_USAGE;
        if (option == 'h') {
            fputs(help, stdout);
            exit(EXIT_SUCCESS);
        }
        const int err = set_option(option, optarg, workload, config);
        if (err) return err;
    }
    if (optind < argc) return usage("one workload at a time", argv[optind]);
    return 0;
}

/* ---- Run ---- */

static void differs(
    const struct rt_truth_row *expected, const struct rt_truth_row *got)
{
    if (!expected) {
        fprintf(stderr, "rt-run: %s is not expected\n", got->name);
    } else if (!got) {
        fprintf(stderr, "rt-run: %s is missing\n", expected->name);
    } else {
        fprintf(stderr, "rt-run: %s is %ld, expected %ld\n", expected->name,
            got->value, expected->value);
    }
}

static int run(
    const struct rt_workload *workload, const struct rt_workload_config *config)
{
    struct rt_truth expected = {0};
    struct rt_truth truth = {0};
    workload->expect(config, &expected);
    const int err = workload->run(config, &truth);
    if (err) {
        fprintf(stderr, "rt-run: %s: %s\n", workload->name, strerror(-err));
        return EXIT_BROKEN;
    }
    for (size_t i = 0; i < truth.count; i++)
        printf("%s %ld\n", truth.rows[i].name, truth.rows[i].value);
    return rt_truth_compare(&truth, &expected, differs) ? EXIT_SUCCESS
                                                        : EXIT_UNTRUE;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    const char *const name = argv[1];
    if (strcmp(name, "-h") == 0 || strcmp(name, "--help") == 0) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    if (strcmp(name, "list") == 0) return list();

    const struct rt_workload *const workload = rt_workload_find(name);
    if (!workload)
        return usage("no such workload; `rt-run list` names them", name);
    struct rt_workload_config config =
        rt_workload_defaults(workload, workload->variants[0]);
    const int err = parse(argc - 1, argv + 1, workload, &config);
    return err ? err : run(workload, &config);
}
