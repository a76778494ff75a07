/* walks.c - the price of a stack: ours, to a node id, and unw_backtrace.
 *
 * Shape:     recursions of several depths, each a stack taken many times by
 *            each way in turn. Of a capture the least processor time counts,
 *            so that other load on the machine disturbs little. Two kinds:
 *            the same stack again, and paths that change near the innermost
 *            frames, as programs do.
 * Units:     ns a capture, and ratios.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/attributes.h"
#include "preload/stacks.h"
#include "tests/unwind/capture_here.h"

enum {
    ROUNDS = 40,
    CAPTURES = 500, /* of a round */
    FRAMES_MAX = 256,
    PATHS = 64,
};

enum way {
    WAY_NOTHING,
    WAY_OURS,
    WAY_LIBUNWIND,
    WAY_COUNT
};

typedef int (*backtrace_fn)(void **, int);

static struct ol_stream_state state = {.node = OL_ROOT_COUNT};
static struct ol_stacks stacks;
static backtrace_fn unw_backtrace;
static volatile uint64_t sink;
static uint64_t start_ns;
static uint64_t spent_ns;

/* Counts what the recorder would write. */
static int put(void *context, const struct ol_record *record)
{
    (void)context;
    state.module += record->type == OL_RECORD_MODULE;
    state.frame += record->type == OL_RECORD_FRAME;
    state.node += record->type == OL_RECORD_NODE;
    return 0;
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

void capture_from(void *argument, const struct ol_regs *start)
{
    void *frame[FRAMES_MAX];
    switch (*(const enum way *)argument) {
    case WAY_OURS:
        sink += ol_stacks_capture(&stacks, start);
        return;
    case WAY_LIBUNWIND:
        sink += (uint64_t)unw_backtrace(frame, FRAMES_MAX);
        return;
    default:
        sink += start->pc;
        return;
    }
}

/* ---- Stacks ---- */

// NOLINTBEGIN(misc-no-recursion): deep stacks are the point
static OL_NOINLINE void wander(enum way *way, unsigned path, unsigned depth);

static OL_NOINLINE void wander_left(
    enum way *way, unsigned path, unsigned depth)
{
    wander(way, path >> 1, depth - 1);
    sink++;
}

static OL_NOINLINE void wander_right(
    enum way *way, unsigned path, unsigned depth)
{
    wander(way, path >> 1, depth - 1);
    sink += 2;
}

static OL_NOINLINE void wander(enum way *way, unsigned path, unsigned depth)
{
    if (depth == 0) {
        capture_here(way);
    } else if (path & 1) {
        wander_left(way, path, depth);
    } else {
        wander_right(way, path, depth);
    }
    sink++;
}

/* `turns` frames above the innermost one, two to a turn, differ. */
static OL_NOINLINE void repeat(enum way *way, unsigned turns)
{
    start_ns = now_ns();
    for (unsigned i = 0; i < CAPTURES; i++)
        wander(way, i * 2654435761U >> 7 & (PATHS - 1), turns);
    spent_ns = now_ns() - start_ns;
}

static OL_NOINLINE void descend(enum way *way, unsigned turns, unsigned depth)
{
    if (depth == 0) {
        repeat(way, turns);
    } else {
        descend(way, turns, depth - 1);
    }
    sink++;
}
// NOLINTEND(misc-no-recursion)

static double least_ns(enum way way, unsigned turns, unsigned depth)
{
    uint64_t least = UINT64_MAX;
    for (unsigned round = 0; round < ROUNDS; round++) {
        descend(&way, turns, depth);
        if (spent_ns < least) least = spent_ns;
    }
    return (double)least / CAPTURES;
}

static void compare(const char *kind, unsigned turns, unsigned depth)
{
    double ns[WAY_COUNT];
    const unsigned rest = depth > 2 * turns + 6 ? depth - 2 * turns - 6 : 0;
    for (int way = 0; way < WAY_COUNT; way++)
        ns[way] = least_ns((enum way)way, turns, rest);
    const double ours = ns[WAY_OURS] - ns[WAY_NOTHING];
    const double theirs = ns[WAY_LIBUNWIND] - ns[WAY_NOTHING];
    printf("%-24s %5u %12.0f %14.0f %8.2f\n", kind, depth, ours, theirs,
        theirs / ours);
}

int main(void)
{
    static const unsigned depth[] = {10, 30, 60, 200};
    void *const library = dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL);
    void *const symbol =
        library != NULL ? dlsym(library, "unw_backtrace") : NULL;
    if (symbol == NULL) return 1;
    memcpy(&unw_backtrace, &symbol, sizeof unw_backtrace);
    ol_loaded_init();
    const struct ol_stacks_options options = {
        .put = put, .state = &state, .depth_limit = FRAMES_MAX};
    if (ol_stacks_init(&stacks, &options) != 0) return 1;

    printf("%-24s %5s %12s %14s %8s\n", "", "depth", "node id, ns",
        "backtrace, ns", "ratio");
    for (unsigned i = 0; i < sizeof depth / sizeof *depth; i++)
        compare("the same stack", 0, depth[i]);
    for (unsigned i = 0; i < sizeof depth / sizeof *depth; i++)
        compare("6 inner frames differ", 3, depth[i]);
    ol_stacks_deinit(&stacks);
    return 0;
}
