/* name_places.c - reads addresses, prints their frames, as addr2line does.
 *
 *     name_places FILE BUILD-ID [DEBUG-PATH] < ADDRESSES
 *
 * For each address "0xADDRESS", then for each frame the function's name and
 * "file:line". Ends with the state of the module on a line of its own.
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/symbols.h"

static size_t read_hex(const char *text, uint8_t *out, size_t size)
{
    size_t count = 0;
    for (; text[0] && text[1] && count < size; text += 2) {
        const char digits[3] = {text[0], text[1], '\0'};
        out[count++] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return count;
}

static void print_frames(const struct ol_symbols_frames *frames)
{
    for (uint32_t i = 0; i < frames->count; i++) {
        const struct ol_symbols_frame *frame = &frames->at[i];
        printf("%s\n%s:%" PRIu32 "\n", frame->named ? frame->function : "??",
            frame->file ? frame->file : "??", frame->line);
    }
}

static int print_places(struct ol_symbols *symbols, uint32_t module)
{
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        struct ol_symbols_frames frames;
        const uint64_t address = strtoull(line, NULL, 16);
        if (ol_symbols_resolve(symbols, module, address, &frames) != 0)
            return 1;
        printf("0x%" PRIx64 "\n", address);
        print_frames(&frames);
    }
    puts(ol_symbols_state_text(ol_symbols_state_of(symbols, module)));
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    uint8_t build_id[64];
    const struct ol_symbols_module identity = {
        .path = argv[1],
        .build_id = build_id,
        .build_id_bytes = read_hex(argv[2], build_id, sizeof build_id),
    };
    const struct ol_symbols_options options = {
        .debug_path = argc > 3 ? argv[3] : NULL};
    struct ol_symbols *symbols = NULL;
    uint32_t module = 0;
    if (ol_symbols_create(&options, &symbols) != 0) return 1;

    int failed = ol_symbols_add(symbols, &identity, &module) != 0;
    if (!failed) failed = print_places(symbols, module);
    ol_symbols_destroy(symbols);
    return failed;
}
