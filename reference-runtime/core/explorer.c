/* explorer.c - runs every interleaving of a few operations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/explorer.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "reference-runtime/core/coroutine.h"
#include "reference-runtime/core/step.h"

/* ---- One schedule ---- */

struct actor {
    const struct rt_explorer_program *program;
    size_t operation;
    struct rt_coroutine *coroutine; /* owner */
};

struct stage {
    const struct rt_explorer_program *program;
    struct actor actors[RT_EXPLORER_OPERATIONS];
};

static void act(void *env)
{
    const struct actor *const actor = env;
    actor->program->run(actor->operation, actor->program->env);
}

static void deinit_stage(struct stage *stage)
{
    for (size_t i = 0; i < stage->program->operations; i++) {
        const int busy = rt_coroutine_destroy(stage->actors[i].coroutine);
        assert(!busy);
        (void)busy;
    }
}

static int init_stage(
    struct stage *stage, const struct rt_explorer_program *program)
{
    assert(program->operations <= RT_EXPLORER_OPERATIONS);
    *stage = (struct stage){.program = program};
    for (size_t i = 0; i < program->operations; i++) {
        struct actor *const actor = &stage->actors[i];
        actor->program = program;
        actor->operation = i;
        actor->coroutine = rt_coroutine_create(act, actor);
        if (!actor->coroutine) {
            deinit_stage(stage);
            return -ENOMEM;
        }
    }
    return 0;
}

static void yield_at_step(const char *point, void *env)
{
    (void)point, (void)env;
    rt_coroutine_yield();
}

/* Runs an operation up to its next step. Returns whether it has one. */
static bool go_on(struct stage *stage, size_t operation)
{
    static const struct rt_step_listener listener = {.at_step = yield_at_step};
    const struct rt_step_listener *const before = rt_step_listen(&listener);
    const bool is_in_middle =
        rt_coroutine_resume(stage->actors[operation].coroutine);
    rt_step_listen(before);
    return is_in_middle;
}

static long run_schedule(
    struct stage *stage, struct rt_explorer_chooser chooser)
{
    const struct rt_explorer_program *const program = stage->program;
    size_t ready[RT_EXPLORER_OPERATIONS];
    size_t count = 0;
    program->begin(program->env);
    for (size_t i = 0; i < program->operations; i++)
        if (go_on(stage, i)) ready[count++] = i;

    while (count > 0) {
        const size_t place = chooser.choose(ready, count, chooser.env);
        if (go_on(stage, ready[place])) continue;
        count--;
        memmove(&ready[place], &ready[place + 1],
            (count - place) * sizeof ready[0]);
    }
    return program->end(program->env);
}

/* Returns the place of that outcome, a new one if need be, or NULL if there
 * is no room. */
static struct rt_explorer_outcome *outcome_of(
    struct rt_explorer_result *result, long value)
{
    for (size_t i = 0; i < result->count; i++)
        if (result->outcomes[i].value == value) return &result->outcomes[i];
    if (result->count == RT_EXPLORER_OUTCOMES) return NULL;
    struct rt_explorer_outcome *const outcome =
        &result->outcomes[result->count++];
    outcome->value = value;
    return outcome;
}

int rt_explorer_sample(const struct rt_explorer_program *program,
    long schedules, struct rt_explorer_chooser chooser,
    struct rt_explorer_result *out)
{
    struct stage stage;
    *out = (struct rt_explorer_result){0};
    int err = init_stage(&stage, program);
    if (err) return err;

    while (out->schedules < schedules && !err) {
        struct rt_explorer_outcome *const outcome =
            outcome_of(out, run_schedule(&stage, chooser));
        out->schedules++;
        if (outcome) outcome->schedules++;
        if (!outcome) err = -E2BIG;
    }
    deinit_stage(&stage);
    return err;
}

struct replay {
    const char *schedule; /* what is left of it */
    bool is_wrong;
};

static size_t choose_written(const size_t *ready, size_t count, void *env)
{
    struct replay *const replay = env;
    const size_t wanted = (size_t)(*replay->schedule - '0');
    for (size_t place = 0; place < count; place++) {
        if (ready[place] != wanted) continue;
        replay->schedule++;
        return place;
    }
    replay->is_wrong = true;
    return 0;
}

int rt_explorer_replay(const struct rt_explorer_program *program,
    const char *schedule, long *outcome_out)
{
    struct stage stage;
    const int err = init_stage(&stage, program);
    if (err) return err;

    struct replay replay = {.schedule = schedule};
    const struct rt_explorer_chooser chooser = {choose_written, &replay};
    const long outcome = run_schedule(&stage, chooser);
    deinit_stage(&stage);
    if (replay.is_wrong || *replay.schedule) return -EINVAL;
    *outcome_out = outcome;
    return 0;
}

/* ---- All schedules ---- */

/* Choices [0, fixed) are taken as the schedule before took them, but for the
 * last of these; the others are the first that can be taken. */
struct search {
    struct choice {
        unsigned char place;
        unsigned char count;     /* there were so many to choose from */
        unsigned char operation; /* the one that it was */
    } choices[RT_EXPLORER_CHOICES];
    size_t fixed;
    size_t made;
    bool is_too_long;
};

static size_t choose_next(const size_t *ready, size_t count, void *env)
{
    struct search *const search = env;
    if (search->made == RT_EXPLORER_CHOICES) {
        search->is_too_long = true;
        return 0;
    }
    struct choice *const choice = &search->choices[search->made];
    if (search->made >= search->fixed) choice->place = 0;
    choice->count = (unsigned char)count;
    choice->operation = (unsigned char)ready[choice->place];
    search->made++;
    return choice->place;
}

/* Returns whether there is another schedule. */
static bool turn_back(struct search *search)
{
    size_t last = search->made;
    while (last > 0 && search->choices[last - 1].place + 1 >=
                           search->choices[last - 1].count)
        last--;
    if (last == 0) return false;
    search->choices[last - 1].place++;
    search->fixed = last;
    search->made = 0;
    return true;
}

static void write_down(const struct search *search, char *digits)
{
    for (size_t i = 0; i < search->made; i++)
        digits[i] = (char)('0' + search->choices[i].operation);
}

int rt_explorer_explore(const struct rt_explorer_program *program, long limit,
    struct rt_explorer_result *out)
{
    struct stage stage;
    struct search search = {0};
    *out = (struct rt_explorer_result){0};
    int err = init_stage(&stage, program);
    if (err) return err;

    bool has_more = true;
    while (has_more && !err) {
        struct rt_explorer_outcome *const outcome = outcome_of(
            out, run_schedule(&stage,
                     (struct rt_explorer_chooser){choose_next, &search}));
        out->schedules++;
        if (outcome && outcome->schedules++ == 0)
            write_down(&search, outcome->first);
        has_more = turn_back(&search);
        if (!outcome || search.is_too_long ||
            (has_more && out->schedules == limit))
            err = -E2BIG;
    }
    deinit_stage(&stage);
    return err;
}

long rt_explorer_count(const struct rt_explorer_result *result, long outcome)
{
    for (size_t i = 0; i < result->count; i++)
        if (result->outcomes[i].value == outcome)
            return result->outcomes[i].schedules;
    return 0;
}
