/* callstack.c - the stacks of a model, with names. */
#include "analyzer/callstack.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/room.h"

void ol_callstacks_init(struct ol_callstacks *stacks,
    struct ol_symbols *symbols, const struct ol_rulebook *book)
{
    *stacks = (struct ol_callstacks){.symbols = symbols, .book = book};
}

void ol_callstacks_deinit(struct ol_callstacks *stacks)
{
    free(stacks->module);
    free(stacks->frame);
}

/* ---- Modules ---- */

static int add_module(
    struct ol_callstacks *stacks, const struct ol_module *module)
{
    uint32_t *grown = ol_room_make(stacks->module, &stacks->module_room,
        stacks->module_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    stacks->module = grown;

    const struct ol_symbols_module identity = {
        .path = module->path,
        .build_id = module->build_id,
        .build_id_bytes = module->build_id_bytes,
        .vdso = (module->flags & OL_MODULE_VDSO) != 0,
    };
    const int error = ol_symbols_add(
        stacks->symbols, &identity, &grown[stacks->module_count]);
    if (!error) stacks->module_count++;
    return error;
}

/* A model that is being built gets modules between two calls. */
static int add_modules(
    struct ol_callstacks *stacks, const struct ol_model *model)
{
    int error = 0;
    const size_t count = ol_model_module_count(model);
    while (stacks->module_count < count && !error) {
        error = add_module(
            stacks, ol_model_module(model, (uint32_t)stacks->module_count));
    }
    return error;
}

/* ---- Frames ---- */

static int add_frame(
    struct ol_callstacks *stacks, const struct ol_symbols_frame *frame)
{
    struct ol_symbols_frame *grown = ol_room_make(
        stacks->frame, &stacks->room, stacks->count, sizeof *grown);
    if (!grown) return -ENOMEM;
    stacks->frame = grown;
    grown[stacks->count++] = *frame;
    return 0;
}

static int add_unknown(struct ol_callstacks *stacks, const char *what)
{
    return add_frame(
        stacks, &(struct ol_symbols_frame){.function = what, .module = ""});
}

static int add_place(struct ol_callstacks *stacks, const struct ol_frame *place)
{
    if (place->module >= stacks->module_count)
        return add_unknown(stacks, "(lost frame)");

    struct ol_symbols_frames frames;
    int error = ol_symbols_resolve(stacks->symbols,
        stacks->module[place->module], place->address, &frames);
    if (error) return error;
    for (uint32_t i = 0; i < frames.count && !error; i++)
        error = add_frame(stacks, &frames.at[i]);
    return error;
}

int ol_callstacks_name(struct ol_callstacks *stacks,
    const struct ol_model *model, struct ol_stack_id stack,
    struct ol_site_stack *out)
{
    int error = add_modules(stacks, model);
    stacks->count = 0;
    while (stack.index >= OL_ROOT_COUNT && !error) {
        const struct ol_stack_node *node = ol_model_stack(model, stack);
        error = add_place(stacks, &node->frame);
        stack = node->parent;
    }
    if (!error && stacks->count == 0) error = add_unknown(stacks, "(no stack)");
    if (error) return error;

    *out = (struct ol_site_stack){.at = stacks->frame, .count = stacks->count};
    return 0;
}

int ol_callstacks_classify(void *context, const struct ol_model *model,
    struct ol_stack_id stack, const char **out_kind)
{
    struct ol_callstacks *stacks = context;
    struct ol_site_stack named;
    *out_kind = NULL;
    if (!ol_rulebook_has_kinds(stacks->book)) return 0;

    const int error = ol_callstacks_name(stacks, model, stack, &named);
    if (error) return error;
    *out_kind = ol_rulebook_kind(stacks->book, named.at, named.count);
    return 0;
}
