/* rt_zio_fixture.h - a pool, what it makes, and whoever uses it.
 *
 * Shape:     a bench has a scheduler, a pool with its owner's scope, and a
 *            creator that numbers what it makes from 1, acquires one resource
 *            each time, and then does as its script says. The item of a call
 *            is its resource. Every scope that the creator was given is kept,
 *            so that orphans can be found again at the end.
 * Threads:   those of the scheduler; with 0 all runs in the caller, and the
 *            invariants are checked after every step.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_TESTS_RT_ZIO_FIXTURE_H
#define OL_TESTS_RT_ZIO_FIXTURE_H

#include <pthread.h>

#include "reference-runtime/core/scope.h"
#include "reference-runtime/core/task.h"
#include "reference-runtime/zio/zio_check.h"

#define RT_FIXTURE_SECOND UINT64_C(1000000000)

/* What the creator does after it has acquired its resource. */
enum rt_fixture_making {
    RT_FIXTURE_GOOD,
    RT_FIXTURE_BAD,      /* fails with -EIO, its value the number of the call */
    RT_FIXTURE_SUSPENDS, /* sleeps for 1000 s, then is good */
    RT_FIXTURE_BAD_LATER /* sleeps for 1000 s, then is bad */
};

typedef enum rt_fixture_making (*rt_fixture_script_fn)(long call);

/* Scripts that more than one test has. */
enum rt_fixture_making rt_fixture_always_bad(long call);
enum rt_fixture_making rt_fixture_always_suspends(long call);
enum rt_fixture_making rt_fixture_bad_up_to_ten(long call);

/* Upstream's last version, and ours; ends with NULL. */
extern const char *const rt_fixture_newest[];

/* NOLINTBEGIN(bugprone-macro-parentheses): a name that is declared. */
#define RT_FIXTURE_FOR_EACH_VERSION(name)                      \
    for (const char *const *at = rt_fixture_newest; *at; at++) \
        for (const char *name = *at; name; name = NULL)
/* NOLINTEND(bugprone-macro-parentheses) */

/* Returns the invariants that this one of them breaks to this day: failed
 * leases, and ghosts. */
unsigned rt_fixture_left_in(const char *variant);

struct rt_fixture_bench {
    struct rt_scheduler *scheduler;
    struct rt_zio_pool *pool;
    struct rt_scope *owner;
    rt_fixture_script_fn script;
    uint64_t release_ns;
    atomic_long calls;    /* of the creator, begun */
    atomic_long acquired; /* resources */
    atomic_long live;     /* of these, not yet given back */
    atomic_int last_exit; /* with which one was given back */
    bool is_det;
    bool keeps_scopes;     /* the scopes below */
    unsigned allowed;      /* invariants that may be broken at rest */
    unsigned broken;       /* those that were, and were not allowed */
    pthread_mutex_t mutex; /* guards the scopes */
    struct rt_scope **scopes;
    size_t scope_count;
};

/* How to make a bench. */
struct rt_fixture_shape {
    const char *variant;
    unsigned threads;
    uint32_t min;
    uint32_t max;
    uint64_t ttl_ns;
    rt_fixture_script_fn script; /* NULL: always good */
    uint64_t release_ns;         /* how long giving a resource back takes */
    bool keeps_scopes;           /* with threads; without it always does */
    unsigned allowed;            /* as above */
};

/* Makes the bench; its pool is not open yet. */
void rt_fixture_bench_init(
    struct rt_fixture_bench *bench, struct rt_fixture_shape shape);

/* The same, and opens the pool. */
void rt_fixture_bench_open(
    struct rt_fixture_bench *bench, struct rt_fixture_shape shape);

/* Closes the owner's scope; everything runs until nothing is ready. */
void rt_fixture_bench_close_owner(struct rt_fixture_bench *bench);

/* Closes what is left, orphans too. After this nothing lives, and no
 * invariant was broken that was not allowed to be. */
void rt_fixture_bench_deinit(struct rt_fixture_bench *bench);

/* Returns the counts of its pool. */
struct rt_zio_counts rt_fixture_counts(struct rt_fixture_bench *bench);

/* Runs until no task is ready, and checks. */
void rt_fixture_settle(struct rt_fixture_bench *bench);

/* The same, and time passes. */
void rt_fixture_pass(struct rt_fixture_bench *bench, uint64_t span_ns);

/* Runs a future to its end, if it has one, as a task. Returns the task. */
struct rt_task *rt_fixture_start(
    struct rt_fixture_bench *bench, struct rt_future *future);

/* Closes a scope, in a task if it takes its time, and settles. */
void rt_fixture_close(struct rt_fixture_bench *bench, struct rt_scope *scope);

/* A get in a task of its own, in a scope of its own. */
struct rt_fixture_get {
    struct rt_scope *scope;
    struct rt_task *task;
};

/* Starts one; it settles. */
struct rt_fixture_get rt_fixture_get(struct rt_fixture_bench *bench);

/* The same, in that scope. */
struct rt_fixture_get rt_fixture_get_in(
    struct rt_fixture_bench *bench, struct rt_scope *scope);

/* Returns how it ended; fails if it has not. */
int rt_fixture_get_status(const struct rt_fixture_get *get);

/* Returns the number of its item, or of its failure. */
long rt_fixture_get_number(const struct rt_fixture_get *get);

/* Returns its item. */
struct rt_object *rt_fixture_get_item(const struct rt_fixture_get *get);

/* Closes its scope, which gives the item back, and settles. */
void rt_fixture_get_close(
    struct rt_fixture_bench *bench, struct rt_fixture_get *get);

/* What a user does in each of its rounds, in a scope of its own: gets an
 * item, invalidates it if so told, lets others run, and gives it back. */
struct rt_fixture_user {
    long rounds;
    bool invalidates;
    bool persists;    /* goes on after a get that failed, but for -EINTR */
    uint64_t hold_ns; /* 0: for one turn of all others */
};

/* Starts a user; does not run anything. A get that fails ends it, unless it
 * persists. */
struct rt_task *rt_fixture_user(
    struct rt_fixture_bench *bench, struct rt_fixture_user user);

#endif
