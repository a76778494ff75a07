/* test_rt_crux_demo.c - the demonstration of redbadger/crux#268, through the
 * core alone, with the numbers measured on crux_core 0.9.0 and 0.9.1.
 *
 * There as here, what lives is counted by payloads and by the strong count of
 * a token that every task holds. What 0.9.0 leaves stays for good: it runs in
 * a process that ends by _exit, where LeakSanitizer does not look.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reference-runtime/core/payload.h"
#include "reference-runtime/crux/crux_core.h"
#include "tests/support/check.h"

enum mode {
    FORGET_ALL, /* upstream's drop-core; keep-core until the core goes */
    RESOLVE_ALL
};

/* ---- The task: asks, and holds a payload and a token meanwhile ---- */

struct ask {
    struct rt_future future;
    struct rt_crux_capability *capability; /* owner */
    struct rt_crux_shell_request request;  /* owner */
    struct rt_payload *held;               /* owner */
    struct rt_object *token;               /* owner */
};

static void drop_ask(struct rt_object *object)
{
    struct ask *const ask = (struct ask *)object;
    rt_crux_shell_request_drop(&ask->request);
    rt_crux_capability_unref(ask->capability);
    rt_payload_unref(ask->held);
    rt_object_unref(ask->token);
}

static enum rt_poll poll_ask(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct ask *const ask = (struct ask *)future;
    intptr_t answer = 0;
    int err = 0;
    if (rt_crux_shell_request_poll(&ask->request, waker, &answer, &err) ==
        RT_PENDING)
        return RT_PENDING;
    return rt_future_finish(future, err, answer);
}

static const struct rt_future_type ask_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_ask},
    .poll = poll_ask,
};

/* ---- The app: a task for each event, which brings a token ---- */

static void update(void *model, struct rt_crux_item event,
    struct rt_crux_capability *capability)
{
    (void)model;
    struct ask *const ask = rt_future_create(&ask_type, sizeof *ask);
    OL_CHECK(ask);
    ask->capability = rt_crux_capability_ref(capability);
    ask->held = rt_payload_create((size_t)event.value);
    ask->token = event.object;
    OL_CHECK(ask->held);
    OL_CHECK_EQ(rt_crux_capability_request(capability, 0, &ask->request), 0);
    OL_CHECK_EQ(rt_crux_capability_spawn(capability, &ask->future), 0);
}

/* ---- The shell ---- */

static void check_lines(const struct rt_object *token, long live)
{
    OL_CHECK_EQ(rt_object_live(RT_PAYLOAD), live);
    OL_CHECK_EQ(token->strong, live + 1);
}

static void start(struct rt_crux_core *core, struct rt_object *token,
    struct rt_crux_request **pending, long tasks)
{
    for (long n = 0; n < tasks; n++) {
        const struct rt_crux_item go = {
            .object = rt_object_ref(token), .value = 4096};
        rt_crux_core_process(core, go);
        pending[n] = rt_crux_core_take(core);
        OL_CHECK(pending[n]);
        OL_CHECK(!rt_crux_core_take(core));
    }
}

static const struct rt_object_type token_type = {.kind = RT_TOKEN};

static void demonstrate(const char *version, enum mode mode, long tasks)
{
    const bool leaky = strcmp(version, "0.9.1") != 0;
    const long left = mode == RESOLVE_ALL ? 0 : tasks;
    struct rt_object *const token =
        rt_object_create(&token_type, sizeof *token);
    struct rt_crux_request **const pending =
        calloc((size_t)tasks, sizeof(struct rt_crux_request *));
    struct rt_crux_core *core = NULL;
    OL_CHECK(token && pending);
    OL_CHECK_EQ(rt_crux_core_create(rt_crux_variant_find(version),
                    (struct rt_crux_app){.update = update}, &core),
        0);
    start(core, token, pending, tasks);
    check_lines(token, tasks);

    for (long n = 0; n < tasks; n++) {
        if (mode == RESOLVE_ALL)
            OL_CHECK_EQ(rt_crux_core_resolve(core, pending[n], 42), 0);
        rt_crux_request_drop(pending[n]);
    }
    free(pending);
    check_lines(token, left);
    rt_crux_core_destroy(core);
    check_lines(token, leaky ? left : 0);

    /* Four a task, three channels, the capability and the token; upstream
     * has a block more for each channel, and one of the runtime. */
    OL_CHECK_EQ(rt_object_live_all(), leaky && left ? 4 * left + 5 : 1);
    rt_object_unref(token);
    OL_CHECK_EQ(rt_object_live_all(), leaky && left ? 4 * left + 5 : 0);
}

static void demonstrate_and_exit(
    const char *version, enum mode mode, long tasks)
{
    if (setjmp(ol_check_abort) != 0) _exit(1);
    demonstrate(version, mode, tasks);
    _exit(0);
}

static void demonstrate_apart(const char *version, enum mode mode, long tasks)
{
    int status = 0;
    const pid_t child = fork();
    if (child == 0) demonstrate_and_exit(version, mode, tasks);
    OL_CHECK_EQ(waitpid(child, &status, 0), child);
    OL_CHECK_EQ(status, 0);
}

/* The numbers of tasks that were measured. */
static const long sizes[] = {1, 2, 40, 1000};

OL_CASE(what_the_shell_forgets_stays_with_the_core_and_after_it_in_0_9_0)
{
    for (int i = 0; i < 4; i++) {
        demonstrate_apart("0.9.0", FORGET_ALL, sizes[i]);
        demonstrate_apart("0.2.0", FORGET_ALL, sizes[i]);
    }
}

OL_CASE(what_the_shell_forgets_goes_with_the_core_in_0_9_1)
{
    for (int i = 0; i < 4; i++)
        demonstrate("0.9.1", FORGET_ALL, sizes[i]);
}

OL_CASE(what_is_resolved_goes_at_once_in_both)
{
    for (int i = 0; i < 4; i++) {
        demonstrate("0.2.0", RESOLVE_ALL, sizes[i]);
        demonstrate("0.9.0", RESOLVE_ALL, sizes[i]);
        demonstrate("0.9.1", RESOLVE_ALL, sizes[i]);
    }
}

OL_CASES_BEGIN
OL_CASES_ENTRY(what_the_shell_forgets_stays_with_the_core_and_after_it_in_0_9_0)
OL_CASES_ENTRY(what_the_shell_forgets_goes_with_the_core_in_0_9_1)
OL_CASES_ENTRY(what_is_resolved_goes_at_once_in_both)
OL_CASES_END
