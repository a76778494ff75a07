/* test_rt_proto_table.c - the numbers of asynkron/protoactor-dotnet#2110.
 *
 * One endpoint goes through data, a burst, priority and disposal; after each
 * step every count is held against the table, for the leaky and the fixed
 * loop, on channels of .NET 9 and 10.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/protoactor/proto_loop.h"

#include "tests/support/check.h"

enum {
    BURST = 500
};

/* The columns: rings of data and priority, of the latter without a result,
 * and live objects. */
struct row {
    const char *step;
    long data, priority, pending;
    long ops, tasks, registrations;
};

enum {
    FIRST,
    DATA,
    BURSTS,
    ONE_PRIORITY,
    PRIORITIES,
    ONE_DATA,
    DATA_AGAIN,
    DISPOSED,
    LOOP_GONE,
    ENDPOINT_GONE,
    ROWS
};

struct course {
    struct rt_proto_endpoint *endpoint;
    struct rt_future *loop;
    long count; /* N of the table */
    long sent;
};

static void check(const struct course *course, const struct row *row)
{
    struct rt_proto_channel_counts data = {0};
    struct rt_proto_channel_counts priority = {0};
    if (course->endpoint) {
        data = rt_proto_channel_counts(course->endpoint->data);
        priority = rt_proto_channel_counts(course->endpoint->priority);
    }
    const bool fits = (long)data.waiters == row->data &&
                      (long)priority.waiters == row->priority &&
                      (long)priority.pending == row->pending &&
                      rt_object_live(RT_WAIT_OP) == row->ops &&
                      rt_object_live(RT_WAIT_TASK) == row->tasks &&
                      rt_object_live(RT_REGISTRATION) == row->registrations;
    if (fits) return;
    fprintf(stderr, "%s: rings %zu %zu (%zu), ops %ld tasks %ld regs %ld\n",
        row->step, data.waiters, priority.waiters, priority.pending,
        rt_object_live(RT_WAIT_OP), rt_object_live(RT_WAIT_TASK),
        rt_object_live(RT_REGISTRATION));
    OL_CHECK(fits);
}

/* ---- A waker that is looked at ---- */

static bool is_woken;

static void *clone(void *data)
{
    return data;
}

static void wake(void *data)
{
    (void)data;
    is_woken = true;
}

static void drop(void *data)
{
    (void)data;
}

static const struct rt_waker_type waker_type = {
    .clone = clone, .wake = wake, .drop = drop};

/* Polls as often as the loop is woken, which has to suffice. */
static void step(struct course *course)
{
    const struct rt_waker waker = {&waker_type, NULL};
    struct rt_proto_batch *batch = NULL;
    do {
        while (is_woken && course->loop->state == RT_PENDING) {
            is_woken = false;
            course->loop->state = rt_future_poll(course->loop, &waker);
        }
        batch = rt_proto_endpoint_take(course->endpoint);
        if (batch) rt_object_unref(&batch->item.object);
    } while (batch);
}

static void send(struct course *course, bool has_priority)
{
    struct rt_proto_message *const message =
        rt_proto_message_create(course->sent++);
    OL_CHECK(message);
    OL_CHECK_EQ(
        rt_proto_endpoint_send(course->endpoint, message, has_priority), 0);
}

static void send_each(struct course *course, long count, bool has_priority)
{
    for (long i = 0; i < count; i++) {
        send(course, has_priority);
        step(course);
    }
}

static void go_through_messages(struct course *course, const struct row *rows)
{
    step(course);
    check(course, &rows[FIRST]);
    send_each(course, course->count, false);
    check(course, &rows[DATA]);
    for (int i = 0; i < BURST; i++)
        send(course, false);
    step(course);
    check(course, &rows[BURSTS]);
    send_each(course, 1, true);
    check(course, &rows[ONE_PRIORITY]);
    send_each(course, course->count, true);
    check(course, &rows[PRIORITIES]);
    send_each(course, 1, false);
    check(course, &rows[ONE_DATA]);
    send_each(course, course->count, false);
    check(course, &rows[DATA_AGAIN]);
}

static void go_through_the_end(struct course *course, const struct row *rows)
{
    rt_proto_endpoint_dispose(course->endpoint);
    step(course);
    OL_CHECK_EQ(course->loop->state, RT_READY);
    check(course, &rows[DISPOSED]);
    rt_future_drop(course->loop);
    check(course, &rows[LOOP_GONE]);
    OL_CHECK_EQ(rt_proto_endpoint_reject(course->endpoint), 0);
    rt_proto_endpoint_unref(course->endpoint);
    course->endpoint = NULL;
    check(course, &rows[ENDPOINT_GONE]);
    OL_CHECK_EQ(rt_object_live_all(), 0);
}

static void go_through(const char *variant, long count, const struct row *rows)
{
    const struct rt_proto_endpoint_options options = {
        .variant = rt_proto_variant_find(variant)};
    OL_CHECK(options.variant);
    struct course course = {
        .endpoint = rt_proto_endpoint_create(&options),
        .count = count,
    };
    OL_CHECK(course.endpoint);
    course.loop = rt_proto_loop_create(course.endpoint);
    OL_CHECK(course.loop);
    is_woken = true;
    go_through_messages(&course, rows);

    const struct rt_proto_endpoint_counts counts =
        rt_proto_endpoint_counts(course.endpoint);
    OL_CHECK_EQ(counts.delivered, 3 * count + BURST + 2);
    OL_CHECK_EQ(counts.batches, 3 * count + 3);
    OL_CHECK_EQ(counts.turns, 3 * count + 4);
    OL_CHECK_EQ(counts.empty, 0);
    go_through_the_end(&course, rows);
}

#define MESSAGES_OF_LEAKY(n)                                                 \
    [FIRST] = {"parked first", 1, 1, 1, 2, 2, 2},                            \
    [DATA] = {"N data", 1, (n) + 1, (n) + 1, (n) + 2, (n) + 2, (n) + 2},     \
    [BURSTS] = {"a burst", 1, (n) + 2, (n) + 2, (n) + 3, (n) + 3, (n) + 3},  \
    [ONE_PRIORITY] = {"one priority", 2, 1, 1, 3, 3, 3},                     \
    [PRIORITIES] = {"N priority", (n) + 2, 1, 1, (n) + 3, (n) + 3, (n) + 3}, \
    [ONE_DATA] = {"one data", 1, 2, 2, 3, 3, 3},                             \
    [DATA_AGAIN] = {"N again", 1, (n) + 2, (n) + 2, (n) + 3, (n) + 3, (n) + 3}

#define MESSAGES_OF_FIXED                                \
    [FIRST] = {"parked first", 1, 1, 1, 2, 2, 2},        \
    [DATA] = {"N data", 1, 1, 1, 2, 2, 2},               \
    [BURSTS] = {"a burst", 1, 1, 1, 2, 2, 2},            \
    [ONE_PRIORITY] = {"one priority", 1, 1, 1, 2, 2, 2}, \
    [PRIORITIES] = {"N priority", 1, 1, 1, 2, 2, 2},     \
    [ONE_DATA] = {"one data", 1, 1, 1, 2, 2, 2},         \
    [DATA_AGAIN] = {"N again", 1, 1, 1, 2, 2, 2}

static const long sizes[] = {1000, 100000};

enum {
    SIZES = sizeof sizes / sizeof sizes[0]
};

OL_CASE(the_leaky_loop_on_channels_of_net9)
{
    for (int i = 0; i < SIZES; i++) {
        const long n = sizes[i];
        const struct row rows[ROWS] = {
            MESSAGES_OF_LEAKY(n),
            [DISPOSED] = {"disposed", 0, n + 2, 0, n + 2, n + 2, 0},
            [LOOP_GONE] = {"loop gone", 0, n + 2, 0, n + 2, n + 2, 0},
            [ENDPOINT_GONE] = {"endpoint gone", 0, 0, 0, 0, 0, 0},
        };
        go_through("1.6.0", n, rows);
    }
}

OL_CASE(the_leaky_loop_on_channels_of_net10)
{
    static const struct row rows[ROWS] = {
        MESSAGES_OF_LEAKY(1000),
        [DISPOSED] = {"disposed", 0, 0, 0, 0, 0, 0},
        [LOOP_GONE] = {"loop gone", 0, 0, 0, 0, 0, 0},
        [ENDPOINT_GONE] = {"endpoint gone", 0, 0, 0, 0, 0, 0},
    };
    go_through("1.6.0-net10", 1000, rows);
}

OL_CASE(the_fixed_loop_on_channels_of_net9)
{
    static const struct row rows[ROWS] = {
        MESSAGES_OF_FIXED,
        [DISPOSED] = {"disposed", 0, 1, 0, 1, 2, 0},
        [LOOP_GONE] = {"loop gone", 0, 1, 0, 1, 1, 0},
        [ENDPOINT_GONE] = {"endpoint gone", 0, 0, 0, 0, 0, 0},
    };
    for (int i = 0; i < SIZES; i++)
        go_through("pr2111", sizes[i], rows);
}

OL_CASE(the_fixed_loop_on_channels_of_net10)
{
    static const struct row rows[ROWS] = {
        MESSAGES_OF_FIXED,
        [DISPOSED] = {"disposed", 0, 0, 0, 0, 2, 0},
        [LOOP_GONE] = {"loop gone", 0, 0, 0, 0, 0, 0},
        [ENDPOINT_GONE] = {"endpoint gone", 0, 0, 0, 0, 0, 0},
    };
    go_through("pr2111-net10", 1000, rows);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(the_leaky_loop_on_channels_of_net9)
OL_CASES_ENTRY(the_leaky_loop_on_channels_of_net10)
OL_CASES_ENTRY(the_fixed_loop_on_channels_of_net9)
OL_CASES_ENTRY(the_fixed_loop_on_channels_of_net10)
OL_CASES_END
