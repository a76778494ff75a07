/* step.c - named points of an algorithm where somebody else may come between.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/step.h"

#include <stddef.h>
#include <string.h>

#include "base/attributes.h"

static _Thread_local const struct rt_step_listener *current;

void rt_step(const char *point)
{
    const struct rt_step_listener *const listener = current;
    if (OL_UNLIKELY(listener != NULL)) listener->at_step(point, listener->env);
}

const struct rt_step_listener *rt_step_listen(
    const struct rt_step_listener *listener)
{
    const struct rt_step_listener *const before = current;
    current = listener;
    return before;
}

struct paused_run {
    const struct rt_step_pause *pause;
    unsigned passed;
    bool is_reached;
};

static void pause_at(const char *point, void *env)
{
    struct paused_run *const run = env;
    const struct rt_step_pause *const pause = run->pause;
    if (strcmp(point, pause->point) != 0) return;
    if (run->passed++ < pause->skip) return;

    run->is_reached = true;
    rt_step_listen(NULL);
    pause->during(pause->env);
}

bool rt_step_run_paused(
    const struct rt_step_pause *pause, void (*operation)(void *env), void *env)
{
    struct paused_run run = {.pause = pause};
    const struct rt_step_listener listener = {.at_step = pause_at, .env = &run};
    const struct rt_step_listener *const before = rt_step_listen(&listener);
    operation(env);
    rt_step_listen(before);
    return run.is_reached;
}
