/* callstack.h - the stacks of a model, with names.
 *
 * Shape:     a stack's frames, innermost first, with the inlined calls in
 *            between, as symbols.h gives them and site.h takes them.
 * Ownership: the caller's storage; symbols and rules are borrowed. A stack
 *            that was handed out lasts until the next call.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_CALLSTACK_H
#define OL_ANALYZER_CALLSTACK_H

#include <stddef.h>
#include <stdint.h>

#include "analyzer/model.h"
#include "analyzer/rulebook.h"
#include "analyzer/site.h"
#include "analyzer/symbols.h"
#include "base/attributes.h"

struct ol_callstacks {
    struct ol_symbols *symbols;     /* borrowed */
    const struct ol_rulebook *book; /* borrowed */
    uint32_t *module;               /* owner: the model's to symbols' */
    size_t module_count, module_room;
    struct ol_symbols_frame *frame; /* owner: the last stack */
    size_t count, room;
};

void ol_callstacks_init(struct ol_callstacks *stacks,
    struct ol_symbols *symbols, const struct ol_rulebook *book);
void ol_callstacks_deinit(struct ol_callstacks *stacks);

/* Names the frames of a stack. One that is only a root has one frame, which
 * says so. Returns 0. */
OL_MUST_USE int ol_callstacks_name(struct ol_callstacks *stacks,
    const struct ol_model *model, struct ol_stack_id stack,
    struct ol_site_stack *out);

/* The rules' kind of a stack: an ol_classify_fn whose context is a struct
 * ol_callstacks. */
int ol_callstacks_classify(void *stacks, const struct ol_model *model,
    struct ol_stack_id stack, const char **out_kind);

#endif
