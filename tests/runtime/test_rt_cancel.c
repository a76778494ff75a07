/* test_rt_cancel.c - sources of cancellation and their registrations.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/cancel.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>

#include "reference-runtime/core/gate.h"
#include "tests/support/check.h"

enum {
    THREADS = 8,
    ROUNDS = 2000
};

/* Remembers in which order targets were called. */
struct probe {
    struct rt_object object;
    atomic_int calls;
    int place; /* of its first call */
    struct rt_gate *gate;
    struct rt_cancel_registration *mine; /* taken back by the callback */
    struct rt_cancel_source *source;     /* given up by the callback */
};

static const struct rt_object_type probe_type = {.kind = RT_PAYLOAD};
static atomic_int places;

static struct probe *make_probe(void)
{
    struct probe *const probe = rt_object_create(&probe_type, sizeof *probe);
    OL_CHECK(probe);
    return probe;
}

static void call(struct rt_object *target)
{
    struct probe *const probe = (struct probe *)target;
    if (atomic_fetch_add(&probe->calls, 1) == 0) probe->place = ++places;
    if (probe->gate) rt_gate_pass(probe->gate);
    rt_cancel_unregister(probe->mine);
    probe->mine = NULL;
    rt_cancel_unref(probe->source);
}

static struct rt_cancel_registration *enlist(
    struct rt_cancel_source *source, struct probe *probe)
{
    struct rt_cancel_registration *registration = NULL;
    OL_CHECK_EQ(
        rt_cancel_register(source, call, &probe->object, &registration), 0);
    return registration;
}

OL_CASE(callbacks_run_once_the_newest_first)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct probe *probes[3];
    struct rt_cancel_registration *handles[3];
    for (int i = 0; i < 3; i++) {
        probes[i] = make_probe();
        handles[i] = enlist(source, probes[i]);
    }
    OL_CHECK_EQ(rt_cancel_registrations(source), 3);
    OL_CHECK(!rt_cancel_is_requested(source));
    places = 0;
    rt_cancel_request(source);
    rt_cancel_request(source);
    OL_CHECK(rt_cancel_is_requested(source));
    OL_CHECK_EQ(rt_cancel_registrations(source), 0);
    for (int i = 0; i < 3; i++) {
        OL_CHECK_EQ(probes[i]->calls, 1);
        OL_CHECK_EQ(probes[i]->place, 3 - i);
        rt_cancel_unregister(handles[i]);
        rt_object_unref(&probes[i]->object);
    }
    rt_cancel_unref(source);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_cancelled_source_calls_whoever_registers_at_once)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct probe *const probe = make_probe();
    struct rt_cancel_registration *registration = NULL;
    rt_cancel_request(source);
    OL_CHECK_EQ(rt_cancel_register(source, call, &probe->object, &registration),
        -ECANCELED);
    OL_CHECK(!registration);
    OL_CHECK_EQ(probe->calls, 1);
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
    rt_object_unref(&probe->object);
    rt_cancel_unref(source);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(who_has_unregistered_is_not_called)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct probe *const probe = make_probe();
    rt_cancel_unregister(enlist(source, probe));
    rt_cancel_unregister(NULL);
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
    rt_cancel_request(source);
    OL_CHECK_EQ(probe->calls, 0);
    rt_object_unref(&probe->object);
    rt_cancel_unref(source);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_callback_may_take_its_own_registration_back)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct probe *const probe = make_probe();
    probe->mine = enlist(source, probe);
    rt_cancel_request(source);
    OL_CHECK_EQ(probe->calls, 1);
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 0);
    rt_object_unref(&probe->object);
    rt_cancel_unref(source);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_callback_may_give_up_the_source)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct probe *const probe = make_probe();
    probe->source = source;
    probe->mine = enlist(source, probe);
    rt_cancel_request(source);
    rt_object_unref(&probe->object);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(a_source_that_goes_lets_go_of_its_targets)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct probe *const probe = make_probe();
    struct rt_cancel_registration *const handle = enlist(source, probe);
    rt_object_unref(&probe->object);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 1);
    rt_cancel_unref(source);
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), 0);
    rt_cancel_unregister(handle);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void *request(void *arg)
{
    rt_cancel_request(arg);
    return NULL;
}

static void *unregister(void *arg)
{
    rt_cancel_unregister(arg);
    return NULL;
}

OL_CASE(to_unregister_waits_for_the_running_callback)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct rt_gate gate;
    struct probe *const probe = make_probe();
    pthread_t canceller;
    pthread_t other;
    rt_gate_init(&gate);
    probe->gate = &gate;
    struct rt_cancel_registration *const handle = enlist(source, probe);
    OL_CHECK_EQ(pthread_create(&canceller, NULL, request, source), 0);
    rt_gate_await(&gate, 1);
    OL_CHECK_EQ(pthread_create(&other, NULL, unregister, handle), 0);
    for (int i = 0; i < 1000; i++)
        sched_yield();
    OL_CHECK_EQ(rt_object_live(RT_REGISTRATION), 1);
    rt_gate_open(&gate);
    pthread_join(other, NULL);
    pthread_join(canceller, NULL);
    OL_CHECK_EQ(probe->calls, 1);
    OL_CHECK_EQ(rt_gate_deinit(&gate), 0);
    rt_object_unref(&probe->object);
    rt_cancel_unref(source);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

/* ---- Threads ---- */

struct crowd {
    struct rt_cancel_source *source;
    atomic_int called_after; /* callbacks after their unregister returned */
    atomic_int called_twice;
    pthread_barrier_t start;
};

static void come_and_go(struct crowd *crowd)
{
    struct probe *const probe = rt_object_create(&probe_type, sizeof *probe);
    struct rt_cancel_registration *handle = NULL;
    if (!probe) return;
    const int err =
        rt_cancel_register(crowd->source, call, &probe->object, &handle);
    if (!err) {
        sched_yield();
        rt_cancel_unregister(handle);
    }
    const int calls = atomic_load(&probe->calls);
    sched_yield();
    if (atomic_load(&probe->calls) != calls) crowd->called_after++;
    if (calls > 1 || (err == -ECANCELED && calls != 1)) crowd->called_twice++;
    rt_object_unref(&probe->object);
}

static void *join_crowd(void *arg)
{
    struct crowd *const crowd = arg;
    pthread_barrier_wait(&crowd->start);
    for (int i = 0; i < 4; i++)
        come_and_go(crowd);
    rt_cancel_request(crowd->source);
    come_and_go(crowd);
    return NULL;
}

static void run_crowd(struct crowd *crowd)
{
    pthread_t threads[THREADS];
    crowd->source = rt_cancel_create();
    pthread_barrier_init(&crowd->start, NULL, THREADS);
    for (int i = 0; i < THREADS; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, join_crowd, crowd), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&crowd->start);
    OL_CHECK_EQ(rt_cancel_registrations(crowd->source), 0);
    rt_cancel_unref(crowd->source);
}

OL_CASE(eight_threads_register_unregister_and_cancel)
{
    for (int round = 0; round < ROUNDS / THREADS; round++) {
        struct crowd crowd = {0};
        run_crowd(&crowd);
        OL_CHECK_EQ(crowd.called_after, 0);
        OL_CHECK_EQ(crowd.called_twice, 0);
        OL_CHECK_EQ(rt_object_live_all(), 0);
    }
}

/* ---- Truth edges ---- */

static int strong_edges;

static void count_edges(const struct rt_object *from, const char *field,
    const struct rt_object *to, bool is_strong, void *env)
{
    (void)from, (void)field;
    strong_edges += is_strong && to == env;
}

OL_CASE(the_source_holds_its_registrations_and_they_their_targets)
{
    struct rt_cancel_source *const source = rt_cancel_create();
    struct probe *const probe = make_probe();
    struct rt_cancel_registration *const handle = enlist(source, probe);
    const struct rt_object *const held = rt_cancel_registration_object(handle);
    strong_edges = 0;
    rt_object_each_edge(rt_cancel_object(source), count_edges, (void *)handle);
    OL_CHECK_EQ(strong_edges, 1);
    rt_object_each_edge(held, count_edges, probe);
    OL_CHECK_EQ(strong_edges, 2);
    rt_cancel_request(source);
    rt_object_each_edge(held, count_edges, probe);
    OL_CHECK_EQ(strong_edges, 2);
    rt_cancel_unregister(handle);
    rt_object_unref(&probe->object);
    rt_cancel_unref(source);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(callbacks_run_once_the_newest_first)
OL_CASES_ENTRY(a_cancelled_source_calls_whoever_registers_at_once)
OL_CASES_ENTRY(who_has_unregistered_is_not_called)
OL_CASES_ENTRY(a_callback_may_take_its_own_registration_back)
OL_CASES_ENTRY(a_callback_may_give_up_the_source)
OL_CASES_ENTRY(a_source_that_goes_lets_go_of_its_targets)
OL_CASES_ENTRY(to_unregister_waits_for_the_running_callback)
OL_CASES_ENTRY(eight_threads_register_unregister_and_cancel)
OL_CASES_ENTRY(the_source_holds_its_registrations_and_they_their_targets)
OL_CASES_END
