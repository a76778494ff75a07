/* make_traces.c - writes a trace of N short lives: make_traces N FILE.
 *
 * Eight sites, a hundred blocks alive at once, two streams that free each
 * other's blocks; one block in a thousand stays.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include "tests/support/support_trace.h"

enum {
    SITES = 8,
    ALIVE = 100,
    CHUNK = 1 << 20,
};

int main(int argc, char **argv)
{
    if (argc != 3) {
        fputs("usage: make_traces N FILE\n", stderr);
        return 2;
    }
    struct ol_trace trace;
    struct ol_trace_stream stream[2];
    uint32_t stack[2][SITES];
    static struct ol_ref block[ALIVE];
    const uint64_t count = strtoull(argv[1], NULL, 10);
    ol_trace_init(&trace);
    for (uint32_t i = 0; i < 2; i++) {
        ol_trace_begin(&trace, &stream[i], i, CHUNK);
        for (uint32_t site = 0; site < SITES; site++)
            stack[i][site] = ol_trace_stack(&stream[i], site);
    }
    for (uint64_t i = 0; i < count; i++) {
        struct ol_trace_stream *one = &stream[i & 1];
        struct ol_trace_stream *other = &stream[~i & 1];
        struct ol_ref *last = &block[i % ALIVE];
        const uint64_t tick = 2000 + i * 10;
        if (last->form != OL_REF_NONE && i % 1000 != 0)
            ol_trace_free(other, tick, *last);
        *last = ol_trace_malloc(
            one, tick + 5, stack[i & 1][i * 7 % SITES], 16 + i % 100);
    }
    FILE *file = fopen(argv[2], "wb");
    const int written =
        file && fwrite(trace.bytes, 1, trace.count, file) == trace.count &&
        fclose(file) == 0;
    ol_trace_deinit(&trace);
    return written ? 0 : 1;
}
