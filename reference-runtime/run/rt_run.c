/* rt_run.c - the command rt-run: runs a workload and states the truth.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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
    "Usage: rt-run list [--json]\n"
    "       rt-run all [SYSTEM | SYSTEM/WORKLOAD]\n"
    "       rt-run SYSTEM/WORKLOAD [options]\n"
    "\n"
    "Options:\n"
    "  --variant V      the version to run, by its upstream name\n"
    "  -n, --rounds N   how many rounds; each ends with a mark\n"
    "  --threads T      workers\n"
    "  --payload BYTES  size of each payload; K and M may follow\n"
    "  -h, --help       this text\n"
    "\n"
    "`list` states what each workload, version and size has to give; `all`\n"
    "runs them and says which are not so.\n"
    "\n"
    "Examples:\n"
    "  rt-run list\n"
    "  rt-run pond/gated --variant v2.3.2 -n 64\n"
    "  rt-run all pond\n"
    "  outlive run -- rt-run pond/gated --variant v2.3.2 -n 64\n"
    "\n"
    "Exit codes: 0 the truth is as expected, 1 it is not, 2 usage,\n"
    "4 the workload could not run.\n";

/* ---- Rows: each workload, version and size that has numbers ---- */

struct row {
    const struct rt_workload *workload;
    struct rt_workload_config config;
};

typedef int (*row_fn)(const struct row *row, void *env);

static int visit_sizes(const struct rt_workload *workload, const char *variant,
    row_fn visit, void *env)
{
    struct row row = {workload, rt_workload_defaults(workload, variant)};
    int err = visit(&row, env);
    for (const long *size = workload->sizes; size && *size && !err; size++) {
        row.config.rounds = *size;
        err = visit(&row, env);
    }
    return err;
}

/* Whether `name` is the workload or its system; NULL is all of them. */
static bool is_meant(const struct rt_workload *workload, const char *name)
{
    if (!name) return true;
    const size_t length = strlen(name);
    return strncmp(workload->name, name, length) == 0 &&
           (workload->name[length] == '\0' || workload->name[length] == '/');
}

/* Stops at the first row that is refused. Returns what it returned. */
static int visit_rows(const char *name, row_fn visit, void *env)
{
    const struct rt_workload *workload = NULL;
    int err = 0;
    for (size_t i = 0; (workload = rt_workload_at(i)) && !err; i++) {
        if (!is_meant(workload, name)) continue;
        for (const char *const *v = workload->variants; *v && !err; v++)
            err = visit_sizes(workload, *v, visit, env);
    }
    return err;
}

/* ---- list ---- */

static void print_head(const struct rt_workload *workload)
{
    printf("%s: %s\n", workload->name, workload->summary);
    printf("  a round is %s; -n %ld", workload->round, workload->rounds);
    if (workload->threads) printf(" --threads %ld", workload->threads);
    if (workload->payload_bytes)
        printf(" --payload %zu", workload->payload_bytes);
    printf("\n");
}

/* `env` is the workload printed last. */
static int print_row(const struct row *row, void *env)
{
    const struct rt_workload **const last = env;
    if (*last != row->workload) {
        if (*last) printf("\n");
        print_head(row->workload);
        *last = row->workload;
    }
    if (row->config.rounds == row->workload->rounds) {
        printf("  %-15s ", row->config.variant);
    } else {
        printf("    -n %-11ld", row->config.rounds);
    }
    printf("%s\n  %-16s", row->workload->finding(&row->config), "");

    struct rt_truth truth = {0};
    row->workload->expect(&row->config, &truth);
    for (size_t i = 0; i < truth.count; i++) {
        printf(
            "%s%s %ld", i ? ", " : "", truth.rows[i].name, truth.rows[i].value);
    }
    printf("\n");
    return 0;
}

/* Names and findings are plain ASCII without quotes. `env` counts rows. */
static int print_row_json(const struct row *row, void *env)
{
    size_t *const count = env;
    const struct rt_workload *const workload = row->workload;
    printf("%s\n  {\"workload\": \"%s\", \"variant\": \"%s\", "
           "\"rounds\": %ld,\n",
        *count ? "," : "", workload->name, row->config.variant,
        row->config.rounds);
    printf("   \"summary\": \"%s\",\n   \"round\": \"%s\",\n",
        workload->summary, workload->round);
    printf("   \"finding\": \"%s\",\n   \"truth\": {",
        workload->finding(&row->config));

    struct rt_truth truth = {0};
    workload->expect(&row->config, &truth);
    for (size_t i = 0; i < truth.count; i++) {
        printf("%s\"%s\": %ld", i ? ", " : "", truth.rows[i].name,
            truth.rows[i].value);
    }
    printf("}}");
    ++*count;
    return 0;
}

static int usage(const char *what, const char *which)
{
    fprintf(stderr, "rt-run: %s: %s\nTry: rt-run --help\n", which, what);
    return EXIT_USAGE;
}

static int list(int argc, char **argv)
{
    if (argc == 1 && strcmp(argv[0], "--json") == 0) {
        size_t count = 0;
        printf("[");
        (void)visit_rows(NULL, print_row_json, &count);
        printf("\n]\n");
        return EXIT_SUCCESS;
    }
    if (argc > 0) return usage("list takes --json or nothing", argv[0]);
    const struct rt_workload *last = NULL;
    return visit_rows(NULL, print_row, &last);
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

/* Runs it and prints the truth if `shown`. Returns 0, EXIT_UNTRUE or
 * EXIT_BROKEN. */
static int run(const struct row *row, bool shown)
{
    struct rt_truth expected = {0};
    struct rt_truth truth = {0};
    row->workload->expect(&row->config, &expected);
    const int err = row->workload->run(&row->config, &truth);
    if (err) {
        fprintf(
            stderr, "rt-run: %s: %s\n", row->workload->name, strerror(-err));
        return EXIT_BROKEN;
    }
    for (size_t i = 0; i < truth.count && shown; i++)
        printf("%s %ld\n", truth.rows[i].name, truth.rows[i].value);
    return rt_truth_compare(&truth, &expected, differs) ? EXIT_SUCCESS
                                                        : EXIT_UNTRUE;
}

/* In a process of its own: what one version leaves is not the next one's. */
static int run_apart(const struct row *row)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) _exit(run(row, false));
    if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
        return EXIT_BROKEN;
    return WEXITSTATUS(status);
}

struct tally {
    long rows;
    long untrue;
};

static int run_row(const struct row *row, void *env)
{
    struct tally *const tally = env;
    const int err = run_apart(row);
    tally->rows++;
    tally->untrue += err != 0;
    printf("%s %s --variant %s -n %ld\n", err ? "UNTRUE" : "true  ",
        row->workload->name, row->config.variant, row->config.rounds);
    fflush(stdout);
    return err == EXIT_BROKEN ? err : 0;
}

static int run_all(int argc, char **argv)
{
    struct tally tally = {0};
    if (argc > 1) return usage("one system or workload at a time", argv[1]);
    const int err = visit_rows(argv[0], run_row, &tally);
    if (err) return err;
    if (tally.rows == 0) return usage("no such system or workload", argv[0]);
    printf("%ld rows, %ld not as they have to be\n", tally.rows, tally.untrue);
    return tally.untrue ? EXIT_UNTRUE : EXIT_SUCCESS;
}

static bool is_help(const char *text)
{
    return strcmp(text, "-h") == 0 || strcmp(text, "--help") == 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fputs(help, stderr);
        return EXIT_USAGE;
    }
    const char *const name = argv[1];
    if (is_help(name) || (argc > 2 && is_help(argv[2]))) {
        fputs(help, stdout);
        return EXIT_SUCCESS;
    }
    if (strcmp(name, "list") == 0) return list(argc - 2, argv + 2);
    if (strcmp(name, "all") == 0) return run_all(argc - 2, argv + 2);

    const struct rt_workload *const workload = rt_workload_find(name);
    if (!workload)
        return usage("no such workload; `rt-run list` names them", name);
    struct row row = {
        workload, rt_workload_defaults(workload, workload->variants[0])};
    const int err = parse(argc - 1, argv + 1, workload, &row.config);
    return err ? err : run(&row, true);
}
