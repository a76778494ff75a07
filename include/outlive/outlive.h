/* outlive.h - tell outlive what your objects are and when they should die.
 *
 * Shape:     an *entity* is any object with a life of its own: a task, a
 *            callback node, a lease, a waker. Say when it is born and when
 *            it has ended; wrap work done for it in enter and leave, and
 *            what is allocated in between belongs to it. Call ol_mark where
 *            one iteration of the program's main loop has ended and nothing
 *            is in flight. An entity is named by its address.
 * Units:     offsets in bytes; counters in whatever the program counts.
 * Ownership: nothing is kept: names are copied, entities never dereferenced.
 * Threads:   every call from any thread, inside malloc hooks and signal
 *            handlers too. errno is never changed.
 * Errors:    none reach the caller.
 * Source:    own.
 *
 * Nothing to link against. Without outlive preloaded each call is one load
 * and one branch, in C11 and C++, in PIE and non-PIE executables, shared
 * libraries and dlopened plugins (static executables: always inactive). Each
 * executable or library that includes this header finds the recorder once,
 * in a constructor, by asking getauxval for a key that the C library does
 * not know and that the recorder answers. Define OL_NO_ANNOTATIONS to
 * compile every call to nothing.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_INCLUDE_OUTLIVE_H
#define OL_INCLUDE_OUTLIVE_H

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/auxv.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The key that the recorder answers; outside the kernel's range of types. */
#define OL_RECORDER_KEY 0x4f55544c49564531UL

/* Flags of ol_layout. */
#define OL_FIELD_STRONG   0U /* an owning pointer */
#define OL_FIELD_WEAK     1U /* a pointer that keeps nothing alive */
#define OL_FIELD_REFCOUNT 2U /* not a pointer: the reference count */

/* What the recorder offers. Later versions only append; `bytes` says how
 * much there is. Programs call the ol_ functions below, not these. */
struct ol_recorder {
    uint32_t version;
    uint32_t bytes;
    void (*born)(const void *entity, const char *kind);
    void (*enter)(const void *entity);
    void (*leave)(const void *entity);
    void (*adopt)(const void *entity, const void *block);
    void (*state)(const void *entity, const char *state);
    void (*ended)(const void *entity, const char *how);
    void (*ref)(const void *entity);
    void (*unref)(const void *entity);
    void (*waits)(const void *task, const void *on);
    void (*woken)(const void *task);
    void (*counter)(const void *entity, const char *name, int64_t value);
    void (*layout)(
        const char *kind, const char *field, size_t offset, unsigned flags);
    void (*mark)(const char *name);
    void (*snapshot)(const char *name);
};

#ifdef OL_NO_ANNOTATIONS
#    define OL_CALL(...) ((void)0)
#else

/* One per executable or library, shared by its files: weak merges them,
 * hidden keeps them apart from other libraries'. */
__attribute__((weak, visibility("hidden")))
const struct ol_recorder *ol_recorder_found;

/* Runs before the ordinary constructors of the same library. */
__attribute__((weak, visibility("hidden"), constructor(101))) void
ol_recorder_find(void);

void ol_recorder_find(void)
{
    const int saved = errno;
    if (!ol_recorder_found)
        ol_recorder_found =
            (const struct ol_recorder *)getauxval(OL_RECORDER_KEY);
    errno = saved;
}

#    define OL_CALL(verb, ...)                                            \
        do {                                                              \
            const struct ol_recorder *const ol_found = ol_recorder_found; \
            if (__builtin_expect(ol_found != NULL, 0))                    \
                ol_found->verb(__VA_ARGS__);                              \
        } while (0)
#endif

/* This block is an entity of that kind: "task", "waker", "lease" … */
static inline void ol_born(const void *entity, const char *kind)
{
    (void)entity, (void)kind;
    OL_CALL(born, entity, kind);
}

/* From here to the matching leave, what this thread allocates belongs to
 * the entity. Nests. */
static inline void ol_enter(const void *entity)
{
    (void)entity;
    OL_CALL(enter, entity);
}

static inline void ol_leave(const void *entity)
{
    (void)entity;
    OL_CALL(leave, entity);
}

/* This block belongs to that entity and is freed with it: while the entity
 * lives, keeping the block is its business. */
static inline void ol_adopt(const void *entity, const void *block)
{
    (void)entity, (void)block;
    OL_CALL(adopt, entity, block);
}

/* A step of its life: "armed", "polled", "parked", "woken" … */
static inline void ol_state(const void *entity, const char *state)
{
    (void)entity, (void)state;
    OL_CALL(state, entity, state);
}

/* It has "completed", was "cancelled", "failed", "released", "fired": from
 * here on its memory is expected to go. */
static inline void ol_ended(const void *entity, const char *how)
{
    (void)entity, (void)how;
    OL_CALL(ended, entity, how);
}

/* A counted reference was taken. */
static inline void ol_ref(const void *entity)
{
    (void)entity;
    OL_CALL(ref, entity);
}

/* A counted reference was given back. */
static inline void ol_unref(const void *entity)
{
    (void)entity;
    OL_CALL(unref, entity);
}

/* The task waits for that object. */
static inline void ol_waits(const void *task, const void *on)
{
    (void)task, (void)on;
    OL_CALL(waits, task, on);
}

/* The task no longer waits. */
static inline void ol_woken(const void *task)
{
    (void)task;
    OL_CALL(woken, task);
}

/* What the program itself believes, to be held against the truth. */
static inline void ol_counter(
    const void *entity, const char *name, int64_t value)
{
    (void)entity, (void)name, (void)value;
    OL_CALL(counter, entity, name, value);
}

/* Names a field of a kind, for retention paths. Flags: OL_FIELD_… */
static inline void ol_layout(
    const char *kind, const char *field, size_t offset, unsigned flags)
{
    (void)kind, (void)field, (void)offset, (void)flags;
    OL_CALL(layout, kind, field, offset, flags);
}

/* One iteration has ended and nothing is in flight. */
static inline void ol_mark(const char *name)
{
    (void)name;
    OL_CALL(mark, name);
}

/* Take a heap snapshot here. */
static inline void ol_snapshot(const char *name)
{
    (void)name;
    OL_CALL(snapshot, name);
}

#undef OL_CALL

#ifdef __cplusplus
}
#endif

#endif
