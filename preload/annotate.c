/* annotate.c - see annotate.h.
 * SPDX-License-Identifier: Apache-2.0
 */
/* Only the table is wanted, not the calls. */
#define OL_NO_ANNOTATIONS

#include "preload/annotate.h"

#include <errno.h>
#include <stddef.h>
#include <sys/auxv.h>

#include "include/outlive/outlive.h"
#include "preload/clock.h"
#include "preload/real.h"
#include "preload/threads.h"

enum {
    REACH = 16384 /* an entity deeper in its block than this is not found */
};

/* ---- What a record is about ---- */

static struct ol_ref refer(const void *entity)
{
    const uintptr_t address = (uintptr_t)entity;
    struct ol_ref ref = {OL_REF_ADDRESS, 0, address, 0};
    if (entity == NULL) return (struct ol_ref){.form = OL_REF_NONE};
    uintptr_t begin = 0;
    const uint64_t word =
        ol_live_find(&ol_process.live, address, REACH, &begin);
    if (word == 0) return ref;
    const uintptr_t offset = address - begin;
    void *const block = (void *)begin; // NOLINT(performance-no-int-to-ptr)
    if (offset != 0 && offset >= ol_real.malloc_usable_size(block)) return ref;
    return (struct ol_ref){
        OL_REF_BLOCK, ol_live_stream(word), ol_live_number(word), offset};
}

static void put(struct ol_stream *stream, struct ol_record *record)
{
    record->tick = ol_clock_late();
    (void)!ol_stream_put(stream, record);
}

/* A record of an entity, or two, and nothing else. */
static void put_plain(uint32_t type, const void *entity, const void *other)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL)
        put(stream, &(struct ol_record){
                        .type = type, .ref = {refer(entity), refer(other)}});
    ol_threads_leave();
}

/* A record of an entity and a text, with up to two values behind it. */
static void put_text(struct ol_stream *stream, struct ol_record *record,
    const void *entity, const char *text)
{
    uint32_t name = 0;
    if (ol_stream_name(stream, text, &name) != 0) return;
    record->ref[0] = refer(entity);
    record->value[0] = name;
    put(stream, record);
}

/* ---- Verbs with a stack ---- */

void ol_annotate_born(const void *entity, const char *kind, uintptr_t pc,
    uintptr_t sp, uintptr_t fp)
{
    const struct ol_regs caller = {pc, sp, fp};
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) {
        put_text(stream,
            &(struct ol_record){.type = OL_RECORD_BORN,
                .value = {0, ol_stream_capture(stream, &caller)}},
            entity, kind);
    }
    ol_threads_leave();
}

void ol_annotate_ended(const void *entity, const char *how, uintptr_t pc,
    uintptr_t sp, uintptr_t fp)
{
    const struct ol_regs caller = {pc, sp, fp};
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) {
        put_text(stream,
            &(struct ol_record){.type = OL_RECORD_ENDED,
                .value = {0, ol_stream_capture(stream, &caller)}},
            entity, how);
    }
    ol_threads_leave();
}

static void put_count(
    uint32_t type, const void *entity, const struct ol_regs *caller)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) {
        put(stream, &(struct ol_record){.type = type,
                        .ref = {refer(entity)},
                        .value = {ol_stream_capture(stream, caller)}});
    }
    ol_threads_leave();
}

void ol_annotate_ref(
    const void *entity, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    put_count(OL_RECORD_REF, entity, &(struct ol_regs){pc, sp, fp});
}

void ol_annotate_unref(
    const void *entity, uintptr_t pc, uintptr_t sp, uintptr_t fp)
{
    put_count(OL_RECORD_UNREF, entity, &(struct ol_regs){pc, sp, fp});
}

/* ---- Verbs without ---- */

static void enter(const void *entity)
{
    put_plain(OL_RECORD_ENTER, entity, NULL);
}

static void leave(const void *entity)
{
    put_plain(OL_RECORD_LEAVE, entity, NULL);
}

static void adopt(const void *entity, const void *block)
{
    put_plain(OL_RECORD_ADOPT, entity, block);
}

static void waits(const void *task, const void *on)
{
    put_plain(OL_RECORD_WAITS, task, on);
}

static void woken(const void *task)
{
    put_plain(OL_RECORD_WOKEN, task, NULL);
}

static void state(const void *entity, const char *state_name)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL)
        put_text(stream, &(struct ol_record){.type = OL_RECORD_STATE}, entity,
            state_name);
    ol_threads_leave();
}

static void counter(const void *entity, const char *name, int64_t value)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) {
        put_text(stream,
            &(struct ol_record){
                .type = OL_RECORD_COUNTER, .value = {0, (uint64_t)value}},
            entity, name);
    }
    ol_threads_leave();
}

static void put_layout(struct ol_stream *stream, const char *kind,
    const char *field, struct ol_record *record)
{
    uint32_t kind_name = 0;
    uint32_t field_name = 0;
    if (ol_stream_name(stream, kind, &kind_name) != 0) return;
    if (ol_stream_name(stream, field, &field_name) != 0) return;
    record->value[0] = kind_name;
    record->value[1] = field_name;
    (void)!ol_stream_put(stream, record);
}

static void layout(
    const char *kind, const char *field, size_t offset, unsigned flags)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL) {
        put_layout(stream, kind, field,
            &(struct ol_record){
                .type = OL_RECORD_LAYOUT, .value = {0, 0, offset, flags}});
    }
    ol_threads_leave();
}

static void mark(const char *name)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL)
        put_text(
            stream, &(struct ol_record){.type = OL_RECORD_MARK}, NULL, name);
    ol_threads_leave();
}

static void snapshot(const char *name)
{
    struct ol_stream *const stream = ol_threads_enter();
    if (stream != NULL)
        put_text(stream, &(struct ol_record){.type = OL_RECORD_SNAPSHOT}, NULL,
            name);
    ol_threads_leave();
}

/* ---- The table ---- */

static const struct ol_recorder recorder = {
    .version = 1,
    .bytes = sizeof(recorder),
    .born = ol_entry_born,
    .enter = enter,
    .leave = leave,
    .adopt = adopt,
    .state = state,
    .ended = ol_entry_ended,
    .ref = ol_entry_ref,
    .unref = ol_entry_unref,
    .waits = waits,
    .woken = woken,
    .counter = counter,
    .layout = layout,
    .mark = mark,
    .snapshot = snapshot,
};

/* The C library's own, under the name that nothing stands in front of. */
unsigned long __getauxval(unsigned long type); // NOLINT: the library's name

OL_EXPORT unsigned long getauxval(unsigned long type)
{
    if (type == OL_RECORDER_KEY) return (unsigned long)&recorder;
    return __getauxval(type);
}
