/* rt_rows.c - workloads held against rows that stand in a test.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "tests/runtime/rt_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference-runtime/core/object.h"
#include "reference-runtime/run/workload.h"

static void complain(const struct rt_row *row,
    const struct rt_workload_config *config, const char *what)
{
    fprintf(stderr, "%s --variant %s -n %ld: %s\n", row->workload,
        config->variant, row->rounds, what);
}

static void tell_difference(
    const struct rt_truth_row *expected, const struct rt_truth_row *got)
{
    fprintf(stderr, "%s is %ld, expected %ld\n",
        (expected ? expected : got)->name, got ? got->value : -1,
        expected ? expected->value : -1);
}

/* Takes one "name value" off the text. Returns what follows, or NULL after
 * the last one or where the truth says something else. */
static const char *check_next(
    const struct rt_truth *truth, const char *text, bool *wrong)
{
    char name[64];
    char *end = NULL;
    const size_t length = strcspn(text, " ");
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    const long value = strtol(text + length, &end, 10);
    const struct rt_truth_row *const row = rt_truth_find(truth, name);
    *wrong = !row || row->value != value || end == text + length;
    if (*wrong)
        fprintf(stderr, "%s is %ld, expected %ld\n", name,
            row ? row->value : -1, value);
    return *wrong || *end == '\0' ? NULL : end + strlen(", ");
}

/* Returns whether the row holds. */
static bool run(const struct rt_row *row, const struct rt_workload *workload,
    const struct rt_workload_config *config, const struct rt_truth *expected)
{
    struct rt_truth truth = {0};
    bool wrong = workload->run(config, &truth) != 0;
    if (wrong) complain(row, config, "the run fails");
    if (!wrong && !rt_truth_compare(&truth, expected, tell_difference)) {
        complain(row, config, "not as the workload expects");
        wrong = true;
    }
    const char *text = row->truth;
    while (!wrong && text)
        text = check_next(&truth, text, &wrong);
    if (wrong) complain(row, config, row->truth);
    return !wrong;
}

static bool run_apart(const struct rt_row *row,
    const struct rt_workload *workload, const struct rt_workload_config *config,
    const struct rt_truth *expected)
{
    int status = -1;
    fflush(stdout);
    const pid_t child = fork();
    if (child == 0) _exit(run(row, workload, config, expected) ? 0 : 1);
    if (child < 0 || waitpid(child, &status, 0) != child) return false;
    return status == 0;
}

static bool check_variant(const struct rt_row *row,
    const struct rt_workload *workload, const char *variant)
{
    struct rt_workload_config config = rt_workload_defaults(workload, variant);
    struct rt_truth expected = {0};
    config.rounds = row->rounds;
    workload->expect(&config, &expected);
    if (rt_truth_find(&expected, "left_over")->value > 0)
        return run_apart(row, workload, &config, &expected);
    if (!run(row, workload, &config, &expected)) return false;
    return rt_object_live_all() == 0;
}

static bool check(const struct rt_row *row)
{
    const struct rt_workload *const workload = rt_workload_find(row->workload);
    char name[32];
    int length = 0;
    const char *text = row->variants;
    for (; sscanf(text, "%31s%n", name, &length) == 1; text += length) {
        const char *const variant =
            workload ? rt_workload_variant(workload, name) : NULL;
        if (!variant) {
            fprintf(stderr, "%s has no %s\n", row->workload, name);
            return false;
        }
        if (!check_variant(row, workload, variant)) return false;
    }
    return true;
}

bool rt_rows_check(const struct rt_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!check(&rows[i])) return false;
    return true;
}
