/* scheduler_state.h - what a scheduler and its tasks know of each other.
 *
 * Shape:     the scheduler has the run queue, each task its state.
 * Ownership: the run queue owns a reference to each task in it, and a thread
 *            one to the task it runs; a task owns one to its scheduler.
 * Threads:   one mutex a scheduler guards its queue and the states of all its
 *            tasks. User code, and the last unref, outside of it.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_SCHEDULER_STATE_H
#define OL_RUNTIME_SCHEDULER_STATE_H

#include <pthread.h>

#include "base/list.h"
#include "reference-runtime/core/scheduler.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/core/wait_list.h"

struct rt_scheduler {
    struct rt_object object;
    struct rt_clock *clock; /* owner */

    pthread_mutex_t mutex; /* guards what follows, and the tasks */
    struct ol_list ready;  /* of rt_task.link; the longest ready first */
    size_t running;        /* tasks that threads have taken out of there */
    size_t undone;         /* tasks */
    bool is_stopping;
    pthread_cond_t work; /* something is ready, or it is stopping */
    pthread_cond_t idle; /* nothing is ready and nothing runs */

    unsigned thread_count; /* 0: det mode */
    pthread_t threads[];
};

enum rt_task_state {
    RT_TASK_READY, /* in the queue */
    RT_TASK_RUNNING,
    RT_TASK_WOKEN, /* running, and to be polled once more */
    RT_TASK_SLEEPING,
    RT_TASK_DONE
};

struct rt_task {
    struct rt_object object;
    struct rt_scheduler *scheduler; /* owner */
    struct rt_future *body;         /* owner; of who runs it; NULL once done */

    /* Guarded by the scheduler's mutex. */
    struct ol_list link;
    enum rt_task_state state;
    bool is_interrupted;
    unsigned masks;
    struct rt_wait_list joins; /* of join.wait */
    int status;                /* constant once done, as is value */
    intptr_t value;
};

/* Appends a task to the run queue, which takes over a reference to it. Under
 * the mutex. */
void rt_scheduler_enqueue(struct rt_scheduler *scheduler, struct rt_task *task);

/* Runs a task that was taken out of the queue, and gives its reference back.
 * Not under the mutex. */
void rt_task_run(struct rt_task *task);

#endif
