/* ce_venue.h - what somebody waits for: a deferred or a fiber.
 *
 * Shape:     the few things that both can do, under one name each.
 * Ownership: create gives the caller the one reference.
 * Threads:   as the deferred and the fiber have it.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_RUNTIME_CE_VENUE_H
#define OL_RUNTIME_CE_VENUE_H

#include "reference-runtime/cats-effect/ce_event.h"

struct rt_ce_venue {
    /* Makes one of the variant of that name. Returns NULL if there is no
     * memory. */
    struct rt_object *(*create)(const char *variant);
    /* Waits, as rt_ce_event_wait. */
    int (*wait)(struct rt_object *object, struct rt_ce_callback *callback,
        struct rt_ce_wait *wait_out);
    /* Completes it with that value. Returns whether this was the first. */
    bool (*complete)(struct rt_object *object, intptr_t value);
    struct rt_ce_event_counts (*counts)(struct rt_object *object);
    /* How cancelled waits are taken out in that variant. */
    enum rt_ce_pack (*pack)(const char *variant);
    /* Whether the variant leaves none behind in the first place. */
    bool (*is_map)(const char *variant);
};

/* Variants are those of rt_ce_variant_find. */
extern const struct rt_ce_venue rt_ce_venue_deferred;

/* Variants are those of rt_ce_join_variant_find. */
extern const struct rt_ce_venue rt_ce_venue_fiber;

#endif
