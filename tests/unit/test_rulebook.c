/* test_rulebook.c - rules as text, and which of them a stack meets.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/rulebook.h"

#include <errno.h>

#include "tests/support/check.h"

#define FRAME(name, file)                                             \
    {                                                                 \
        .function = (name), .module = "/usr/lib/" file, .named = true \
    }

static struct ol_rulebook *read_book(const char *text)
{
    struct ol_rulebook *book = NULL;
    struct ol_rulebook_error error;
    OL_CHECK_EQ(ol_rulebook_create(&book), 0);
    OL_CHECK_EQ(ol_rulebook_parse(book, text, strlen(text), &error), 0);
    return book;
}

OL_CASE(a_new_book_names_no_kind_but_knows_common_wrappers)
{
    struct ol_rulebook *book = read_book("");
    const struct ol_symbols_frame wrappers[] = {
        FRAME("malloc", "app"),
        FRAME("operator new", "app"),
        FRAME("std::vector<int>::push_back", "app"),
        FRAME("<alloc::vec::Vec<T> as core::clone::Clone>::clone", "app"),
        FRAME("qsort", "libc.so.6"),
        FRAME("sqlite3DbMallocRawNN", "app"),
        FRAME("ztrymalloc_usable_internal", "app"),
    };
    for (size_t i = 0; i < sizeof wrappers / sizeof *wrappers; i++)
        OL_CHECK(ol_rulebook_skips(book, &wrappers[i]));
    const struct ol_symbols_frame own[] = {
        FRAME("main", "app"),
        FRAME("leak_malloc", "app"),
        FRAME("<app::Foo as core::clone::Clone>::clone", "app"),
        FRAME("standard::f", "app"),
    };
    for (size_t i = 0; i < sizeof own / sizeof *own; i++)
        OL_CHECK(!ol_rulebook_skips(book, &own[i]));
    OL_CHECK(!ol_rulebook_has_kinds(book));
    OL_CHECK(ol_rulebook_kind(book, own, 4) == NULL);
    ol_rulebook_destroy(book);
}

OL_CASE(the_innermost_frame_with_a_rule_gives_the_kind)
{
    struct ol_rulebook *book = read_book("task  app::task::*\n"
                                         "timer app::timer::*\n");
    const struct ol_symbols_frame frames[] = {
        FRAME("malloc", "libc.so.6"),
        FRAME("app::timer::arm", "app"),
        FRAME("app::task::run", "app"),
    };
    OL_CHECK(ol_rulebook_has_kinds(book));
    OL_CHECK_TEXT(ol_rulebook_kind(book, frames, 3), "timer");
    OL_CHECK_TEXT(ol_rulebook_kind(book, frames + 2, 1), "task");
    OL_CHECK(ol_rulebook_kind(book, frames, 1) == NULL);
    ol_rulebook_destroy(book);
}

OL_CASE(of_one_frame_the_first_rule_counts)
{
    struct ol_rulebook *book = read_book("special f*o\ngeneral *\n");
    const struct ol_symbols_frame frames[] = {
        FRAME("foo", "app"), FRAME("bar", "app")};
    OL_CHECK_TEXT(ol_rulebook_kind(book, &frames[0], 1), "special");
    OL_CHECK_TEXT(ol_rulebook_kind(book, &frames[1], 1), "general");
    ol_rulebook_destroy(book);
}

OL_CASE(a_line_takes_comments_quotes_modules_and_many_globs)
{
    struct ol_rulebook *book =
        read_book("# a comment\n\n  \t\r\n"
                  "lease\tget put   \"<app as Pool>::*\" # and a comment\r\n"
                  "skip libpool.so*!* \"operator!*\"\n"
                  "last no_newline");
    const struct ol_symbols_frame frames[] = {
        FRAME("put", "app"),
        FRAME("<app as Pool>::take", "app"),
        FRAME("anything", "libpool.so.2"),
        FRAME("operator!", "app"),
        FRAME("no_newline", "app"),
        FRAME("and", "app"),
    };
    OL_CHECK_TEXT(ol_rulebook_kind(book, &frames[0], 1), "lease");
    OL_CHECK_TEXT(ol_rulebook_kind(book, &frames[1], 1), "lease");
    OL_CHECK(ol_rulebook_skips(book, &frames[2]));
    OL_CHECK(ol_rulebook_skips(book, &frames[3]));
    OL_CHECK_TEXT(ol_rulebook_kind(book, &frames[4], 1), "last");
    OL_CHECK(ol_rulebook_kind(book, &frames[5], 1) == NULL);
    ol_rulebook_destroy(book);
}

static void check_refused(const char *text, size_t size, uint32_t line)
{
    struct ol_rulebook *book = read_book("kept here\n");
    struct ol_rulebook_error error = {0};
    OL_CHECK_EQ(ol_rulebook_parse(book, text, size, &error), -EINVAL);
    OL_CHECK_EQ(error.line, line);
    OL_CHECK(error.what != NULL);

    const struct ol_symbols_frame frames[] = {
        FRAME("here", "app"), FRAME("good", "app")};
    OL_CHECK_TEXT(ol_rulebook_kind(book, &frames[0], 1), "kept");
    OL_CHECK(ol_rulebook_kind(book, &frames[1], 1) == NULL);
    ol_rulebook_destroy(book);
}

OL_CASE(a_bad_line_is_named_and_changes_nothing)
{
    check_refused("task good\ntask\n", 15, 2);
    check_refused("task good\n\n\"open glob\n", 22, 3);
    check_refused("task good \"open\n", 16, 1);
    check_refused("task good\ntask \"\"\n", 18, 2);
    check_refused("task good\ntask mod!\n", 20, 2);
    check_refused("task good\ntask !fn\n", 19, 2);
    check_refused("task good\ntask a\0b\n", 19, 2);
}

OL_CASE(packs_are_found_by_their_names)
{
    static const char *const packs[] = {
        "tokio", "libuv", "boost.asio", "glib", "generic-c++"};
    for (size_t i = 0; i < sizeof packs / sizeof *packs; i++) {
        struct ol_rulebook *book = read_book("");
        struct ol_rulebook_error error = {0};
        OL_CHECK_EQ(ol_rulebook_load(book, packs[i], &error), 0);
        OL_CHECK(ol_rulebook_has_kinds(book));
        ol_rulebook_destroy(book);
    }
}

OL_CASE(a_file_that_is_not_there_is_an_error)
{
    struct ol_rulebook *book = read_book("");
    struct ol_rulebook_error error = {0};
    OL_CHECK_EQ(ol_rulebook_load(book, "/nonexistent", &error), -ENOENT);
    OL_CHECK_EQ(ol_rulebook_load(book, "nonexistent", &error), -ENOENT);
    OL_CHECK_EQ(ol_rulebook_load(book, "/tmp", &error), -EINVAL);
    OL_CHECK_EQ(error.line, 0);
    ol_rulebook_destroy(book);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(a_new_book_names_no_kind_but_knows_common_wrappers)
OL_CASES_ENTRY(the_innermost_frame_with_a_rule_gives_the_kind)
OL_CASES_ENTRY(of_one_frame_the_first_rule_counts)
OL_CASES_ENTRY(a_line_takes_comments_quotes_modules_and_many_globs)
OL_CASES_ENTRY(a_bad_line_is_named_and_changes_nothing)
OL_CASES_ENTRY(packs_are_found_by_their_names)
OL_CASES_ENTRY(a_file_that_is_not_there_is_an_error)
OL_CASES_END
