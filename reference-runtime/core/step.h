/* step.h - named points of an algorithm where somebody else may come between.
 *
 * Shape:     an operation calls rt_step before each access to what it shares.
 *            A thread may have one listener, which is told of its steps and
 *            may do anything there: run another operation to its end, or
 *            switch to one that waits at its own step (explorer.h).
 * Ownership: points are string literals; listeners are borrowed.
 * Threads:   a listener hears only of the thread that it was set on. Where
 *            nobody listens, a step is a call and one load.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_STEP_H
#define OL_RUNTIME_STEP_H

#include <stdbool.h>

struct rt_step_listener {
    void (*at_step)(const char *point, void *env);
    void *env;
};

/* This thread is about to do what `point` names. */
void rt_step(const char *point);

/* Sets this thread's listener; NULL is nobody. Returns the one before. */
const struct rt_step_listener *rt_step_listen(
    const struct rt_step_listener *listener);

/* Comes between once: when `point` is reached after having been passed `skip`
 * times, `during` runs to its end, and nobody hears of its steps. */
struct rt_step_pause {
    const char *point;
    unsigned skip;
    void (*during)(void *env);
    void *env;
};

/* Runs `operation` with that pause in it. Returns whether it was reached. */
bool rt_step_run_paused(
    const struct rt_step_pause *pause, void (*operation)(void *env), void *env);

#endif
