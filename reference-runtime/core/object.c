/* object.c - reference counts and the census.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/core/object.h"

#include <stdlib.h>

/* Atomics without order: they are read at quiet points only. */
struct counts {
    atomic_long live;
    atomic_long peak;
    atomic_long total;
    atomic_long live_bytes;
};

static struct counts census[RT_KIND_COUNT];

static const char *const kind_names[] = {
#define NAME(kind, name) [RT_##kind] = (name),
    RT_OBJECT_KINDS(NAME)
#undef NAME
};

static void count_birth(enum rt_object_kind kind, size_t bytes)
{
    struct counts *const counts = &census[kind];
    atomic_fetch_add_explicit(&counts->total, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(
        &counts->live_bytes, (long)bytes, memory_order_relaxed);

    const long live =
        atomic_fetch_add_explicit(&counts->live, 1, memory_order_relaxed) + 1;
    long peak = atomic_load_explicit(&counts->peak, memory_order_relaxed);
    while (live > peak) {
        if (atomic_compare_exchange_weak_explicit(&counts->peak, &peak, live,
                memory_order_relaxed, memory_order_relaxed))
            break;
    }
}

static void count_death(enum rt_object_kind kind, size_t bytes)
{
    struct counts *const counts = &census[kind];
    atomic_fetch_sub_explicit(&counts->live, 1, memory_order_relaxed);
    atomic_fetch_sub_explicit(
        &counts->live_bytes, (long)bytes, memory_order_relaxed);
}

/* Names the fields of a kind, once. Relaxed: it is no harm if outlive hears
 * of some a little later than of the first object. */
static void describe(const struct rt_object_type *type)
{
    static atomic_bool described[RT_KIND_COUNT];
    if (atomic_load_explicit(&described[type->kind], memory_order_relaxed) ||
        atomic_exchange_explicit(
            &described[type->kind], true, memory_order_relaxed))
        return;

    const char *const kind = kind_names[type->kind];
    ol_layout(
        kind, "strong", offsetof(struct rt_object, strong), OL_FIELD_REFCOUNT);
    for (const struct rt_object_field *field = type->fields;
         field && field->name; field++)
        ol_layout(kind, field->name, field->offset, field->flags);
}

void *rt_object_create(const struct rt_object_type *type, size_t bytes)
{
    struct rt_object *const object = calloc(1, bytes);
    if (!object) return NULL;

    object->type = type;
    object->bytes = bytes;
    atomic_init(&object->strong, 1);
    atomic_init(&object->weak, 1);
    describe(type);
    count_birth(type->kind, bytes);
    ol_born(object, kind_names[type->kind]);
    return object;
}

void *rt_object_ref(struct rt_object *object)
{
    /* Relaxed: whoever takes a reference holds one already. */
    atomic_fetch_add_explicit(&object->strong, 1, memory_order_relaxed);
    ol_ref(object);
    return object;
}

bool rt_object_unref_last(struct rt_object *object)
{
    ol_unref(object);
    /* The release of each unref pairs with the acquire of the last one:
     * what every holder wrote is seen by the drop. */
    return atomic_fetch_sub_explicit(
               &object->strong, 1, memory_order_acq_rel) == 1;
}

void rt_object_unref(struct rt_object *object)
{
    if (!object || !rt_object_unref_last(object)) return;
    if (object->type->drop) object->type->drop(object);
    rt_object_unref_weak(object);
}

void *rt_object_ref_weak(struct rt_object *object)
{
    atomic_fetch_add_explicit(&object->weak, 1, memory_order_relaxed);
    return object;
}

void rt_object_unref_weak(struct rt_object *object)
{
    if (!object) return;
    /* Pairs as in unref: the last one frees what all others have read. */
    if (atomic_fetch_sub_explicit(&object->weak, 1, memory_order_acq_rel) > 1)
        return;
    count_death(object->type->kind, object->bytes);
    free(object);
}

void *rt_object_upgrade(struct rt_object *object)
{
    size_t strong = atomic_load_explicit(&object->strong, memory_order_relaxed);
    while (strong > 0) {
        /* Acquire: sees what the holders of the strong references released. */
        if (atomic_compare_exchange_weak_explicit(&object->strong, &strong,
                strong + 1, memory_order_acquire, memory_order_relaxed)) {
            ol_ref(object);
            return object;
        }
    }
    return NULL;
}

void rt_object_end(const struct rt_object *object, const char *how)
{
    ol_ended(object, how);
}

void rt_object_each_edge(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    if (object->type->each_edge) object->type->each_edge(object, visit, env);
}

struct rt_object_census rt_object_census(enum rt_object_kind kind)
{
    struct counts *const counts = &census[kind];
    return (struct rt_object_census){
        .live = atomic_load_explicit(&counts->live, memory_order_relaxed),
        .peak = atomic_load_explicit(&counts->peak, memory_order_relaxed),
        .total = atomic_load_explicit(&counts->total, memory_order_relaxed),
        .live_bytes =
            atomic_load_explicit(&counts->live_bytes, memory_order_relaxed),
    };
}

long rt_object_live(enum rt_object_kind kind)
{
    return rt_object_census(kind).live;
}

long rt_object_live_all(void)
{
    long sum = 0;
    for (unsigned kind = 0; kind < RT_KIND_COUNT; kind++)
        sum += rt_object_live(kind);
    return sum;
}

const char *rt_object_kind_name(enum rt_object_kind kind)
{
    return kind_names[kind];
}
