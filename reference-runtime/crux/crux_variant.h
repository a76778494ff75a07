/* crux_variant.h - what sets the versions of Crux apart.
 *
 * Shape:     a row a version, named as upstream names it; each trait is one
 *            decision of that version. An executor takes a row of the first
 *            table when it is made, a command one of the second, a timer one
 *            of the third.
 * Threads:   constant.
 * Source:    github.com/redbadger/crux, its tags and issues.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CRUX_VARIANT_H
#define OL_RUNTIME_CRUX_VARIANT_H

#include <stdbool.h>
#include <stddef.h>

/* Executors: crux_core up to 0.16. */
struct rt_crux_variant {
    const char *name;
    const char *summary;
    /* What the shell resolves keeps the request's state alive. */
    bool callback_is_strong;
    /* The executor owns its tasks, and a waker knows but a number. If not,
     * the waker is the task: who waits owns it (#268). */
    bool wakes_by_id;
    /* A task that is done gives its slot to the next one. */
    bool frees_slots;
};

/* Commands: crux_core from 0.11.0 on. */
struct rt_crux_command_variant {
    const char *name;
    const char *summary;
    /* A task that woke itself is kept, even if nobody else could (#339). */
    bool keeps_self_woken;
    /* Whether anybody could wake a task is asked before whether somebody
     * did: a wake between the two is not lost (#577). */
    bool counts_before_flag;
    /* An aborted command drops what was not spawned yet, too (#425). */
    bool drops_unspawned;
    /* While a task's context is alive the command is not done (#423). */
    bool waits_for_contexts;
    /* A join keeps one waker, however often it is polled. */
    bool one_waker_a_join;
    /* To abort wakes who has to drop the tasks. */
    bool abort_wakes;
    /* The bridge keeps nothing of an effect that nobody will resolve. */
    bool forgets_notifies;
    /* Nor of a stream that nobody listens to. */
    bool forgets_ended;
};

/* Timers: crux_time, on an executor. */
struct rt_crux_time_variant {
    const char *name;
    const char *summary;
    /* To clear a timer ends who waits for it (#292). */
    bool clear_ends;
};

/* Returns the executor's version of that name, or NULL. */
const struct rt_crux_variant *rt_crux_variant_find(const char *name);

/* Returns the command's version of that name, or NULL. */
const struct rt_crux_command_variant *rt_crux_command_variant_find(
    const char *name);

/* Returns the timers' version of that name, or NULL. */
const struct rt_crux_time_variant *rt_crux_time_variant_find(const char *name);

#endif
