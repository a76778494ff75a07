/* process.c - see process.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/process.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "preload/clock.h"
#include "preload/decimal.h"
#include "preload/facts.h"
#include "preload/loaded.h"
#include "preload/lock.h"
#include "preload/pages.h"
#include "preload/sandbox.h"

enum {
    EPOCH_PAGE_BYTES = 4096,
    WIPE_ON_FORK = 18, /* MADV_WIPEONFORK, Linux 4.14 */
    EPOCH_FIRST = 2,   /* 1 is what a thread knows that knows nothing */
};

struct ol_process ol_process;

static const _Atomic uint64_t epoch_of_nobody;
const _Atomic uint64_t *ol_process_epoch = &epoch_of_nobody;

static struct ol_lock begin_lock; /* guards ol_process while it is begun */
static _Atomic uint64_t *epoch;   /* mapped; its page is wiped by fork */
static uint64_t last_epoch;

/* ---- Beginning ---- */

static int map_epoch(void)
{
    if (epoch != NULL) return 0;
    void *const page = ol_pages_map(EPOCH_PAGE_BYTES);
    if (page == NULL) return -ENOMEM;
    const int code = ol_pages_advise(page, EPOCH_PAGE_BYTES, WIPE_ON_FORK);
    if (code != 0) {
        ol_pages_unmap(page, EPOCH_PAGE_BYTES);
        return code;
    }
    epoch = page;
    ol_process_epoch = page;
    return 0;
}

static void make_id(uint8_t *out, size_t bytes)
{
    if (syscall(SYS_getrandom, out, bytes, 0) == (long)bytes) return;
    struct ol_clock_reading now; /* before the pool is ready: unique enough */
    ol_clock_read(&now);
    const uint64_t pid = (uint64_t)getpid();
    memcpy(out, &now.real_ns, sizeof(now.real_ns));
    memcpy(out + sizeof(now.real_ns), &pid, sizeof(pid));
}

static struct ol_file_header make_header(enum ol_origin origin)
{
    struct ol_file_header header = {
        .major = OL_TRACE_MAJOR,
        .minor = OL_TRACE_MINOR,
        .header_bytes = OL_HEADER_BYTES,
        .byte_order = OL_TRACE_BYTE_ORDER,
        .page_bytes = (uint32_t)getauxval(AT_PAGESZ),
        .pid = (uint32_t)getpid(),
        .parent_pid = (uint32_t)getppid(),
        .origin = (uint32_t)origin,
        .mode = OL_MODE_FULL,
        .clock = ol_clock_uses_cycles ? OL_CLOCK_CYCLES : OL_CLOCK_MONOTONIC_NS,
        .tick_shift = ol_clock_shift(),
        .first_stream = ol_process.first_stream,
    };
    memcpy(header.magic, OL_TRACE_MAGIC, sizeof(header.magic));
    struct ol_clock_reading now;
    ol_clock_read(&now);
    header.start_tick = now.tick;
    header.start_mono_ns = now.mono_ns;
    header.start_real_ns = now.real_ns;
    return header;
}

/* One line, if asked for. */
static void say(const char *what, const char *object)
{
    if (!ol_process.settings.is_verbose) return;
    static char line[PATH_MAX + 128];
    char *at = line;
    const char *const parts[] = {"outlive: ", what, object, "\n"};
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        const size_t length = strlen(parts[i]);
        if (at + length > line + sizeof(line)) return;
        memcpy(at, parts[i], length);
        at += length;
    }
    syscall(SYS_write, STDERR_FILENO, line, at - line);
}

/* What inherits our environment as it is, by whatever way, is our child: the
 * variable that named our parent names us from now on. */
static void name_parent_of_children(void)
{
    char *const value = getenv("OUTLIVE_PARENT");
    if (value == NULL || strlen(value) != 2 * sizeof(ol_process.id)) return;
    ol_decimal_put_hex(value, ol_process.id, sizeof(ol_process.id));
}

static bool open_trace(enum ol_origin origin, const uint8_t *parent_id)
{
    struct ol_process *const p = &ol_process;
    p->sink = (struct ol_sink){.max_bytes = p->settings.max_bytes};
    struct ol_file_header header = make_header(origin);
    make_id(header.id, sizeof(header.id));
    if (parent_id != NULL)
        memcpy(header.parent_id, parent_id, sizeof(header.parent_id));
    const int code = ol_sink_create(&p->sink, p->settings.directory, &header);
    if (code != 0) {
        say("cannot record into ", p->settings.directory);
        return false;
    }
    memcpy(p->id, header.id, sizeof(p->id));
    name_parent_of_children();
    ol_sink_lose(&p->sink, OL_LOST_EARLY,
        atomic_exchange_explicit(&p->lost_early, 0, memory_order_relaxed));
    say("recording into ", p->sink.path);
    if (ol_facts.own_malloc[0] != 0)
        say("not seen: the malloc of ", ol_facts.own_malloc);
    return true;
}

/* The first image of this process that we see. */
static bool begin_image(void)
{
    struct ol_process *const p = &ol_process;
    ol_settings_read(&p->settings);
    if (p->settings.has_parent && !p->settings.follows_exec) return false;
    ol_facts_read();
    ol_loaded_init();
    ol_clock_choose(ol_facts.kernel_trusts_cycles);
    if (ol_live_init(&p->live, ol_facts.allocator_is_glibc ? 5 : 3) != 0)
        return false;
    return p->settings.has_parent
               ? open_trace(OL_ORIGIN_EXEC, p->settings.parent_id)
               : open_trace(OL_ORIGIN_START, NULL);
}

/* This process is a copy of one that had begun. The files of the parent stay
 * mapped, and are not written to: all streams are made anew. */
static bool begin_copy(bool was_recording)
{
    struct ol_process *const p = &ol_process;
    uint8_t parent_id[sizeof(p->id)];
    memcpy(parent_id, p->id, sizeof(parent_id));
    atomic_store_explicit(&p->streams, NULL, memory_order_relaxed);
    p->first_stream =
        atomic_load_explicit(&p->next_stream, memory_order_relaxed);
    if (!was_recording || !p->settings.follows_fork) return false;
    return open_trace(OL_ORIGIN_FORK, parent_id);
}

static void begin(uint32_t pid)
{
    struct ol_process *const p = &ol_process;
    const bool was_recording = p->is_recording;
    p->is_recording = false;
    if (map_epoch() != 0) {
        p->pid = pid; /* so that no child begins either */
        return;
    }
    if (getauxval(AT_SECURE) == 0)
        p->is_recording =
            p->pid == 0 ? begin_image() : begin_copy(was_recording);
    p->pid = pid;
    last_epoch = last_epoch == 0 ? EPOCH_FIRST : last_epoch + 1;
    /* Pairs with the acquire of whoever finds a new epoch. */
    atomic_store_explicit(epoch, last_epoch, memory_order_release);
}

bool ol_process_begin(void)
{
    const int saved_errno = errno;
    const uint32_t pid = (uint32_t)getpid();
    /* Only in a child that has one thread yet: its parent's may be held. */
    if (atomic_load_explicit(ol_process_epoch, memory_order_acquire) == 0 &&
        ol_process.pid != 0 && ol_process.pid != pid)
        atomic_store_explicit(&begin_lock.word, 0, memory_order_relaxed);
    const struct ol_signals saved = ol_lock_acquire(&begin_lock);
    if (atomic_load_explicit(ol_process_epoch, memory_order_acquire) == 0)
        begin(pid);
    ol_lock_release(&begin_lock, saved);
    errno = saved_errno;
    return ol_process.is_recording;
}

bool ol_process_is_borrowed(void)
{
    /* Where we may not ask, the program can hardly make one either. */
    return !ol_sandbox_is_closed() && (uint32_t)getpid() != ol_process.pid;
}

/* ---- Facts and end ---- */

static void put_fact(
    struct ol_stream *stream, const char *key, const void *value, size_t bytes)
{
    (void)!ol_stream_put(stream,
        &(struct ol_record){.type = OL_RECORD_INFO,
            .bytes = {{(const uint8_t *)key, strlen(key)}, {value, bytes}}});
}

static void put_text(
    struct ol_stream *stream, const char *key, const char *value)
{
    put_fact(stream, key, value, strlen(value));
}

void ol_process_describe(struct ol_stream *stream)
{
    char number[OL_DECIMAL_MAX + 1] = {0};
    ol_decimal_put(number, ol_process.first_stream);
    put_text(stream, "version", OL_VERSION);
    put_text(stream, "exe", ol_facts.exe);
    put_fact(stream, "argv", ol_facts.argv, ol_facts.argv_bytes);
    put_text(stream, "cwd", ol_facts.cwd);
    put_text(stream, "allocator", ol_facts.allocator);
    if (ol_facts.own_malloc[0] != 0)
        put_text(stream, "invisible-allocator", ol_facts.own_malloc);
    put_text(stream, "first_stream", number);
}

void ol_process_end(enum ol_end end, int status)
{
    struct ol_file_control *const control = ol_process.sink.control;
    if (!ol_process.is_recording || control == NULL) return;
    if (ol_process_is_borrowed()) return;
    struct ol_clock_reading now;
    ol_clock_read(&now);
    atomic_store_explicit(&control->end_status, status, memory_order_relaxed);
    atomic_store_explicit(&control->end_tick, now.tick, memory_order_relaxed);
    atomic_store_explicit(
        &control->end_mono_ns, now.mono_ns, memory_order_relaxed);
    atomic_store_explicit(
        &control->memory_bytes, ol_pages_mapped_bytes(), memory_order_relaxed);
    /* Release: who reads that it has ended finds how. */
    atomic_store_explicit(&control->end, end, memory_order_release);
    if (end != OL_END_NONE) ol_sink_trim(&ol_process.sink);
}
