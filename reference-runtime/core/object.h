/* object.h - what every object of the runtime starts with, and their census.
 *
 * Shape:     an object is one malloc'ed block: this header, then its fields.
 *            Each has a type (its kind, how to drop its fields, what it points
 *            at) and two counts. strong: who owns it; at zero its fields are
 *            dropped. weak: who may ask for it, all the strong ones together
 *            counting as one; at zero the block is freed.
 *            The census counts objects by kind and is the ground truth that
 *            a tracer is measured against. It keeps no pointer to any object:
 *            a list of all of them would make every orphan look reachable.
 * Units:     counts of objects; bytes as asked of malloc.
 * Ownership: create gives the caller the one strong reference.
 * Threads:   all calls from any thread. The last unref runs `drop`, so give
 *            references back outside of locks.
 * Errors:    create returns NULL when there is no memory.
 * Source:    own; the counting rules are those of Rust's Arc.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_OBJECT_H
#define OL_RUNTIME_OBJECT_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/attributes.h"
#include "include/outlive/outlive.h"

/* Every kind of object, and the name under which outlive reports it. */
#define RT_OBJECT_KINDS(X)            \
    X(PAYLOAD, "payload")             \
    X(CONTEXT, "context")             \
    X(DONE, "context-done")           \
    X(CLOSURE, "closure")             \
    X(NODE, "buffer-node")            \
    X(RESULT, "result")               \
    X(TASK, "task")                   \
    X(GROUP, "group")                 \
    X(WORKER, "worker")               \
    X(DISPATCHER, "dispatcher")       \
    X(POOL, "pool")                   \
    X(FUTURE, "future")               \
    X(PROMISE, "promise")             \
    X(SCHEDULER, "scheduler")         \
    X(CLOCK, "clock")                 \
    X(SLEEP, "sleep")                 \
    X(SLEEPER, "sleeper")             \
    X(TASK_JOIN, "task-join")         \
    X(RACE, "race")                   \
    X(JOIN, "join")                   \
    X(SELECT, "select")               \
    X(SCOPE, "scope")                 \
    X(FINALIZER, "finalizer")         \
    X(QUEUE, "queue")                 \
    X(TAKER, "taker")                 \
    X(SOURCE, "cancellation-source")  \
    X(REGISTRATION, "registration")   \
    X(CALLBACK, "callback")           \
    X(STACK_NODE, "stack-node")       \
    X(MAP_ENTRY, "map-entry")         \
    X(KEEPER, "keeper")               \
    X(DEFERRED, "deferred")           \
    X(AWAIT, "await")                 \
    X(FIBER, "fiber")                 \
    X(ATTEMPT, "attempt")             \
    X(LEASE, "lease")                 \
    X(RESOURCE, "resource")           \
    X(SET_ENTRY, "set-entry")         \
    X(KEYED_POOL, "keyed-pool")       \
    X(BOOK, "book")                   \
    X(RECIPE, "recipe")               \
    X(CHANNEL, "channel")             \
    X(MESSAGE, "message")             \
    X(CAPABILITY, "capability")       \
    X(CORE, "core")                   \
    X(REQUEST, "request")             \
    X(REQUEST_STATE, "request-state") \
    X(SLOT, "slot")                   \
    X(TOKEN, "token")                 \
    X(WAKER, "waker")                 \
    X(EXECUTOR, "executor")           \
    X(COMMAND, "command")             \
    X(EFFECT, "effect")               \
    X(JOIN_HANDLE, "join-handle")     \
    X(WAKER_SLOT, "waker-slot")       \
    X(SHELL, "shell")                 \
    X(WAIT_OP, "wait-op")             \
    X(WAIT_TASK, "wait-task")         \
    X(CONTINUATION, "continuation")   \
    X(BATCH, "batch")                 \
    X(LOOP, "endpoint-loop")          \
    X(ENDPOINT, "endpoint")

enum rt_object_kind {
#define RT_OBJECT_ENUMERATE(kind, name) RT_##kind,
    RT_OBJECT_KINDS(RT_OBJECT_ENUMERATE)
#undef RT_OBJECT_ENUMERATE
    RT_KIND_COUNT
};

struct rt_object;

/* Told of one pointer: who holds it, in which field, at what. */
typedef void (*rt_object_edge_fn)(const struct rt_object *from,
    const char *field, const struct rt_object *to, bool strong, void *env);

/* A field that points at something of the heap; flags as in ol_layout. */
struct rt_object_field {
    const char *name;
    size_t offset;
    unsigned flags;
};

#define RT_OBJECT_FIELD(type, field, kept)                                \
    {                                                                     \
        .name = #field, .offset = offsetof(type, field), .flags = (kept), \
    }

struct rt_object_type {
    enum rt_object_kind kind;
    /* Told to outlive with the first object; ends with a NULL name. NULL if
     * there is none. */
    const struct rt_object_field *fields;
    /* Gives back what the fields own; NULL if they own nothing. */
    void (*drop)(struct rt_object *object);
    /* Visits each pointer to another object; NULL if there is none. Only
     * while nothing changes the object. */
    void (*each_edge)(
        const struct rt_object *object, rt_object_edge_fn visit, void *env);
};

struct rt_object {
    const struct rt_object_type *type; /* borrowed, static */
    atomic_size_t strong;
    atomic_size_t weak;
    size_t bytes;
};

/* How many there are of one kind. live + freed == total at any quiet point. */
struct rt_object_census {
    long live;
    long peak; /* the most that were ever live at once */
    long total;
    long live_bytes;
};

/* Makes an object of `bytes` in all, zeroed beyond its header, with one
 * strong reference. Returns NULL if there is no memory. */
OL_MUST_USE void *rt_object_create(
    const struct rt_object_type *type, size_t bytes);

/* Takes one more strong reference. Returns the object. */
void *rt_object_ref(struct rt_object *object);

/* Gives a strong reference back; NULL is fine. */
void rt_object_unref(struct rt_object *object);

/* Gives a strong reference back, but drops nothing. Returns whether it was
 * the last one: the caller then drops the fields itself, and gives the block
 * back by rt_object_unref_weak. For chains, where drop would recurse, and for
 * blocks that others may still be looking at. */
OL_MUST_USE bool rt_object_unref_last(struct rt_object *object);

/* Takes a weak reference, which keeps the block but not its fields. */
void *rt_object_ref_weak(struct rt_object *object);

/* Gives a weak reference back; NULL is fine. */
void rt_object_unref_weak(struct rt_object *object);

/* Turns a weak reference into a strong one, in addition. Returns the object,
 * or NULL if its fields have been dropped already. */
OL_MUST_USE void *rt_object_upgrade(struct rt_object *object);

/* Says that the object's work is done: "completed", "failed", "cancelled". */
void rt_object_end(const struct rt_object *object, const char *how);

/* Visits each pointer that the object holds. */
void rt_object_each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env);

/* Returns the counts of one kind. */
struct rt_object_census rt_object_census(enum rt_object_kind kind);

/* Returns how many objects of one kind are live. */
long rt_object_live(enum rt_object_kind kind);

/* Returns how many objects of all kinds are live. */
long rt_object_live_all(void);

/* Returns the name of a kind. */
const char *rt_object_kind_name(enum rt_object_kind kind);

#endif
