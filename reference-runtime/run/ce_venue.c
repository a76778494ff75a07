/* ce_venue.c - what somebody waits for: a deferred or a fiber.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/run/ce_venue.h"

#include "reference-runtime/cats-effect/ce_deferred.h"
#include "reference-runtime/cats-effect/ce_fiber.h"

/* ---- A deferred ---- */

static struct rt_object *create_deferred(const char *variant)
{
    struct rt_ce_deferred *const deferred =
        rt_ce_deferred_create(rt_ce_variant_find(variant));
    return deferred ? rt_ce_deferred_object(deferred) : NULL;
}

static int wait_for_deferred(struct rt_object *object,
    struct rt_ce_callback *callback, struct rt_ce_wait *wait_out)
{
    return rt_ce_deferred_get((void *)object, callback, wait_out);
}

static bool complete_deferred(struct rt_object *object, intptr_t value)
{
    return rt_ce_deferred_complete((void *)object, value, NULL);
}

static struct rt_ce_event_counts count_deferred(struct rt_object *object)
{
    return rt_ce_deferred_counts((void *)object);
}

static enum rt_ce_pack pack_of_version(const char *variant)
{
    return rt_ce_variant_find(variant)->pack;
}

static bool version_is_map(const char *variant)
{
    return rt_ce_variant_find(variant)->is_map;
}

const struct rt_ce_venue rt_ce_venue_deferred = {
    .create = create_deferred,
    .wait = wait_for_deferred,
    .complete = complete_deferred,
    .counts = count_deferred,
    .pack = pack_of_version,
    .is_map = version_is_map,
};

/* ---- A fiber ---- */

static struct rt_object *create_fiber(const char *variant)
{
    struct rt_ce_fiber *const fiber = rt_ce_fiber_create(
        rt_ce_variant_find("ce-3.5.4"), rt_ce_join_variant_find(variant));
    return fiber ? rt_ce_fiber_object(fiber) : NULL;
}

static int wait_for_fiber(struct rt_object *object,
    struct rt_ce_callback *callback, struct rt_ce_wait *wait_out)
{
    return rt_ce_fiber_join((void *)object, callback, wait_out);
}

static bool complete_fiber(struct rt_object *object, intptr_t value)
{
    return rt_ce_fiber_done((void *)object, value, NULL);
}

static struct rt_ce_event_counts count_fiber(struct rt_object *object)
{
    return rt_ce_fiber_counts((void *)object);
}

static enum rt_ce_pack pack_of_join(const char *variant)
{
    return rt_ce_join_variant_find(variant)->packs ? RT_CE_PACK_LOCK
                                                   : RT_CE_PACK_NONE;
}

static bool join_is_map(const char *variant)
{
    (void)variant;
    return false;
}

const struct rt_ce_venue rt_ce_venue_fiber = {
    .create = create_fiber,
    .wait = wait_for_fiber,
    .complete = complete_fiber,
    .counts = count_fiber,
    .pack = pack_of_join,
    .is_map = join_is_map,
};
