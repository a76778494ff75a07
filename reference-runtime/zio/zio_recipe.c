/* zio_recipe.c - how the pools of a keyed pool make their items.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "reference-runtime/zio/zio_recipe.h"

#include <errno.h>

struct recipe {
    struct rt_object object;
    struct rt_zio_book *book; /* owner */
    uint64_t key;
};

/* ---- The book ---- */

static void drop_book(struct rt_object *object)
{
    struct rt_zio_book *const book = (struct rt_zio_book *)object;
    if (book->creator.drop) book->creator.drop(book->creator.env);
    rt_scope_unref(book->owner);
}

static void each_edge_of_book(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct rt_zio_book *const book = (const struct rt_zio_book *)object;
    visit(object, "owner", rt_scope_object(book->owner), true, env);
}

static const struct rt_object_field book_fields[] = {
    RT_OBJECT_FIELD(struct rt_zio_book, creator.env, OL_FIELD_STRONG),
    RT_OBJECT_FIELD(struct rt_zio_book, owner, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type book_type = {
    .kind = RT_BOOK,
    .fields = book_fields,
    .drop = drop_book,
    .each_edge = each_edge_of_book,
};

struct rt_zio_book *rt_zio_book_create(const struct rt_zio_variant *variant,
    struct rt_scheduler *scheduler, struct rt_zio_keyed_creator creator,
    struct rt_scope *owner)
{
    struct rt_zio_book *const book = rt_object_create(&book_type, sizeof *book);
    if (!book) return NULL;

    book->variant = variant;
    book->scheduler = scheduler;
    book->creator = creator;
    book->owner = rt_scope_ref(owner);
    return book;
}

void rt_zio_book_unref(struct rt_zio_book *book)
{
    if (book) rt_object_unref(&book->object);
}

/* ---- Recipes ---- */

static void drop_recipe(struct rt_object *object)
{
    rt_zio_book_unref(((struct recipe *)object)->book);
}

static void each_edge_of_recipe(
    const struct rt_object *object, rt_object_edge_fn visit, void *env)
{
    const struct recipe *const recipe = (const struct recipe *)object;
    visit(object, "book", &recipe->book->object, true, env);
}

static const struct rt_object_field recipe_fields[] = {
    RT_OBJECT_FIELD(struct recipe, book, OL_FIELD_STRONG),
    {NULL, 0, 0},
};

static const struct rt_object_type recipe_type = {
    .kind = RT_RECIPE,
    .fields = recipe_fields,
    .drop = drop_recipe,
    .each_edge = each_edge_of_recipe,
};

/* The creator used to find the owner's scope in its environment, and what it
 * acquired stayed until that was closed: zio/zio#9329. */
static struct rt_future *create_item(void *env, struct rt_scope *scope)
{
    const struct recipe *const recipe = env;
    const struct rt_zio_book *const book = recipe->book;
    struct rt_scope *const home =
        book->variant->scopes_keyed_items ? scope : book->owner;
    return book->creator.create(book->creator.env, recipe->key, home);
}

static void unref_recipe(void *env)
{
    struct recipe *const recipe = env;
    rt_object_unref(&recipe->object);
}

static uint64_t ttl_of(const struct rt_zio_keyed_creator *creator, uint64_t key)
{
    return creator->ttl_ns ? creator->ttl_ns(creator->env, key) : 0;
}

int rt_zio_book_make_pool(
    struct rt_zio_book *book, uint64_t key, struct rt_zio_pool **out)
{
    const struct rt_zio_keyed_creator *const creator = &book->creator;
    const struct rt_zio_range range = creator->range(creator->env, key);
    struct recipe *const recipe =
        rt_object_create(&recipe_type, sizeof *recipe);
    if (!recipe) return -ENOMEM;
    recipe->book = rt_object_ref(&book->object);
    recipe->key = key;

    const struct rt_zio_pool_options options = {
        .variant = book->variant,
        .scheduler = book->scheduler,
        .creator = {create_item, unref_recipe, recipe},
        .min = range.min,
        .max = range.max,
        .ttl_ns = ttl_of(creator, key),
    };
    const int err = rt_zio_pool_create(&options, out);
    if (err) unref_recipe(recipe);
    return err;
}
