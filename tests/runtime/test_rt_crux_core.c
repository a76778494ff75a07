/* test_rt_crux_core.c - the core of Crux: a crawler of three workers.
 *
 * Pages 1 to 31 are a tree: page n links to 2n and 2n + 1. Workers take pages
 * from a queue, ask the shell for each, and queue what it links to.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/crux/crux_core.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference-runtime/core/queue.h"
#include "tests/support/check.h"

static const char *const versions[] = {"0.2.0", "0.9.0", "0.9.1", NULL};

enum {
    PAGES = 31,
    WORKERS = 3,
    THREADS = 8,
    CRAWLED = 1 /* an answer: the page has been read */
};

/* ---- Pages ---- */

struct page {
    struct rt_object object;
    intptr_t number;
};

static const struct rt_object_type page_type = {.kind = RT_PAYLOAD};

static void queue_page(struct rt_queue *queue, intptr_t number)
{
    struct page *const page = rt_object_create(&page_type, sizeof *page);
    OL_CHECK(page);
    page->number = number;
    OL_CHECK_EQ(rt_queue_offer(queue, &page->object), 0);
}

/* ---- A worker ---- */

struct worker {
    struct rt_future future;
    struct rt_crux_capability *capability; /* owner */
    struct rt_queue *queue;                /* owner */
    struct rt_future *take;                /* owner; NULL: has a page */
    struct rt_crux_shell_request request;  /* owner */
    intptr_t number;                       /* of its page */
};

static void drop_worker(struct rt_object *object)
{
    struct worker *const worker = (struct worker *)object;
    rt_crux_shell_request_drop(&worker->request);
    rt_future_drop(worker->take);
    rt_queue_unref(worker->queue);
    rt_crux_capability_unref(worker->capability);
}

/* Returns a negative errno when there will be no more. */
static int ask(struct worker *worker)
{
    const int err = worker->take->status;
    struct page *const page = (struct page *)worker->take->value;
    if (!err) {
        worker->number = page->number;
        rt_object_unref(&page->object);
    }
    rt_future_drop(worker->take);
    worker->take = NULL;
    if (err) return err;
    return rt_crux_capability_request(
        worker->capability, worker->number, &worker->request);
}

static void report(struct worker *worker)
{
    if (2 * worker->number < PAGES) {
        queue_page(worker->queue, 2 * worker->number);
        queue_page(worker->queue, 2 * worker->number + 1);
    }
    const struct rt_crux_item event = {.value = worker->number};
    OL_CHECK_EQ(rt_crux_capability_update_app(worker->capability, event), 0);
}

static enum rt_poll poll_worker(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct worker *const worker = (struct worker *)future;
    for (;;) {
        intptr_t answer = 0;
        int err = 0;
        if (!worker->take && !worker->request.state)
            worker->take = rt_queue_take(worker->queue);
        if (worker->take) {
            if (rt_future_poll(worker->take, waker) == RT_PENDING)
                return RT_PENDING;
            err = ask(worker);
            if (err) return rt_future_finish(future, err, 0);
        }
        if (rt_crux_shell_request_poll(
                &worker->request, waker, &answer, &err) == RT_PENDING)
            return RT_PENDING;
        rt_crux_shell_request_drop(&worker->request);
        if (err) return rt_future_finish(future, err, 0);
        report(worker);
    }
}

static const struct rt_future_type worker_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_worker},
    .poll = poll_worker,
};

static void spawn_worker(
    struct rt_crux_capability *capability, struct rt_queue *queue)
{
    struct worker *const worker =
        rt_future_create(&worker_type, sizeof *worker);
    OL_CHECK(worker);
    worker->capability = rt_crux_capability_ref(capability);
    worker->queue = rt_queue_ref(queue);
    OL_CHECK_EQ(rt_crux_capability_spawn(capability, &worker->future), 0);
}

/* ---- The app ---- */

enum {
    START = 0 /* any other event is the number of a page that was read */
};

struct model {
    struct rt_queue *queue; /* owner */
    int seen[PAGES + 1];
    int pages;
};

/* After the last page the workers are told that there will be no more. */
static void update(
    void *arg, struct rt_crux_item event, struct rt_crux_capability *capability)
{
    struct model *const model = arg;
    if (event.value != START) {
        model->seen[event.value]++;
        if (++model->pages == PAGES) rt_queue_shutdown(model->queue);
        return;
    }
    queue_page(model->queue, 1);
    for (int i = 0; i < WORKERS; i++)
        spawn_worker(capability, model->queue);
}

static struct rt_crux_core *start(struct model *model, const char *version)
{
    struct rt_crux_core *core = NULL;
    *model = (struct model){.queue = rt_queue_create(PAGES)};
    OL_CHECK(model->queue);
    OL_CHECK_EQ(rt_crux_core_create(rt_crux_variant_find(version),
                    (struct rt_crux_app){update, model}, &core),
        0);
    rt_crux_core_process(core, (struct rt_crux_item){.value = START});
    return core;
}

static void check_all_seen(const struct model *model)
{
    OL_CHECK_EQ(model->pages, PAGES);
    for (int i = 1; i <= PAGES; i++)
        OL_CHECK_EQ(model->seen[i], 1);
}

/* ---- The shell ---- */

/* Takes what is asked; returns how many requests it then has. */
static size_t take_all(
    struct rt_crux_core *core, struct rt_crux_request **held, size_t count)
{
    struct rt_crux_request *request = NULL;
    while ((request = rt_crux_core_take(core)))
        held[count++] = request;
    return count;
}

static size_t crawl_shuffled(struct rt_crux_core *core, unsigned *seed)
{
    struct rt_crux_request *held[WORKERS];
    size_t most = 0;
    for (size_t count = take_all(core, held, 0); count > 0;
         count = take_all(core, held, count)) {
        if (count > most) most = count;
        const size_t at = (size_t)rand_r(seed) % count;
        struct rt_crux_request *const request = held[at];
        held[at] = held[--count];
        OL_CHECK_EQ(rt_crux_core_resolve(core, request, CRAWLED), 0);
        rt_crux_request_drop(request);
    }
    return most;
}

OL_CASE(three_workers_read_every_page_once_in_any_order)
{
    for (const char *const *version = versions; *version; version++) {
        for (unsigned seed = 1; seed <= 50; seed++) {
            unsigned state = seed;
            struct model model;
            struct rt_crux_core *const core = start(&model, *version);
            OL_CHECK_EQ(crawl_shuffled(core, &state), WORKERS);
            check_all_seen(&model);
            OL_CHECK_EQ(rt_object_live(RT_FUTURE), 0);
            rt_crux_core_destroy(core);
            rt_queue_unref(model.queue);
            OL_CHECK_EQ(rt_object_live_all(), 0);
        }
    }
}

static void drop_running(const char *version)
{
    struct model model;
    struct rt_crux_core *const core = start(&model, version);
    struct rt_crux_request *const request = rt_crux_core_take(core);
    OL_CHECK_EQ(rt_crux_core_resolve(core, request, CRAWLED), 0);
    rt_crux_request_drop(request);
    rt_crux_core_destroy(core);
    rt_queue_unref(model.queue);
}

OL_CASE(dropping_a_core_drops_its_running_tasks)
{
    drop_running("0.9.1");
    OL_CHECK_EQ(rt_object_live_all(), 0);
    drop_running("pr269-slab");
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void drop_running_and_exit(const char *version)
{
    if (setjmp(ol_check_abort) != 0) _exit(1);
    drop_running(version);
    _exit(rt_object_live(RT_TASK) == WORKERS ? 0 : 1);
}

/* In a process that ends by _exit, where LeakSanitizer does not look. */
OL_CASE(dropping_a_core_leaves_its_running_tasks_up_to_0_9_0)
{
    static const char *const leaky[] = {"0.2.0", "0.9.0"};
    for (int i = 0; i < 2; i++) {
        int status = 0;
        const pid_t child = fork();
        if (child == 0) drop_running_and_exit(leaky[i]);
        OL_CHECK_EQ(waitpid(child, &status, 0), child);
        OL_CHECK_EQ(status, 0);
    }
}

/* ---- A shell of threads ---- */

struct shell {
    struct rt_crux_core *core;
    atomic_int answered;
};

static void *answer(void *arg)
{
    struct shell *const shell = arg;
    while (atomic_load(&shell->answered) < PAGES) {
        struct rt_crux_request *const request = rt_crux_core_take(shell->core);
        if (!request) {
            sched_yield();
            continue;
        }
        if (rt_crux_core_resolve(shell->core, request, CRAWLED) == 0)
            atomic_fetch_add(&shell->answered, 1);
        rt_crux_request_drop(request);
    }
    return NULL;
}

static void crawl_by_threads(const char *version)
{
    struct model model;
    struct shell shell = {.core = start(&model, version)};
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        OL_CHECK_EQ(pthread_create(&threads[i], NULL, answer, &shell), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    check_all_seen(&model);
    OL_CHECK_EQ(rt_crux_core_counts(shell.core).spawned, 0);
    OL_CHECK_EQ(rt_crux_core_counts(shell.core).woken, 0);
    rt_crux_core_destroy(shell.core);
    rt_queue_unref(model.queue);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

OL_CASE(eight_threads_may_be_the_shell)
{
    for (const char *const *version = versions; *version; version++) {
        for (int round = 0; round < 50; round++)
            crawl_by_threads(*version);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(three_workers_read_every_page_once_in_any_order)
OL_CASES_ENTRY(dropping_a_core_drops_its_running_tasks)
OL_CASES_ENTRY(dropping_a_core_leaves_its_running_tasks_up_to_0_9_0)
OL_CASES_ENTRY(eight_threads_may_be_the_shell)
OL_CASES_END
