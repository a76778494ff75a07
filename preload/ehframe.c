/* ehframe.c - from a program counter to its frame description; see ehframe.h.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "preload/ehframe.h"

#include <dwarf.h>
#include <string.h>

#include "preload/regs.h"

enum {
    HEADER_VERSION = 1,
    ROW_BYTES = 8, /* of the sorted table: two signed words, datarel */
    ROW_ENCODING = DW_EH_PE_datarel | DW_EH_PE_sdata4,
};

/* A length of this value announces one of eight bytes. */
#define LENGTH_IS_64 0xffffffffu

struct cie {
    uint64_t code_align;
    int64_t data_align;
    uint8_t pointer_encoding;
    bool has_augmentation;
    bool is_signal;
    struct ol_ehread program;
};

/* The sorted table of a header. */
struct table {
    const uint8_t *rows;
    uint64_t count;
    uintptr_t data;
};

/* ---- Entries ---- */

/* A cursor over the readable bytes from `at` on; failed if outside. */
static struct ol_ehread open_at(
    const struct ol_ehframe *object, const uint8_t *at)
{
    const uintptr_t place = (uintptr_t)at;
    if (place < (uintptr_t)object->low || place >= (uintptr_t)object->high)
        return (struct ol_ehread){object->high, object->high, true};
    return (struct ol_ehread){at, object->high, false};
}

/* Enters the entry at the cursor, which then ends with it. */
static void enter_entry(struct ol_ehread *cursor)
{
    uint64_t bytes = ol_ehread_unsigned(cursor, 4);
    if (bytes == LENGTH_IS_64) bytes = ol_ehread_unsigned(cursor, 8);
    const uint8_t *const begin = ol_ehread_skip(cursor, bytes);
    if (begin == NULL || bytes == 0) {
        cursor->failed = true;
        return;
    }
    cursor->end = cursor->at;
    cursor->at = begin;
}

static void skip_personality(struct ol_ehread *cursor)
{
    const uint8_t encoding = (uint8_t)ol_ehread_unsigned(cursor, 1);
    const uint8_t direct = encoding & (uint8_t)~DW_EH_PE_indirect;
    (void)ol_ehread_pointer(cursor, direct, 0);
}

/* Reads what the letters after 'z' announce. */
static void read_augmentation(
    struct ol_ehread *cursor, const char *letters, struct cie *out)
{
    for (; *letters != 0; letters++) {
        if (*letters == 'R') {
            out->pointer_encoding = (uint8_t)ol_ehread_unsigned(cursor, 1);
        } else if (*letters == 'L') {
            (void)ol_ehread_unsigned(cursor, 1);
        } else if (*letters == 'P') {
            skip_personality(cursor);
        } else if (*letters == 'S') {
            out->is_signal = true;
        } else {
            cursor->failed = true;
            return;
        }
    }
}

static bool read_cie(struct ol_ehread cursor, struct cie *out)
{
    *out = (struct cie){.pointer_encoding = DW_EH_PE_absptr};
    enter_entry(&cursor);
    if (ol_ehread_unsigned(&cursor, 4) != 0) return false;
    const uint64_t version = ol_ehread_unsigned(&cursor, 1);
    if (version != 1 && version != 3) return false;
    const char *const letters = (const char *)cursor.at;
    const size_t room = (size_t)(cursor.end - cursor.at);
    const uint64_t length = strnlen(letters, room);
    if (ol_ehread_skip(&cursor, length + 1) == NULL) return false;

    out->code_align = ol_ehread_uleb(&cursor);
    out->data_align = ol_ehread_sleb(&cursor);
    const uint64_t return_column =
        version == 1 ? ol_ehread_unsigned(&cursor, 1) : ol_ehread_uleb(&cursor);
    if (return_column != OL_REGS_DWARF_RA) return false;
    if (letters[0] == 'z') {
        const uint64_t bytes = ol_ehread_uleb(&cursor);
        struct ol_ehread data = cursor;
        if (ol_ehread_skip(&cursor, bytes) == NULL) return false;
        data.end = cursor.at;
        read_augmentation(&data, letters + 1, out);
        if (data.failed) return false;
        out->has_augmentation = true;
    } else if (letters[0] != 0) {
        return false;
    }
    out->program = cursor;
    return !cursor.failed;
}

/* Reads the entry at the cursor as an FDE. */
static bool read_fde(const struct ol_ehframe *object, struct ol_ehread cursor,
    struct ol_ehframe_fde *out)
{
    enter_entry(&cursor);
    const uint8_t *const place = cursor.at;
    const uint64_t distance = ol_ehread_unsigned(&cursor, 4);
    if (cursor.failed || distance == 0) return false;
    if (distance > (uint64_t)(place - object->low)) return false;
    struct cie cie;
    if (!read_cie(open_at(object, place - distance), &cie)) return false;

    const uintptr_t begin = ol_ehread_pointer(&cursor, cie.pointer_encoding, 0);
    /* The size has the format of a pointer, but counts from nothing. */
    const uint64_t size =
        ol_ehread_pointer(&cursor, cie.pointer_encoding & 0x0f, 0);
    if (cie.has_augmentation)
        (void)ol_ehread_skip(&cursor, ol_ehread_uleb(&cursor));
    if (cursor.failed || size > UINTPTR_MAX - begin) return false;
    *out = (struct ol_ehframe_fde){
        .begin = begin,
        .end = begin + size,
        .code_align = cie.code_align,
        .data_align = cie.data_align,
        .pointer_encoding = cie.pointer_encoding,
        .is_signal = cie.is_signal,
        .initial = cie.program,
        .program = cursor,
    };
    return true;
}

/* ---- The header ---- */

static bool read_table(const struct ol_ehframe *object, struct table *out)
{
    struct ol_ehread cursor = open_at(object, object->header);
    const uint8_t *const head = ol_ehread_skip(&cursor, 4);
    if (head == NULL || head[0] != HEADER_VERSION) return false;
    if (head[3] != ROW_ENCODING) return false;
    const uintptr_t data = (uintptr_t)object->header;
    (void)ol_ehread_pointer(&cursor, head[1], data);
    const uint64_t count = ol_ehread_pointer(&cursor, head[2], data);
    if (cursor.failed) return false;
    if (count > (uint64_t)(cursor.end - cursor.at) / ROW_BYTES) return false;
    *out = (struct table){cursor.at, count, data};
    return true;
}

static uintptr_t row_word(
    const struct table *table, uint64_t row, unsigned word)
{
    int32_t distance = 0;
    memcpy(&distance, table->rows + row * ROW_BYTES + word * sizeof distance,
        sizeof distance);
    return table->data + (uintptr_t)(intptr_t)distance;
}

/* The number of rows that begin at or before `pc`. */
static uint64_t count_before(const struct table *table, uintptr_t pc)
{
    uint64_t low = 0;
    uint64_t high = table->count;
    while (low < high) {
        const uint64_t middle = low + (high - low) / 2;
        if (row_word(table, middle, 0) <= pc) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

enum ol_ehframe_found ol_ehframe_find(
    const struct ol_ehframe *object, uintptr_t pc, struct ol_ehframe_fde *out)
{
    *out = (struct ol_ehframe_fde){.begin = pc, .end = pc + 1};
    if (object->header == NULL) return OL_EHFRAME_NONE;
    struct table table;
    if (!read_table(object, &table)) return OL_EHFRAME_MALFORMED;

    const uint64_t before = count_before(&table, pc);
    if (before < table.count) out->end = row_word(&table, before, 0);
    if (before == 0) return OL_EHFRAME_NONE;
    const uintptr_t place = row_word(&table, before - 1, 1);
    struct ol_ehframe_fde fde;
    // NOLINTNEXTLINE(performance-no-int-to-ptr): checked by open_at
    if (!read_fde(object, open_at(object, (const uint8_t *)place), &fde))
        return OL_EHFRAME_MALFORMED;
    if (pc - fde.begin >= fde.end - fde.begin) return OL_EHFRAME_NONE;
    *out = fde;
    return OL_EHFRAME_FOUND;
}
