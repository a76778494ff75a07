/* symtab.c - the function symbols of one ELF file, found by address.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/symtab.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/room.h"

enum {
    UNDERSCORES_MAX = 7,
    RANK_UNDERSCORE = 4, /* above all bindings */
    RANK_TYPED = 32,     /* above all counts of underscores */
};

/* ---- Choosing ---- */

static bool is_code(Elf *elf, GElf_Word section)
{
    GElf_Shdr header;
    Elf_Scn *scn = elf_getscn(elf, section);
    return scn && gelf_getshdr(scn, &header) &&
           (header.sh_flags & SHF_EXECINSTR);
}

static bool is_function(const GElf_Sym *symbol, GElf_Word section, Elf *elf)
{
    if (section == SHN_UNDEF) return false;
    switch (GELF_ST_TYPE(symbol->st_info)) {
    case STT_FUNC:
    case STT_GNU_IFUNC:
        return true;
    case STT_NOTYPE: /* assembly; not what only marks the end of a section */
        return section != SHN_ABS && elf && is_code(elf, section);
    default:
        return false;
    }
}

static uint32_t rank(const GElf_Sym *symbol, const char *name)
{
    uint32_t binding = 0;
    if (GELF_ST_BIND(symbol->st_info) == STB_WEAK) binding = 1;
    if (GELF_ST_BIND(symbol->st_info) == STB_GLOBAL) binding = 2;

    /* Mangled names begin with an underscore that says nothing. */
    if (strncmp(name, "_Z", 2) == 0 || strncmp(name, "_R", 2) == 0) name++;
    size_t underscores = strspn(name, "_");
    if (underscores > UNDERSCORES_MAX) underscores = UNDERSCORES_MAX;
    const uint32_t plain = UNDERSCORES_MAX - (uint32_t)underscores;
    const bool typed = GELF_ST_TYPE(symbol->st_info) != STT_NOTYPE;
    return (typed ? RANK_TYPED : 0) + plain * RANK_UNDERSCORE + binding;
}

/* ---- Reading ---- */

static int add(struct ol_symtab *symtab, const struct ol_symtab_symbol *symbol)
{
    struct ol_symtab_symbol *grown = ol_room_make(
        symtab->symbol, &symtab->room, symtab->count, sizeof *grown);
    if (!grown) return -ENOMEM;
    symtab->symbol = grown;
    grown[symtab->count++] = *symbol;
    return 0;
}

static int read_symbol(struct ol_symtab *symtab, Dwfl_Module *module, int index)
{
    GElf_Sym symbol;
    GElf_Addr address = 0;
    GElf_Word section = SHN_UNDEF;
    Elf *elf = NULL;
    const char *name = dwfl_module_getsym_info(
        module, index, &symbol, &address, &section, &elf, NULL);
    if (!name || !*name || !is_function(&symbol, section, elf)) return 0;

    const uint64_t high = symbol.st_size ? address + symbol.st_size : 0;
    return add(symtab, &(struct ol_symtab_symbol){.name = name,
                           .low = address,
                           .high = high,
                           .rank = rank(&symbol, name)});
}

static int read_symbols(struct ol_symtab *symtab, Dwfl_Module *module)
{
    const int count = dwfl_module_getsymtab(module);
    for (int i = 1; i < count; i++) {
        const int error = read_symbol(symtab, module, i);
        if (error) return error;
    }
    return 0;
}

/* By address, and for one address from the worst name to the best; names
 * decide last, so that the order does not depend on the file's. */
static int compare(const void *left, const void *right)
{
    const struct ol_symtab_symbol *a = left;
    const struct ol_symtab_symbol *b = right;
    if (a->low != b->low) return a->low < b->low ? -1 : 1;
    if (a->rank != b->rank) return a->rank < b->rank ? -1 : 1;
    const size_t a_length = strlen(a->name);
    const size_t b_length = strlen(b->name);
    if (a_length != b_length) return a_length > b_length ? -1 : 1;
    return -strcmp(a->name, b->name);
}

static int index_symbols(struct ol_symtab *symtab)
{
    if (symtab->count == 0) return 0;
    qsort(symtab->symbol, symtab->count, sizeof *symtab->symbol, compare);

    uint64_t next = UINT64_MAX; /* where the next function begins */
    for (size_t i = symtab->count; i-- > 0;) {
        struct ol_symtab_symbol *symbol = &symtab->symbol[i];
        if (i + 1 < symtab->count && symbol[1].low != symbol->low)
            next = symbol[1].low;
        if (!symbol->high) symbol->high = next;

        const int error = ol_ranges_add(
            &symtab->ranges, symbol->low, symbol->high, (uint32_t)i);
        if (error) return error;
    }
    ol_ranges_sort(&symtab->ranges);
    return 0;
}

int ol_symtab_init(struct ol_symtab *symtab, Dwfl_Module *module)
{
    *symtab = (struct ol_symtab){0};
    ol_ranges_init(&symtab->ranges);

    int error = read_symbols(symtab, module);
    if (!error) error = index_symbols(symtab);
    if (error) ol_symtab_deinit(symtab);
    return error;
}

void ol_symtab_deinit(struct ol_symtab *symtab)
{
    ol_ranges_deinit(&symtab->ranges);
    free(symtab->symbol);
    *symtab = (struct ol_symtab){0};
}

const char *ol_symtab_find(const struct ol_symtab *symtab, uint64_t address)
{
    uint32_t index = 0;
    if (!ol_ranges_find(&symtab->ranges, address, &index)) return NULL;
    return symtab->symbol[index].name;
}
