/* proto_drive.c - an endpoint that is driven step by step.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/proto_drive.h"

#include <errno.h>

#include "reference-runtime/core/stack_scrub.h"

int rt_proto_drive_init(struct rt_proto_drive *drive, const char *variant)
{
    const struct rt_proto_endpoint_options options = {
        .variant = rt_proto_variant_find(variant),
    };
    *drive = (struct rt_proto_drive){0};
    drive->scheduler = rt_scheduler_create(0);
    drive->endpoint = rt_proto_endpoint_create(&options);
    if (!drive->scheduler || !drive->endpoint) return -ENOMEM;
    struct rt_future *const loop = rt_proto_loop_create(drive->endpoint);
    if (loop) drive->task = rt_task_spawn(drive->scheduler, loop);
    if (!drive->task) return -ENOMEM;
    rt_proto_drive_step(drive);
    return 0;
}

OL_NOINLINE int rt_proto_drive_send(
    struct rt_proto_drive *drive, bool has_priority)
{
    struct rt_proto_message *const message =
        rt_proto_message_create(drive->sent);
    if (!message) return -ENOMEM;
    const int err =
        rt_proto_endpoint_send(drive->endpoint, message, has_priority);
    if (err) rt_object_unref(&message->item.object);
    if (!err) drive->sent++;
    return err;
}

/* Returns whether there was one. */
static bool take_batch(struct rt_proto_drive *drive)
{
    struct rt_proto_batch *const batch =
        rt_proto_endpoint_take(drive->endpoint);
    if (!batch) return false;
    drive->received += (long)batch->messages.count;
    rt_proto_item_finish(&batch->item, "sent");
    return true;
}

OL_NOINLINE static bool run(struct rt_proto_drive *drive)
{
    rt_scheduler_run(drive->scheduler);
    return take_batch(drive);
}

void rt_proto_drive_step(struct rt_proto_drive *drive)
{
    while (run(drive))
        ;
    rt_stack_scrub();
}

void rt_proto_drive_dispose(struct rt_proto_drive *drive)
{
    rt_proto_endpoint_dispose(drive->endpoint);
    rt_proto_drive_step(drive);
    rt_proto_endpoint_reject(drive->endpoint);
}

int rt_proto_drive_deinit(struct rt_proto_drive *drive)
{
    if (drive->task && !rt_task_is_done(drive->task))
        rt_proto_drive_dispose(drive);
    rt_task_unref(drive->task);
    rt_proto_endpoint_unref(drive->endpoint);
    return drive->scheduler ? rt_scheduler_destroy(drive->scheduler) : 0;
}

/* ---- What is ---- */

struct rt_proto_remains rt_proto_drive_remains(
    const struct rt_proto_drive *drive)
{
    const struct rt_proto_endpoint *const endpoint = drive->endpoint;
    const struct rt_proto_channel_counts data =
        rt_proto_channel_counts(endpoint->data);
    struct rt_proto_channel_counts priority = {0};
    if (endpoint->priority != endpoint->data)
        priority = rt_proto_channel_counts(endpoint->priority);
    const size_t waiters = data.waiters + priority.waiters;
    const size_t pending = data.pending + priority.pending;
    return (struct rt_proto_remains){
        .ring_data = (long)data.waiters,
        .ring_priority = (long)priority.waiters,
        .pending = (long)pending,
        .cancelled = (long)(waiters - pending),
        .ops = rt_object_live(RT_WAIT_OP),
        .tasks = rt_object_live(RT_WAIT_TASK),
        .registrations = rt_object_live(RT_REGISTRATION),
        .continuations = rt_object_live(RT_CONTINUATION),
        .promises = rt_object_live(RT_PROMISE),
    };
}

void rt_proto_remains_add(
    const struct rt_proto_remains *remains, struct rt_truth *out)
{
    rt_truth_add(out, "ring_data", remains->ring_data);
    rt_truth_add(out, "ring_priority", remains->ring_priority);
    rt_truth_add(out, "pending", remains->pending);
    rt_truth_add(out, "cancelled", remains->cancelled);
    rt_truth_add(out, "ops", remains->ops);
    rt_truth_add(out, "tasks", remains->tasks);
    rt_truth_add(out, "registrations", remains->registrations);
    rt_truth_add(out, "continuations", remains->continuations);
    rt_truth_add(out, "promises", remains->promises);
}

/* ---- What should be ---- */

static struct rt_proto_remains one_channel(void)
{
    return (struct rt_proto_remains){
        .ring_data = 1,
        .pending = 1,
        .ops = 1,
        .registrations = 1,
    };
}

/* Every turn leaves one wait on the other channel: in its ring, unless a
 * channel for a single reader has cancelled it; and with the source. */
static struct rt_proto_remains two_channels(long left, bool is_in_ring)
{
    const long other = is_in_ring ? left + 1 : 1;
    return (struct rt_proto_remains){
        .ring_data = 1,
        .ring_priority = other,
        .pending = 1 + other,
        .ops = left + 2,
        .tasks = left + 2,
        .registrations = left + 2,
        .continuations = 2,
        .promises = 1,
    };
}

static void swap_rings(struct rt_proto_remains *remains)
{
    const long data = remains->ring_data;
    remains->ring_data = remains->ring_priority;
    remains->ring_priority = data;
}

struct rt_proto_remains rt_proto_remains_after(
    const struct rt_proto_variant *variant, long turns, bool has_priority)
{
    if (variant->waits == RT_PROTO_WAITS_ONE) return one_channel();
    struct rt_proto_remains remains =
        two_channels(variant->waits == RT_PROTO_WAITS_PAIR ? turns : 0,
            !variant->channel->has_single_reader);
    /* The task that is waited for again keeps what it was told to. */
    if (variant->keeps_losers) {
        remains.continuations += turns;
        remains.promises += turns;
    }
    if (has_priority) swap_rings(&remains);
    return remains;
}
