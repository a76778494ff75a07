/* places.h - the stacks of a model, in names: functions, files and lines.
 *
 * Shape:     a model's stack is a chain of places in modules; each becomes
 *            one frame, or several when calls were inlined there. A stack
 *            without any becomes one frame that says so.
 * Ownership: the places own the symbols, and so all texts they hand out. A
 *            stack's frames live until the next one is asked for.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_PLACES_H
#define OL_ANALYZER_PLACES_H

#include "analyzer/model.h"
#include "analyzer/rulebook.h"
#include "analyzer/site.h"
#include "analyzer/symbols.h"
#include "base/attributes.h"

struct ol_places;

/* `options` are those of the symbols, and may be NULL. */
OL_MUST_USE int ol_places_create(
    const struct ol_symbols_options *options, struct ol_places **out);

/* Accepts NULL. */
void ol_places_destroy(struct ol_places *places);

/* Names the frames of a stack, innermost first; at least one. The model may
 * still be in the making, but must be the same in every call. Returns 0. */
OL_MUST_USE int ol_places_stack(struct ol_places *places,
    const struct ol_model *model, struct ol_stack_id stack,
    struct ol_site_stack *out);

/* Names one frame: the inlined calls first, the function proper last. */
OL_MUST_USE int ol_places_frame(struct ol_places *places,
    const struct ol_model *model, const struct ol_frame *frame,
    struct ol_symbols_frames *out);

/* The context of ol_places_classify; both are borrowed. */
struct ol_places_rules {
    struct ol_places *places;
    const struct ol_rulebook *book;
};

/* The rules' kind of a stack, an ol_classify_fn. Without rules that name a
 * kind nothing is looked up. */
int ol_places_classify(void *rules, const struct ol_model *model,
    struct ol_stack_id stack, const char **out_kind);

/* What became of the modules' files. */
const struct ol_symbols *ol_places_symbols(const struct ol_places *places);

#endif
