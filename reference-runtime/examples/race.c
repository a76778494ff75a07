/* race.c - many ask for one answer, each with a patience of its own.
 *
 *     race [--threads N] [--variant NAME] [COUNT]
 *
 * The answer is a deferred. Each of COUNT tasks races to get it against a
 * sleep of COUNT … 3, 2, 1 milliseconds; half way the answer comes. Time is
 * the scheduler's: it passes when nobody has anything to do, so as many have
 * the answer on this thread alone (0, the default) as on many. Who gives up
 * leaves a node behind or not: that is up to the version of Cats Effect, and
 * on many threads to who came first.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference-runtime/cats-effect/ce_deferred.h"
#include "reference-runtime/core/combinators.h"
#include "reference-runtime/core/task.h"

enum {
    ANSWER = 42,
    MILLISECOND = 1000000, /* in ns */
    EXIT_USAGE = 2
};

struct options {
    unsigned threads;
    const struct rt_ce_variant *variant;
    size_t count;
};

/* Returns a task that waits that long for the answer, or NULL. */
static struct rt_task *ask(struct rt_scheduler *scheduler,
    struct rt_ce_deferred *answer, uint64_t patience_ns)
{
    struct rt_future *const parts[] = {
        rt_ce_deferred_await(answer),
        rt_sleep(rt_scheduler_clock(scheduler), patience_ns),
    };
    struct rt_future *const race = rt_race(parts, 2);
    return race ? rt_task_spawn(scheduler, race) : NULL;
}

/* Returns whether the task got the answer; the task is given back. */
static bool has_answer(struct rt_task *task)
{
    struct rt_future *const join = task ? rt_task_join(task) : NULL;
    const bool has =
        join && rt_future_block_on(join) == 0 && join->value == ANSWER;
    rt_future_drop(join);
    rt_task_unref(task);
    return has;
}

static void run(const struct options *options, struct rt_scheduler *scheduler,
    struct rt_ce_deferred *answer, struct rt_task **tasks)
{
    const uint64_t half_ns = options->count / 2 * MILLISECOND;
    for (size_t i = 0; i < options->count; i++)
        tasks[i] = ask(scheduler, answer, (options->count - i) * MILLISECOND);
    rt_scheduler_run_for(scheduler, half_ns);
    const struct rt_ce_stack_counts left = rt_ce_deferred_counts(answer).stack;

    rt_ce_deferred_complete(answer, ANSWER, NULL);
    rt_scheduler_run(scheduler);
    size_t answered = 0;
    for (size_t i = 0; i < options->count; i++)
        answered += has_answer(tasks[i]);
    printf("%zu have the answer, %zu gave up, %ld of them left a node\n",
        answered, options->count - answered, left.linked_cleared);
}

static int race(const struct options *options)
{
    int err = -ENOMEM;
    struct rt_scheduler *const scheduler =
        rt_scheduler_create(options->threads);
    struct rt_ce_deferred *const answer =
        rt_ce_deferred_create(options->variant);
    struct rt_task **const tasks =
        calloc(options->count, sizeof(struct rt_task *));
    if (scheduler && answer && tasks) {
        run(options, scheduler, answer, tasks);
        err = 0;
    }
    free(tasks);
    rt_ce_deferred_unref(answer);
    const int busy = scheduler ? rt_scheduler_destroy(scheduler) : 0;
    return err ? err : busy;
}

static bool parse(int argc, char **argv, struct options *options)
{
    static const struct option names[] = {
        {"threads", required_argument, NULL, 't'},
        {"variant", required_argument, NULL, 'v'},
        {NULL, 0, NULL, 0},
    };
    for (;;) {
        const int option = getopt_long(argc, argv, "", names, NULL);
        if (option == -1) break;
        if (option == '?') return false;
        if (option == 't')
            options->threads = (unsigned)strtoul(optarg, NULL, 10);
        if (option == 'v') options->variant = rt_ce_variant_find(optarg);
    }
    if (optind < argc) options->count = strtoul(argv[optind++], NULL, 10);
    return options->variant && options->count > 0 && optind == argc;
}

int main(int argc, char **argv)
{
    struct options options = {
        .variant = rt_ce_variant_find("ce-3.5.4"),
        .count = 100,
    };
    if (!parse(argc, argv, &options)) {
        fprintf(stderr, "usage: race [--threads N] [--variant NAME] [COUNT]\n");
        return EXIT_USAGE;
    }
    const int err = race(&options);
    if (err) fprintf(stderr, "race: %s\n", strerror(-err));
    return err ? EXIT_FAILURE : EXIT_SUCCESS;
}
