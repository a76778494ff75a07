/* symbols.c - from a place in a module to functions, files and lines.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/symbols.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "analyzer/clean.h"
#include "analyzer/demangle.h"
#include "analyzer/elffile.h"
#include "analyzer/lexicon.h"
#include "analyzer/room.h"

enum {
    FIRST_PLACES = 1024,
    SCOPES_MAX_BYTES = 4096,
};

struct module {
    struct ol_symbols_module identity; /* its strings are borrowed */
    uint8_t *build_id;                 /* owner, or NULL */
    struct ol_elffile file;
    uint64_t used; /* when last asked for; 0: never */
    bool is_open;
    enum ol_symbols_state state;
};

/* A place that was asked for. */
struct place {
    uint64_t address;
    uint32_t module;
    uint32_t count;
    struct ol_symbols_frame *frames; /* owner; NULL: the slot is empty */
};

struct ol_symbols {
    char *debug_path; /* owner, or NULL */
    Dwfl_Callbacks callbacks;
    struct ol_lexicon names;
    struct module *module; /* owner */
    size_t module_count, module_room;
    struct place *place; /* owner: an open hash table */
    size_t place_count, places;
    uint64_t clock; /* counts uses of modules */
    uint32_t open_count;
};

/* ---- The set ---- */

int ol_symbols_create(
    const struct ol_symbols_options *options, struct ol_symbols **out)
{
    static const struct ol_symbols_options defaults;
    if (!options) options = &defaults;
    struct ol_symbols *symbols = calloc(1, sizeof *symbols);
    if (!symbols) return -ENOMEM;

    symbols->callbacks = (Dwfl_Callbacks){
        .find_elf = dwfl_build_id_find_elf,
        .find_debuginfo = dwfl_standard_find_debuginfo,
    };
    if (options->debug_path) {
        symbols->debug_path = strdup(options->debug_path);
        if (!symbols->debug_path) goto fail_path;
        symbols->callbacks.debuginfo_path = &symbols->debug_path;
    }
    if (!options->debuginfod) unsetenv("DEBUGINFOD_URLS");
    ol_lexicon_init(&symbols->names);
    *out = symbols;
    return 0;

fail_path:
    free(symbols);
    return -ENOMEM;
}

static void close_module(struct ol_symbols *symbols, struct module *module)
{
    if (!module->is_open) return;
    ol_elffile_close(&module->file);
    module->is_open = false;
    symbols->open_count--;
}

void ol_symbols_destroy(struct ol_symbols *symbols)
{
    if (!symbols) return;
    for (size_t i = 0; i < symbols->module_count; i++) {
        close_module(symbols, &symbols->module[i]);
        free(symbols->module[i].build_id);
    }
    for (size_t i = 0; i < symbols->places; i++)
        free(symbols->place[i].frames);
    free(symbols->module);
    free(symbols->place);
    ol_lexicon_deinit(&symbols->names);
    free(symbols->debug_path);
    free(symbols);
}

/* ---- Modules ---- */

static bool is_same(
    const struct ol_symbols_module *a, const struct ol_symbols_module *b)
{
    return strcmp(a->path, b->path) == 0 &&
           a->build_id_bytes == b->build_id_bytes &&
           (a->build_id_bytes == 0 ||
               memcmp(a->build_id, b->build_id, a->build_id_bytes) == 0);
}

static int add_module(
    struct ol_symbols *symbols, const struct ol_symbols_module *identity)
{
    struct module *grown = ol_room_make(symbols->module, &symbols->module_room,
        symbols->module_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    symbols->module = grown;

    const struct ol_name *path =
        ol_lexicon_keep(&symbols->names, identity->path);
    if (!path) return -ENOMEM;
    uint8_t *build_id = NULL;
    if (identity->build_id_bytes > 0) {
        build_id = malloc(identity->build_id_bytes);
        if (!build_id) return -ENOMEM;
        memcpy(build_id, identity->build_id, identity->build_id_bytes);
    }
    struct module *module = &grown[symbols->module_count++];
    *module = (struct module){.identity = *identity, .build_id = build_id};
    module->identity.path = path->text;
    module->identity.build_id = build_id;
    return 0;
}

int ol_symbols_add(struct ol_symbols *symbols,
    const struct ol_symbols_module *module, uint32_t *out)
{
    for (size_t i = 0; i < symbols->module_count; i++) {
        if (!is_same(&symbols->module[i].identity, module)) continue;
        *out = (uint32_t)i;
        return 0;
    }
    const int error = add_module(symbols, module);
    if (!error) *out = (uint32_t)(symbols->module_count - 1);
    return error;
}

static void close_oldest(struct ol_symbols *symbols)
{
    struct module *oldest = NULL;
    for (size_t i = 0; i < symbols->module_count; i++) {
        struct module *module = &symbols->module[i];
        if (!module->is_open) continue;
        if (!oldest || module->used < oldest->used) oldest = module;
    }
    if (oldest) close_module(symbols, oldest);
}

static bool is_usable(enum ol_symbols_state state)
{
    return state == OL_SYMBOLS_UNASKED || state == OL_SYMBOLS_DEBUG ||
           state == OL_SYMBOLS_TABLE;
}

/* Opens a module unless that was done, or was done in vain. */
static int open_module(struct ol_symbols *symbols, struct module *module)
{
    module->used = ++symbols->clock;
    if (module->is_open || !is_usable(module->state)) return 0;
    if (symbols->open_count == OL_SYMBOLS_OPEN_MAX) close_oldest(symbols);

    const int error =
        ol_elffile_open(&module->identity, &symbols->callbacks, &module->file);
    if (error) return error;
    module->state = module->file.state;
    module->is_open = true;
    symbols->open_count++;
    if (!is_usable(module->state)) close_module(symbols, module);
    return 0;
}

/* ---- Names ---- */

/* Makes a text fit to be printed, whatever a file held, and keeps it. */
static const char *keep_own(struct ol_symbols *symbols, char *text)
{
    ol_clean_text(text, strlen(text));
    struct ol_name *name = ol_lexicon_keep(&symbols->names, text);
    return name ? name->text : NULL;
}

static const char *keep(struct ol_symbols *symbols, const char *text)
{
    char *copy = strdup(text);
    if (!copy) return NULL;
    const char *kept = keep_own(symbols, copy);
    free(copy);
    return kept;
}

/* The readable form of a linker name. */
static const char *keep_readable(
    struct ol_symbols *symbols, const char *linker_name)
{
    struct ol_name *name = ol_lexicon_keep(&symbols->names, linker_name);
    if (!name || name->readable) return name ? name->readable : NULL;

    char *readable = ol_demangle(linker_name);
    if (!readable) return NULL;
    name->readable = keep_own(symbols, readable);
    free(readable);
    return name->readable;
}

/* The name of a function that is not mangled, in its scopes. */
static const char *keep_scoped(
    struct ol_symbols *symbols, const struct ol_inlines_frame *raw)
{
    char scopes[SCOPES_MAX_BYTES];
    char *text = NULL;
    ol_inlines_scopes(raw, scopes, sizeof scopes);
    if (!*scopes) return keep(symbols, raw->function);
    if (asprintf(&text, "%s%s", scopes, raw->function) < 0) return NULL;

    const char *kept = keep_own(symbols, text);
    free(text);
    return kept;
}

static const char *keep_unnamed(
    struct ol_symbols *symbols, const char *path, uint64_t address)
{
    const char *slash = strrchr(path, '/');
    const char *name = slash ? slash + 1 : path;
    char *text = NULL;
    if (asprintf(&text, "%s+0x%llx", *name ? name : "generated code",
            (unsigned long long)address) < 0)
        return NULL;

    const char *kept = keep_own(symbols, text);
    free(text);
    return kept;
}

/* ---- Resolving ---- */

/* What is known of one frame, before its strings are kept. */
static int keep_frame(struct ol_symbols *symbols, const struct module *module,
    const struct ol_inlines_frame *raw, uint64_t address,
    struct ol_symbols_frame *out)
{
    const char *path = module->identity.path;
    struct ol_symbols_frame frame = {
        .module = path,
        .line = raw->line,
        .inlined = raw->inlined,
        .named = raw->function != NULL,
    };
    if (!raw->function) {
        frame.function = keep_unnamed(symbols, path, address);
    } else if (raw->mangled) {
        frame.function = keep_readable(symbols, raw->function);
    } else {
        frame.function = keep_scoped(symbols, raw);
    }
    if (!frame.function) return -ENOMEM;

    if (raw->file) {
        frame.file = keep(symbols, raw->file);
        if (!frame.file) return -ENOMEM;
    }
    *out = frame;
    return 0;
}

static bool is_mangled(const char *name)
{
    return strncmp(name, "_Z", 2) == 0 || strncmp(name, "_R", 2) == 0;
}

/* Takes the symbol's name where debug information has none, or has only the
 * short form of a function without linkage that the symbol has in full. */
static void name_by_table(const struct ol_symtab *symtab, uint64_t address,
    struct ol_inlines_frame *frame)
{
    if (frame->mangled) return;
    const char *name = ol_symtab_find(symtab, address);
    if (!name || (frame->function && !is_mangled(name))) return;
    frame->function = name;
    frame->mangled = true;
}

/* Fills `raw` with what the module's file says of an address. */
static int look_up(
    struct module *module, uint64_t address, struct ol_inlines_frame *raw)
{
    int count = 0;
    struct ol_elffile *file = &module->file;
    if (module->is_open && file->inlines)
        count = ol_inlines_find(file->inlines, address - file->dwarf_bias, raw);
    if (count < 0) return count;
    if (count == 0) {
        raw[0] = (struct ol_inlines_frame){0};
        count = 1;
    }
    if (module->is_open) name_by_table(&file->symtab, address, &raw[count - 1]);
    return count;
}

static int resolve(
    struct ol_symbols *symbols, struct module *module, struct place *place)
{
    int error = open_module(symbols, module);
    if (error) return error;
    struct ol_inlines_frame raw[OL_INLINES_MAX];
    const int count = look_up(module, place->address, raw);
    if (count < 0) return count;

    struct ol_symbols_frame *frames = calloc((size_t)count, sizeof *frames);
    if (!frames) return -ENOMEM;
    for (int i = 0; i < count && !error; i++) {
        error =
            keep_frame(symbols, module, &raw[i], place->address, &frames[i]);
    }
    if (error) {
        free(frames);
        return error;
    }
    place->frames = frames;
    place->count = (uint32_t)count;
    return 0;
}

/* ---- Places ---- */

static struct place *find_place(
    struct ol_symbols *symbols, uint32_t module, uint64_t address)
{
    uint64_t hash = (address ^ (uint64_t)module << 40) * 0x9e3779b97f4a7c15U;
    for (size_t i = hash >> 32;; i++) {
        struct place *place = &symbols->place[i & (symbols->places - 1)];
        if (!place->frames) return place;
        if (place->address == address && place->module == module) return place;
    }
}

static int grow_places(struct ol_symbols *symbols)
{
    struct place *old = symbols->place;
    const size_t old_places = symbols->places;
    const size_t places = old_places ? old_places * 2 : FIRST_PLACES;
    struct place *grown = calloc(places, sizeof *grown);
    if (!grown) return -ENOMEM;

    symbols->place = grown;
    symbols->places = places;
    for (size_t i = 0; i < old_places; i++) {
        if (!old[i].frames) continue;
        *find_place(symbols, old[i].module, old[i].address) = old[i];
    }
    free(old);
    return 0;
}

int ol_symbols_resolve(struct ol_symbols *symbols, uint32_t module,
    uint64_t address, struct ol_symbols_frames *out)
{
    if (symbols->place_count * 2 >= symbols->places) {
        const int error = grow_places(symbols);
        if (error) return error;
    }
    struct place *place = find_place(symbols, module, address);
    if (!place->frames) {
        place->address = address;
        place->module = module;
        const int error = resolve(symbols, &symbols->module[module], place);
        if (error) return error;
        symbols->place_count++;
    }
    *out =
        (struct ol_symbols_frames){.at = place->frames, .count = place->count};
    return 0;
}

/* ---- Asking ---- */

uint32_t ol_symbols_count(const struct ol_symbols *symbols)
{
    return (uint32_t)symbols->module_count;
}

enum ol_symbols_state ol_symbols_state_of(
    const struct ol_symbols *symbols, uint32_t module)
{
    return symbols->module[module].state;
}

const char *ol_symbols_path_of(
    const struct ol_symbols *symbols, uint32_t module)
{
    return symbols->module[module].identity.path;
}

uint32_t ol_symbols_list(const struct ol_symbols *symbols,
    enum ol_symbols_state state, char *out, size_t size)
{
    uint32_t count = 0;
    size_t used = 0;
    *out = '\0';
    for (size_t i = 0; i < symbols->module_count; i++) {
        const struct module *module = &symbols->module[i];
        if (module->state != state || !*module->identity.path) continue;
        const char *slash = strrchr(module->identity.path, '/');
        const char *name = slash ? slash + 1 : module->identity.path;
        const size_t need = strlen(name) + sizeof ", ";
        if (used + need <= size)
            used += (size_t)snprintf(
                out + used, size - used, "%s%s", used > 0 ? ", " : "", name);
        count++;
    }
    return count;
}

const char *ol_symbols_state_text(enum ol_symbols_state state)
{
    static const char *const texts[] = {
#define X(name, text) text,
        OL_SYMBOLS_STATE_LIST(X)
#undef X
    };
    return texts[state];
}
