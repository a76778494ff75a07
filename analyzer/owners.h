/* owners.h - of the adopted blocks alive now, how many have an owner that
 * is alive too.
 *
 * Ownership: borrows the process.
 * Threads:   one at a time.
 * Errors:    -ENOMEM.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_OWNERS_H
#define OL_ANALYZER_OWNERS_H

#include "analyzer/store.h"
#include "base/attributes.h"

/* Fills in owner_live, owner_live_bytes and owners of every group. To be
 * called once, where the last iteration ends, before groups are sorted. */
OL_MUST_USE int ol_owners_count(struct ol_store_process *process);

#endif
