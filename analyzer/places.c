/* places.c - one frame after the other, through the symbols.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/places.h"

#include <errno.h>
#include <stdlib.h>

#include "analyzer/room.h"

struct ol_places {
    struct ol_symbols *symbols; /* owner */
    uint32_t *number;           /* owner; of the model's module, in these */
    size_t number_count, number_room;
    struct ol_symbols_frame *frame; /* owner; the latest stack */
    size_t frame_count, frame_room;
};

int ol_places_create(
    const struct ol_symbols_options *options, struct ol_places **out)
{
    struct ol_places *places = calloc(1, sizeof *places);
    if (!places) return -ENOMEM;
    const int error = ol_symbols_create(options, &places->symbols);
    if (error) goto fail_symbols;
    *out = places;
    return 0;
fail_symbols:
    free(places);
    return error;
}

void ol_places_destroy(struct ol_places *places)
{
    if (!places) return;
    free(places->frame);
    free(places->number);
    ol_symbols_destroy(places->symbols);
    free(places);
}

/* Makes the model's next module known. */
static int add_module(struct ol_places *places, const struct ol_model *model)
{
    uint32_t *grown = ol_room_make(places->number, &places->number_room,
        places->number_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    places->number = grown;
    const struct ol_module *module =
        ol_model_module(model, (uint32_t)places->number_count);
    const struct ol_symbols_module named = {
        .path = module->path,
        .build_id = module->build_id,
        .build_id_bytes = module->build_id_bytes,
        .vdso = (module->flags & OL_MODULE_VDSO) != 0,
    };
    const int error =
        ol_symbols_add(places->symbols, &named, &grown[places->number_count]);
    if (!error) places->number_count++;
    return error;
}

static int add_frame(
    struct ol_places *places, const struct ol_symbols_frame *frame)
{
    struct ol_symbols_frame *grown = ol_room_make(
        places->frame, &places->frame_room, places->frame_count, sizeof *grown);
    if (!grown) return -ENOMEM;
    places->frame = grown;
    grown[places->frame_count++] = *frame;
    return 0;
}

int ol_places_frame(struct ol_places *places, const struct ol_model *model,
    const struct ol_frame *frame, struct ol_symbols_frames *out)
{
    static const struct ol_symbols_frame unknown = {
        .function = "(unknown module)", .module = ""};
    if (frame->module == OL_MODULE_UNKNOWN) {
        *out = (struct ol_symbols_frames){.at = &unknown, .count = 1};
        return 0;
    }
    int error = 0;
    while (!error && places->number_count <= frame->module)
        error = add_module(places, model);
    if (error) return error;
    return ol_symbols_resolve(
        places->symbols, places->number[frame->module], frame->address, out);
}

/* Adds the frames of one place. */
static int add_place(struct ol_places *places, const struct ol_model *model,
    const struct ol_frame *place)
{
    struct ol_symbols_frames frames;
    int error = ol_places_frame(places, model, place, &frames);
    if (error) return error;
    for (uint32_t i = 0; !error && i < frames.count; i++)
        error = add_frame(places, &frames.at[i]);
    return error;
}

int ol_places_stack(struct ol_places *places, const struct ol_model *model,
    struct ol_stack_id stack, struct ol_site_stack *out)
{
    static const struct ol_symbols_frame none = {
        .function = "(no stack)", .module = ""};
    int error = 0;
    places->frame_count = 0;
    while (!error && stack.index >= OL_ROOT_COUNT) {
        const struct ol_stack_node *node = ol_model_stack(model, stack);
        error = add_place(places, model, &node->frame);
        stack = node->parent;
    }
    if (!error && places->frame_count == 0) error = add_frame(places, &none);
    if (error) return error;
    *out = (struct ol_site_stack){places->frame, places->frame_count};
    return 0;
}

int ol_places_classify(void *context, const struct ol_model *model,
    struct ol_stack_id stack, const char **out_kind)
{
    const struct ol_places_rules *rules = context;
    struct ol_site_stack named;
    *out_kind = NULL;
    if (!ol_rulebook_has_kinds(rules->book)) return 0;

    const int error = ol_places_stack(rules->places, model, stack, &named);
    if (error) return error;
    *out_kind = ol_rulebook_kind(rules->book, named.at, named.count);
    return 0;
}

const struct ol_symbols *ol_places_symbols(const struct ol_places *places)
{
    return places->symbols;
}
