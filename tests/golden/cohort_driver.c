/* cohort_driver.c - the verdict of each process on standard input.
 *
 * Shape:     a process is `iterations count`, then `count` pairs of birth
 *            and death iteration, 0 for a block that did not die. Its
 *            answer is one line: the cohort verdict, the survivors, the live
 *            blocks, and the peaks of growing teeth if there are any.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "analyzer/sawtooth.h"
#include "analyzer/verdict.h"

struct event {
    int64_t at, born; /* born is `at` itself for a birth */
    int is_death;
};

static int compare_events(const void *a, const void *b)
{
    const struct event *x = a;
    const struct event *y = b;
    if (x->at != y->at) return x->at < y->at ? -1 : 1;
    return x->is_death - y->is_death;
}

/* Reads a number. Returns whether there was one. */
static bool read_number(int64_t *out)
{
    int letter = getc_unlocked(stdin);
    while (letter == ' ' || letter == '\n')
        letter = getc_unlocked(stdin);
    const bool negative = letter == '-';
    if (negative) letter = getc_unlocked(stdin);
    if (letter < '0' || letter > '9') return false;
    int64_t value = 0;
    for (; letter >= '0' && letter <= '9'; letter = getc_unlocked(stdin))
        value = 10 * value + (letter - '0');
    *out = negative ? -value : value;
    return true;
}

static size_t read_events(struct event *events, size_t count)
{
    size_t used = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t born = 0;
        int64_t died = 0;
        if (!read_number(&born) || !read_number(&died)) exit(2);
        events[used++] = (struct event){.at = born, .born = born};
        if (died > 0) {
            events[used++] =
                (struct event){.at = died, .born = born, .is_death = 1};
        }
    }
    qsort(events, used, sizeof *events, compare_events);
    return used;
}

static void feed(struct ol_cohorts *cohorts, const struct event *event)
{
    const int error =
        event->is_death
            ? ol_cohorts_add_death(cohorts, event->born, event->at, 16)
            : ol_cohorts_add_birth(cohorts, event->at, 16);
    if (error) exit(3);
}

static void judge_process(int64_t iterations, size_t count)
{
    struct event *events = calloc(2 * count + 1, sizeof *events);
    if (!events) exit(4);
    const size_t used = read_events(events, count);

    struct ol_cohorts cohorts;
    ol_cohorts_init(&cohorts);
    for (size_t i = 0; i < used && events[i].at <= iterations + 1; i++)
        feed(&cohorts, &events[i]);
    if (ol_cohorts_finish(&cohorts, iterations)) exit(3);

    struct ol_cohort_result result;
    ol_verdict_test(&cohorts, &result);
    struct ol_sawtooth sawtooth;
    ol_sawtooth_find(&cohorts, &sawtooth);
    printf("%s %" PRIu64 " %" PRIu64, ol_verdict_name(result.verdict),
        result.survivors, result.live);
    for (size_t i = 0; i < sawtooth.peak_count; i++)
        printf(" %" PRIu64, sawtooth.peak[i].live);
    printf("\n");
    ol_cohorts_deinit(&cohorts);
    free(events);
}

int main(void)
{
    int64_t iterations = 0;
    int64_t count = 0;
    while (read_number(&iterations) && read_number(&count))
        judge_process(iterations, (size_t)count);
    return 0;
}
