/* ce_pack.h - taking cleared nodes out of a stack, in three ways.
 *
 * Shape:     a walk from the head. A cleared node is unlinked from the one
 *            before it, a live one is passed, as long as the bound lasts.
 *            none:  nothing.
 *            cas:   whoever comes unlinks by compare and swap. When another
 *                   has taken out the node before, the swap still succeeds,
 *                   in a list that nobody reads: both count the node (#3940).
 *            lock:  one at a time; behind the head it stores plainly.
 * Threads:   any number at once.
 * Source:    CallbackStack.scala, 3.4.7 and 3.5.3.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_PACK_H
#define OL_RUNTIME_CE_PACK_H

#include "reference-runtime/cats-effect/ce_node.h"

/* Packs as the stack's version does; see rt_ce_stack_pack. */
long rt_ce_pack(struct rt_ce_stack *stack, int32_t bound);

#endif
