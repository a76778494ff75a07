/* lifetimes.h - births, deaths and new labels of blocks, counted.
 *
 * Shape:     a block is counted in its process, kind and group at once; in
 *            its group's cohorts when its iteration ends or it dies, so that
 *            a kind given within the iteration of its birth is the one that
 *            it was born with.
 * Ownership: borrows the absorb state.
 * Threads:   one at a time.
 * Errors:    -ENOMEM, and what a classifier returns.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_LIFETIMES_H
#define OL_ANALYZER_LIFETIMES_H

#include <stdint.h>

#include "analyzer/absorb.h"
#include "base/attributes.h"

/* Begins the life of a block whose bytes, site and label are set. */
OL_MUST_USE int ol_lifetimes_begin(struct ol_absorb *absorb, uint32_t block);

/* Ends it and removes the block. */
OL_MUST_USE int ol_lifetimes_end(struct ol_absorb *absorb, uint32_t block);

/* Counts it in the group that its kind and owner now ask for. */
OL_MUST_USE int ol_lifetimes_relabel(struct ol_absorb *absorb, uint32_t block);

/* The current iteration has ended: its young blocks are grown up. */
OL_MUST_USE int ol_lifetimes_grow_up(struct ol_absorb *absorb);

#endif
