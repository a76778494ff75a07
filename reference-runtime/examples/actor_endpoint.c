/* actor_endpoint.c - actors that talk to another node through one endpoint.
 *
 *     actor-endpoint [--threads T] FILE...
 *
 * Each file is an actor that says its lines, in turn with the others; lines
 * that begin with '!' go first. What arrives is counted by actor. Without
 * threads everything happens on this one, in the same order every time.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reference-runtime/core/task.h"
#include "reference-runtime/protoactor/proto_loop.h"
#include "reference-runtime/protoactor/proto_read.h"

/* What has arrived from one actor. */
struct tally {
    long lines;
    long urgent;
    long bytes;
};

struct node {
    struct rt_scheduler *scheduler;
    struct rt_proto_endpoint *endpoint;
    struct tally *tallies; /* by actor; the receiver's alone */
    long batches;
    long failed; /* actors */
};

/* ---- Lines ---- */

/* A message of our own: what a channel carries comes first. */
struct line {
    struct rt_proto_message message;
    size_t actor;
    size_t length;
    char text[];
};

static const struct rt_object_type line_type = {.kind = RT_MESSAGE};

static int say(struct rt_proto_endpoint *endpoint, size_t actor,
    const char *text, size_t length)
{
    struct line *const line =
        rt_object_create(&line_type, sizeof *line + length);
    if (!line) return -ENOMEM;
    line->actor = actor;
    line->length = length;
    memcpy(line->text, text, length);
    const int err =
        rt_proto_endpoint_send(endpoint, &line->message, text[0] == '!');
    if (err) rt_object_unref(&line->message.item.object);
    return err;
}

/* ---- Actors ---- */

struct actor {
    struct rt_future future;
    struct rt_proto_endpoint *endpoint; /* borrowed */
    FILE *file;                         /* owner */
    char *text;                         /* owner; getline's */
    size_t size;
    size_t index;
};

/* Says one line, and lets the others go before the next. */
static enum rt_poll poll_actor(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct actor *const actor = (struct actor *)future;
    const ssize_t length = getline(&actor->text, &actor->size, actor->file);
    if (length < 0)
        return rt_future_finish(future, ferror(actor->file) ? -EIO : 0, 0);
    const int err =
        say(actor->endpoint, actor->index, actor->text, (size_t)length);
    if (err) return rt_future_finish(future, err, 0);
    rt_waker_wake(waker);
    return RT_PENDING;
}

static void drop_actor(struct rt_object *object)
{
    struct actor *const actor = (struct actor *)object;
    free(actor->text);
    if (actor->file) fclose(actor->file);
}

static const struct rt_future_type actor_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_actor},
    .poll = poll_actor,
};

static struct rt_task *start_actor(
    const struct node *node, size_t index, const char *path)
{
    struct actor *const actor = rt_future_create(&actor_type, sizeof *actor);
    if (!actor) return NULL;
    actor->endpoint = node->endpoint;
    actor->index = index;
    actor->file = fopen(path, "r");
    if (actor->file) return rt_task_spawn(node->scheduler, &actor->future);
    fprintf(stderr, "actor-endpoint: %s: %s\n", path, strerror(errno));
    rt_future_drop(&actor->future);
    return NULL;
}

/* ---- Who receives ---- */

struct receiver {
    struct rt_future future;
    struct node *node;      /* borrowed */
    struct rt_future *read; /* owner */
};

static void receive(struct node *node, struct rt_proto_batch *batch)
{
    struct rt_proto_item *item = NULL;
    while ((item = rt_proto_items_take(&batch->messages))) {
        const struct line *const line = (const struct line *)item;
        struct tally *const tally = &node->tallies[line->actor];
        tally->lines++;
        tally->urgent += line->text[0] == '!';
        tally->bytes += (long)line->length;
        rt_proto_item_finish(item, "received");
    }
    node->batches++;
    rt_proto_item_finish(&batch->item, "received");
}

static enum rt_poll poll_receiver(
    struct rt_future *future, const struct rt_waker *waker)
{
    struct receiver *const receiver = (struct receiver *)future;
    for (;;) {
        if (!receiver->read) {
            receiver->read =
                rt_proto_read(receiver->node->endpoint->outgoing, NULL);
        }
        if (!receiver->read) return rt_future_finish(future, -ENOMEM, 0);
        if (rt_future_poll(receiver->read, waker) == RT_PENDING)
            return RT_PENDING;
        const int status = receiver->read->status;
        struct rt_proto_batch *const batch =
            (struct rt_proto_batch *)receiver->read->value;
        rt_future_drop(receiver->read);
        receiver->read = NULL;
        if (status) return rt_future_finish(future, status, 0);
        receive(receiver->node, batch);
    }
}

static void drop_receiver(struct rt_object *object)
{
    rt_future_drop(((struct receiver *)object)->read);
}

static const struct rt_future_type receiver_type = {
    .object = {.kind = RT_FUTURE, .drop = drop_receiver},
    .poll = poll_receiver,
};

/* ---- The node ---- */

/* Starts what runs for as long as the node does. Returns 0 or -ENOMEM. */
static int start_services(struct node *node)
{
    struct rt_future *const loop = rt_proto_loop_create(node->endpoint);
    struct receiver *const receiver =
        rt_future_create(&receiver_type, sizeof *receiver);
    if (!loop || !receiver) {
        rt_future_drop(loop);
        rt_future_drop((struct rt_future *)receiver);
        return -ENOMEM;
    }
    receiver->node = node;
    struct rt_task *const first = rt_task_spawn(node->scheduler, loop);
    struct rt_task *const second =
        rt_task_spawn(node->scheduler, &receiver->future);
    rt_task_unref(first);
    rt_task_unref(second);
    return first && second ? 0 : -ENOMEM;
}

static void run_actors(struct node *node, char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct rt_task *const task = start_actor(node, i, paths[i]);
        if (!task) node->failed++;
        rt_task_unref(task);
    }
    rt_scheduler_run(node->scheduler);
}

static int open_node(struct node *node, unsigned threads)
{
    const struct rt_proto_endpoint_options options = {
        .variant = rt_proto_variant_find("pr2111-net10"),
    };
    node->scheduler = rt_scheduler_create(threads);
    node->endpoint = rt_proto_endpoint_create(&options);
    if (!node->scheduler || !node->endpoint) return -ENOMEM;
    return start_services(node);
}

static int close_node(struct node *node)
{
    if (node->endpoint) rt_proto_endpoint_dispose(node->endpoint);
    if (node->scheduler) rt_scheduler_run(node->scheduler);
    rt_proto_endpoint_unref(node->endpoint);
    return node->scheduler ? rt_scheduler_destroy(node->scheduler) : 0;
}

static int talk(struct node *node, unsigned threads, char **paths, size_t count)
{
    const int err = open_node(node, threads);
    if (!err) run_actors(node, paths, count);
    const int busy = close_node(node);
    return err ? err : busy;
}

static int report(const struct node *node, char **paths, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct tally *const tally = &node->tallies[i];
        printf("%8ld %8ld %8ld %s\n", tally->lines, tally->urgent, tally->bytes,
            paths[i]);
    }
    printf("%8ld batches\n", node->batches);
    return node->failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    unsigned threads = 0;
    if (argc > 2 && strcmp(argv[1], "--threads") == 0) {
        threads = (unsigned)strtoul(argv[2], NULL, 10);
        argc -= 2;
        argv += 2;
    }
    if (argc < 2) {
        fprintf(stderr, "usage: actor-endpoint [--threads T] FILE...\n");
        return 2;
    }
    const size_t count = (size_t)argc - 1;
    struct node node = {.tallies = calloc(count, sizeof *node.tallies)};
    const int err =
        node.tallies ? talk(&node, threads, argv + 1, count) : -ENOMEM;
    if (err) fprintf(stderr, "actor-endpoint: %s\n", strerror(-err));
    const int code = err ? EXIT_FAILURE : report(&node, argv + 1, count);
    free(node.tallies);
    return code;
}
