/* inlines.c - an address in DWARF: the function, its inlined calls, lines.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/inlines.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>

#include "analyzer/ranges.h"
#include "analyzer/room.h"
#include "analyzer/unit.h"

enum {
    ORIGIN_STEPS_MAX = 16 /* an entry's chain of origins has a few steps */
};

struct ol_inlines {
    Dwarf *dwarf; /* borrowed */
    struct ol_ranges ranges;
    struct ol_unit *unit; /* owner */
    size_t unit_count, unit_room;
};

/* ---- Units ---- */

static int add_ranges(struct ol_inlines *inlines, Dwarf_Die *die)
{
    const uint32_t value = (uint32_t)inlines->unit_count;
    Dwarf_Addr base = 0;
    Dwarf_Addr low = 0;
    Dwarf_Addr high = 0;
    ptrdiff_t at = 0;

    while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
        if (low == 0) continue; /* dropped by the linker */
        const int error = ol_ranges_add(&inlines->ranges, low, high, value);
        if (error) return error;
    }
    return 0;
}

static int add_unit(struct ol_inlines *inlines, Dwarf_Die *die, Dwarf_Die *tree)
{
    const size_t before = inlines->ranges.count;
    const int error = add_ranges(inlines, die);
    if (error) return error;
    if (inlines->ranges.count == before) return 0;

    struct ol_unit *unit = ol_room_make(
        inlines->unit, &inlines->unit_room, inlines->unit_count, sizeof *unit);
    if (!unit) return -ENOMEM;
    inlines->unit = unit;
    ol_unit_init(&unit[inlines->unit_count++], die, tree);
    return 0;
}

static int add_units(struct ol_inlines *inlines)
{
    Dwarf_CU *unit = NULL;
    Dwarf_Die die;
    Dwarf_Die split;
    uint8_t type = 0;
    while (dwarf_get_units(
               inlines->dwarf, unit, &unit, NULL, &type, &die, &split) == 0) {
        if (type != DW_UT_compile && type != DW_UT_skeleton) continue;

        const bool is_split = type == DW_UT_skeleton && split.addr;
        const int error = add_unit(inlines, &die, is_split ? &split : &die);
        if (error) return error;
    }
    ol_ranges_sort(&inlines->ranges);
    return 0;
}

int ol_inlines_create(Dwarf *dwarf, struct ol_inlines **out)
{
    struct ol_inlines *inlines = calloc(1, sizeof *inlines);
    if (!inlines) return -ENOMEM;
    inlines->dwarf = dwarf;
    ol_ranges_init(&inlines->ranges);

    const int error = add_units(inlines);
    if (error) {
        ol_inlines_destroy(inlines);
        return error;
    }
    *out = inlines;
    return 0;
}

void ol_inlines_destroy(struct ol_inlines *inlines)
{
    if (!inlines) return;
    for (size_t i = 0; i < inlines->unit_count; i++)
        ol_unit_deinit(&inlines->unit[i]);
    free(inlines->unit);
    ol_ranges_deinit(&inlines->ranges);
    free(inlines);
}

/* ---- Names ---- */

static bool follow(Dwarf_Die *die, unsigned attribute)
{
    Dwarf_Attribute attr;
    Dwarf_Die target;
    if (!dwarf_attr(die, attribute, &attr)) return false;
    if (!dwarf_formref_die(&attr, &target)) return false;
    *die = target;
    return true;
}

/* Goes on to the entry that bears the name itself. */
static bool find_named(Dwarf_Die *die)
{
    for (int i = 0; i < ORIGIN_STEPS_MAX; i++) {
        if (dwarf_hasattr(die, DW_AT_name)) return true;
        if (follow(die, DW_AT_abstract_origin)) continue;
        if (!follow(die, DW_AT_specification)) return false;
    }
    return false;
}

static const char *linker_name(Dwarf_Die *die)
{
    Dwarf_Attribute attr;
    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attr) ||
        dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attr))
        return dwarf_formstring(&attr);
    return NULL;
}

static void set_name(const struct ol_unit *unit, const Dwarf_Die *function,
    struct ol_inlines_frame *frame)
{
    Dwarf_Die die = *function;
    frame->function = linker_name(&die);
    frame->mangled = frame->function != NULL;
    frame->unit = NULL;
    if (frame->mangled || !find_named(&die)) return;

    frame->function = dwarf_diename(&die);
    if (die.cu != unit->tree.cu) return;
    frame->unit = unit;
    frame->declaration = dwarf_dieoffset(&die);
}

void ol_inlines_scopes(
    const struct ol_inlines_frame *frame, char *out, size_t size)
{
    *out = '\0';
    if (!frame->unit) return;
    ol_unit_scopes(frame->unit, frame->declaration, out, size);
}

/* ---- Lines ---- */

static void set_line(
    struct ol_unit *unit, uint64_t address, struct ol_inlines_frame *frame)
{
    frame->file = NULL;
    frame->line = 0;
    Dwarf_Line *line = dwarf_getsrc_die(&unit->die, address);
    if (!line) return;

    int number = 0;
    if (dwarf_lineno(line, &number) == 0) frame->line = (uint32_t)number;
    frame->file = dwarf_linesrc(line, NULL, NULL);
}

static bool get_number(Dwarf_Die *die, unsigned attribute, Dwarf_Word *out)
{
    Dwarf_Attribute attr;
    return dwarf_attr(die, attribute, &attr) &&
           dwarf_formudata(&attr, out) == 0;
}

/* Where an inlined function was called from. */
static void set_call_line(
    struct ol_unit *unit, Dwarf_Die *inlined, struct ol_inlines_frame *frame)
{
    frame->file = NULL;
    frame->line = 0;
    Dwarf_Word value = 0;
    if (get_number(inlined, DW_AT_call_line, &value))
        frame->line = (uint32_t)value;
    if (!get_number(inlined, DW_AT_call_file, &value)) return;

    Dwarf_Files *files = NULL;
    size_t count = 0;
    if (dwarf_getsrcfiles(&unit->tree, &files, &count) != 0 &&
        dwarf_getsrcfiles(&unit->die, &files, &count) != 0)
        return;
    if (value < count) frame->file = dwarf_filesrc(files, value, NULL, NULL);
}

/* ---- Calls ---- */

static bool holds(Dwarf_Die *die, uint64_t address)
{
    switch (dwarf_tag(die)) {
    case DW_TAG_inlined_subroutine:
    case DW_TAG_lexical_block:
    case DW_TAG_try_block:
    case DW_TAG_catch_block:
        return dwarf_haspc(die, address) > 0;
    default:
        return false;
    }
}

/* Steps from an entry to the one below it that holds the address. */
static bool descend(Dwarf_Die *die, uint64_t address)
{
    Dwarf_Die child;
    if (dwarf_child(die, &child) != 0) return false;
    while (!holds(&child, address))
        if (dwarf_siblingof(&child, &child) != 0) return false;
    *die = child;
    return true;
}

/* The function and the inlined calls at an address, outermost first. */
static int find_calls(Dwarf_Die *function, uint64_t address, Dwarf_Die *calls)
{
    int count = 0;
    calls[count++] = *function;
    Dwarf_Die die = *function;
    while (count < OL_INLINES_MAX && descend(&die, address))
        if (dwarf_tag(&die) == DW_TAG_inlined_subroutine) calls[count++] = die;
    return count;
}

int ol_inlines_find(struct ol_inlines *inlines, uint64_t address,
    struct ol_inlines_frame *frames)
{
    uint32_t index = 0;
    if (!ol_ranges_find(&inlines->ranges, address, &index)) return 0;
    struct ol_unit *unit = &inlines->unit[index];
    const int error = ol_unit_index(unit);
    if (error) return error;

    frames[0] = (struct ol_inlines_frame){0};
    set_line(unit, address, &frames[0]);
    Dwarf_Die *function = ol_unit_function(unit, address);
    if (!function) return 1;

    Dwarf_Die calls[OL_INLINES_MAX];
    const int count = find_calls(function, address, calls);
    for (int i = 0; i < count; i++) {
        Dwarf_Die *call = &calls[count - 1 - i];
        set_name(unit, call, &frames[i]);
        frames[i].inlined = i < count - 1;
        if (i < count - 1) set_call_line(unit, call, &frames[i + 1]);
    }
    return count;
}
