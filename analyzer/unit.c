/* unit.c - one compilation unit of DWARF: its functions and their scopes.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/unit.h"

#include <dwarf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/room.h"

enum {
    SCOPES_SHOWN_MAX = 32
};

/* A place in the walk: an entry whose children are being visited. */
struct level {
    Dwarf_Die next; /* the sibling to go on with */
    uint32_t scope;
};

struct walk {
    struct level *level; /* owner */
    size_t count, room;
    Dwarf_Off beyond; /* entries are visited once, in the file's order */
    bool scoped;      /* the language has namespaces */
};

void ol_unit_init(struct ol_unit *unit, Dwarf_Die *die, Dwarf_Die *tree)
{
    *unit = (struct ol_unit){.die = *die, .tree = *tree};
    ol_ranges_init(&unit->ranges);
}

void ol_unit_deinit(struct ol_unit *unit)
{
    ol_ranges_deinit(&unit->ranges);
    free(unit->function);
    free(unit->scope);
    free(unit->declared);
}

/* ---- Scopes ---- */

static int add_scope(
    struct ol_unit *unit, const char *name, uint32_t parent, uint32_t *out)
{
    struct ol_unit_scope *scope = ol_room_make(
        unit->scope, &unit->scope_room, unit->scope_count, sizeof *scope);
    if (!scope) return -ENOMEM;

    unit->scope = scope;
    scope[unit->scope_count] =
        (struct ol_unit_scope){.name = name, .parent = parent};
    *out = (uint32_t)unit->scope_count++;
    return 0;
}

static int declare(struct ol_unit *unit, Dwarf_Off offset, uint32_t scope)
{
    struct ol_unit_declaration *declared = ol_room_make(unit->declared,
        &unit->declared_room, unit->declared_count, sizeof *declared);
    if (!declared) return -ENOMEM;

    unit->declared = declared;
    declared[unit->declared_count++] =
        (struct ol_unit_declaration){.offset = offset, .scope = scope};
    return 0;
}

static bool is_scope(int tag)
{
    return tag == DW_TAG_namespace || tag == DW_TAG_class_type ||
           tag == DW_TAG_structure_type || tag == DW_TAG_union_type ||
           tag == DW_TAG_subprogram;
}

static bool has_scopes(Dwarf_Die *die)
{
    switch (dwarf_srclang(die)) {
    case DW_LANG_C:
    case DW_LANG_C89:
    case DW_LANG_C99:
    case DW_LANG_C11:
    case DW_LANG_Mips_Assembler:
        return false;
    default:
        return true;
    }
}

/* ---- Functions ---- */

static int add_function(struct ol_unit *unit, Dwarf_Die *die)
{
    const size_t ranges_before = unit->ranges.count;
    const uint32_t value = (uint32_t)unit->function_count;
    Dwarf_Addr base = 0;
    Dwarf_Addr low = 0;
    Dwarf_Addr high = 0;
    ptrdiff_t at = 0;

    while ((at = dwarf_ranges(die, at, &base, &low, &high)) > 0) {
        if (low == 0) continue; /* dropped by the linker */
        const int error = ol_ranges_add(&unit->ranges, low, high, value);
        if (error) return error;
    }
    if (unit->ranges.count == ranges_before) return 0;

    Dwarf_Die *function = ol_room_make(unit->function, &unit->function_room,
        unit->function_count, sizeof *function);
    if (!function) {
        unit->ranges.count = ranges_before;
        return -ENOMEM;
    }
    unit->function = function;
    function[unit->function_count++] = *die;
    return 0;
}

static bool has_linker_name(Dwarf_Die *die)
{
    return dwarf_hasattr(die, DW_AT_linkage_name) ||
           dwarf_hasattr(die, DW_AT_MIPS_linkage_name);
}

static int visit_function(struct ol_unit *unit, Dwarf_Die *die, uint32_t scope)
{
    const int error = add_function(unit, die);
    if (error) return error;
    if (scope == 0 || has_linker_name(die)) return 0;
    if (!dwarf_hasattr(die, DW_AT_name)) return 0;
    return declare(unit, dwarf_dieoffset(die), scope);
}

/* ---- The walk ---- */

static int push(struct walk *walk, Dwarf_Die *first, uint32_t scope)
{
    struct level *level =
        ol_room_make(walk->level, &walk->room, walk->count, sizeof *level);
    if (!level) return -ENOMEM;

    walk->level = level;
    level[walk->count++] = (struct level){.next = *first, .scope = scope};
    return 0;
}

static const char *scope_name(Dwarf_Die *die)
{
    const char *name = dwarf_diename(die);
    if (name) return name;
    switch (dwarf_tag(die)) {
    case DW_TAG_namespace:
        return "(anonymous namespace)";
    case DW_TAG_subprogram:
        return NULL; /* a copy; its origin has a name */
    default:
        return "{lambda}"; /* as nearly all classes without */
    }
}

/* The scope of an entry's children. */
static int enter_scope(struct ol_unit *unit, const struct walk *walk,
    Dwarf_Die *die, uint32_t *scope)
{
    const int tag = dwarf_tag(die);
    if (!walk->scoped || !is_scope(tag)) return 0;

    return add_scope(unit, scope_name(die), *scope, scope);
}

static int visit(
    struct ol_unit *unit, struct walk *walk, Dwarf_Die *die, uint32_t scope)
{
    if (dwarf_tag(die) == DW_TAG_subprogram) {
        const int error = visit_function(unit, die, scope);
        if (error) return error;
    }
    Dwarf_Die child;
    if (dwarf_child(die, &child) != 0) return 0;

    const int error = enter_scope(unit, walk, die, &scope);
    return error ? error : push(walk, &child, scope);
}

static int walk_tree(struct ol_unit *unit, struct walk *walk)
{
    while (walk->count > 0) {
        struct level *level = &walk->level[walk->count - 1];
        Dwarf_Die die = level->next;
        if (dwarf_dieoffset(&die) < walk->beyond) {
            walk->count--; /* malformed: a sibling among its own children */
            continue;
        }
        walk->beyond = dwarf_dieoffset(&die) + 1;
        const uint32_t scope = level->scope;
        if (dwarf_siblingof(&die, &level->next) != 0) walk->count--;

        const int error = visit(unit, walk, &die, scope);
        if (error) return error;
    }
    return 0;
}

int ol_unit_index(struct ol_unit *unit)
{
    if (unit->indexed) return 0;
    struct walk walk = {.scoped = has_scopes(&unit->tree)};
    uint32_t root = 0;
    int error = add_scope(unit, "", 0, &root);
    if (error) return error;

    Dwarf_Die child;
    if (dwarf_child(&unit->tree, &child) == 0)
        error = push(&walk, &child, root);
    if (!error) error = walk_tree(unit, &walk);
    free(walk.level);
    if (error) return error;

    ol_ranges_sort(&unit->ranges);
    unit->indexed = true;
    return 0;
}

/* ---- Asking ---- */

Dwarf_Die *ol_unit_function(struct ol_unit *unit, uint64_t address)
{
    uint32_t index = 0;
    if (!ol_ranges_find(&unit->ranges, address, &index)) return NULL;
    return &unit->function[index];
}

static uint32_t find_scope(const struct ol_unit *unit, Dwarf_Off offset)
{
    size_t low = 0;
    size_t high = unit->declared_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (unit->declared[middle].offset == offset)
            return unit->declared[middle].scope;
        if (unit->declared[middle].offset < offset) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 0;
}

void ol_unit_scopes(
    const struct ol_unit *unit, Dwarf_Off offset, char *out, size_t size)
{
    const char *names[SCOPES_SHOWN_MAX];
    size_t count = 0;
    uint32_t scope = find_scope(unit, offset);
    for (; scope != 0 && count < SCOPES_SHOWN_MAX;
         scope = unit->scope[scope].parent) {
        const char *name = unit->scope[scope].name;
        if (name) names[count++] = name;
    }

    char *at = out;
    char *const end = out + size;
    while (count > 0) {
        const char *name = names[--count];
        const size_t length = strlen(name);
        if (length + sizeof "::" > (size_t)(end - at)) {
            at = out;
            break;
        }
        at = mempcpy(mempcpy(at, name, length), "::", 2);
    }
    *at = '\0';
}
