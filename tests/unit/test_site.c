/* test_site.c - the line that is shown of a stack, and its fingerprint.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/site.h"

#include "analyzer/plain.h"
#include "tests/support/check.h"

static struct ol_symbols_frame frame(
    const char *function, const char *module, const char *file, uint32_t line)
{
    return (struct ol_symbols_frame){
        .function = function,
        .module = module,
        .file = file,
        .line = line,
        .named = strstr(function, "+0x") == NULL,
    };
}

static struct ol_rulebook *make_book(void)
{
    struct ol_rulebook *book = NULL;
    OL_CHECK_EQ(ol_rulebook_create(&book), 0);
    return book;
}

static void check_site(
    const struct ol_symbols_frame *frames, size_t count, const char *expected)
{
    struct ol_rulebook *book = make_book();
    char text[OL_SITE_TEXT_BYTES];
    const struct ol_site_stack stack = {.at = frames, .count = count};
    ol_site_text(book, &stack, text, sizeof text);
    ol_rulebook_destroy(book);
    OL_CHECK_TEXT(text, expected);
}

OL_CASE(wrappers_are_passed_over_and_the_caller_is_shown)
{
    const struct ol_symbols_frame frames[] = {
        frame("operator new", "/usr/lib/libstdc++.so.6", NULL, 0),
        frame("std::vector<int>::grow", "/app", "/usr/include/v.h", 9),
        frame("ev_once", "/app", "/src/loop.c", 214),
        frame("std::sort<int*>", "/app", "/usr/include/a.h", 7),
        frame("dial", "/app", "/src/dial.c", 88),
        frame("main", "/app", "/src/main.c", 3),
    };
    check_site(frames, 6, "ev_once loop.c:214 ◂ dial dial.c:88");
    check_site(frames + 5, 1, "main main.c:3");
    check_site(frames, 2, "operator new (libstdc++.so.6)");

    const struct ol_symbols_frame inside[] = {
        frame("strdup", "/usr/lib/libc.so.6", NULL, 0),
        frame("setlocale", "/usr/lib/libc.so.6", NULL, 0),
        frame("__libc_start_main", "/usr/lib/libc.so.6", NULL, 0),
    };
    check_site(inside, 3, "setlocale (libc.so.6)");
}

OL_CASE(the_main_of_rust_is_that_of_the_program)
{
    const struct ol_symbols_frame frames[] = {
        frame("app::main", "/app", "/src/main.rs", 4),
        frame("core::ops::function::FnOnce::call_once", "/app", NULL, 0),
        frame("std::rt::lang_start_internal", "/app", NULL, 0),
        frame("main", "/app", NULL, 0),
    };
    check_site(frames, 4, "app::main main.rs:4");
    check_site(frames + 2, 2, "std::rt::lang_start_internal (app)");
    check_site(frames + 3, 1, "main (app)");
}

OL_CASE(recursion_is_not_its_own_caller)
{
    const struct ol_symbols_frame frames[] = {
        frame("visit", "/app", "/src/tree.c", 5),
        frame("visit", "/app", "/src/tree.c", 8),
        frame("walk", "/app", "/src/tree.c", 20),
    };
    check_site(frames, 3, "visit tree.c:5 ◂ walk tree.c:20");
}

OL_CASE(a_stripped_library_is_shown_by_the_function_called_in_it)
{
    const struct ol_symbols_frame frames[] = {
        frame("libdb.so.1+0x12", "/usr/lib/libdb.so.1", NULL, 0),
        frame("db_open", "/usr/lib/libdb.so.1", NULL, 0),
        frame("main", "/app", "/src/main.c", 3),
    };
    check_site(frames, 3, "db_open (libdb.so.1) ◂ main main.c:3");

    const struct ol_symbols_frame inner[] = {
        frame("page_new", "/usr/lib/libdb.so.1", NULL, 0),
        frame("db_open", "/usr/lib/libdb.so.1", NULL, 0),
    };
    check_site(inner, 2, "page_new ◂ db_open (libdb.so.1)");

    const struct ol_symbols_frame plugin[] = {
        frame("plugin.so+0x12", "/plugin.so", NULL, 0),
        frame("plugin.so+0x99", "/plugin.so", NULL, 0),
        frame("main", "/app", "/src/main.c", 3),
    };
    check_site(plugin, 3, "plugin.so+0x12 ◂ main main.c:3");
}

OL_CASE(a_stripped_program_is_shown_by_its_places)
{
    const struct ol_symbols_frame frames[] = {
        frame("app+0x12", "/app", NULL, 0),
        frame("app+0x99", "/app", NULL, 0),
        frame("app+0x77", "/app", NULL, 0),
        frame("__libc_start_main", "/usr/lib/libc.so.6", NULL, 0),
    };
    check_site(frames, 4, "app+0x12 ◂ app+0x99");
}

static void print(const char *report, const char *kind,
    const struct ol_symbols_frame *frames, size_t count,
    char out[OL_SITE_FINGERPRINT_BYTES])
{
    struct ol_rulebook *book = make_book();
    const struct ol_site_stack stack = {.at = frames, .count = count};
    ol_site_fingerprint(book, report, kind, &stack, out);
    ol_rulebook_destroy(book);
}

OL_CASE(the_fingerprint_is_sha256_of_kind_and_functions)
{
    const struct ol_symbols_frame frames[] = {
        frame("malloc", "/usr/lib/libc.so.6", NULL, 0),
        frame("ev_once", "/app", "/src/loop.c", 214),
        frame("dial", "/app", "/src/dial.c", 88),
        frame("dial", "/app", "/src/dial.c", 99),
        frame("main", "/app", "/src/main.c", 3),
    };
    char got[OL_SITE_FINGERPRINT_BYTES];
    print("growth", "callback", frames, 5, got);
    // printf 'v1|growth|callback|ev_once|dial|main' | sha256sum | cut -c1-16
    OL_CHECK_TEXT(got, "a8578874546f0ed3");
}

OL_CASE(the_fingerprint_stays_when_only_the_build_changes)
{
    const struct ol_symbols_frame before[] = {
        frame("ns::get<int>", "/old/app", "/src/loop.c", 214),
        frame("main::{lambda(int)#1}::operator()", "/old/app", "/a.c", 1),
        frame("libdb.so.1.2+0x12", "/usr/lib/libdb.so.1.2", NULL, 0),
        frame("libdb.so.1.2+0x40", "/usr/lib/libdb.so.1.2", NULL, 0),
    };
    const struct ol_symbols_frame after[] = {
        frame("ns::get<long, ns::Tag>", "/new/app", "/src/loop.c", 220),
        frame("main::<lambda(int)>::operator()", "/new/app", "/b.c", 2),
        frame("libdb.so.2+0x777", "/opt/libdb.so.2", NULL, 0),
    };
    char old[OL_SITE_FINGERPRINT_BYTES];
    char new[OL_SITE_FINGERPRINT_BYTES];
    print("growth", "x", before, 4, old);
    print("growth", "x", after, 3, new);
    OL_CHECK_TEXT(new, old);

    print("growth", "y", after, 3, new);
    OL_CHECK(strcmp(new, old) != 0);
    print("growth", "x", after, 1, new);
    OL_CHECK(strcmp(new, old) != 0);
}

OL_CASE(without_any_name_the_places_count)
{
    const struct ol_symbols_frame frames[] = {
        frame("app+0x12", "/app", NULL, 0),
        frame("app+0x99", "/app", NULL, 0),
    };
    const struct ol_symbols_frame others[] = {
        frame("app+0x20", "/app", NULL, 0),
        frame("app+0x99", "/app", NULL, 0),
    };
    char one[OL_SITE_FINGERPRINT_BYTES];
    char other[OL_SITE_FINGERPRINT_BYTES];
    print("growth", "x", frames, 2, one);
    print("growth", "x", others, 2, other);
    OL_CHECK(strcmp(one, other) != 0);

    const struct ol_symbols_frame wrappers[] = {
        frame("malloc", "/app", NULL, 0), frame("strdup", "/app", NULL, 0)};
    print("growth", "x", wrappers, 2, one);
    print("growth", "x", wrappers + 1, 1, other);
    OL_CHECK(strcmp(one, other) != 0);
}

static void check_plain(const char *name, const char *expected)
{
    char got[256];
    ol_plain_normalise(name, got, sizeof got);
    OL_CHECK_TEXT(got, expected);
}

OL_CASE(normalised_names_have_no_arguments_and_no_numbers)
{
    check_plain("main", "main");
    check_plain("std::map<int, std::vector<int> >::at", "std::map::at");
    check_plain("ns::operator<<", "ns::operator<<");
    check_plain("ns::operator< <int>", "ns::operator< ");
    check_plain("Foo::operator->", "Foo::operator->");
    check_plain("Foo::operator()", "Foo::operator()");
    check_plain("name[abi:cxx11]", "name");
    check_plain("main::{lambda(int)#1}::operator()", "main::{}::operator()");
    check_plain("main::<lambda(int)>::operator()", "main::{}::operator()");
    check_plain("main::$_0::operator()", "main::{}::operator()");
    check_plain("app::run::{{closure}}", "app::run::{}");
    check_plain("app::run::{closure#3}", "app::run::{}");
    check_plain("app::get::<u32>", "app::get");
    check_plain("app::get::<u32>::{closure#0}", "app::get::{}");
    check_plain("<app::Foo<T> as core::Clone>::clone",
        "<app::Foo as core::Clone>::clone");
    check_plain("<app::Vec<u8>>::push", "<app::Vec>::push");
    check_plain("apply<fn(u8) -> Vec<u8>>::go", "apply::go");
    check_plain("(anonymous namespace)::f(int) const::g",
        "(anonymous namespace)::f::g");
    check_plain("open<never", "open");
    check_plain("(x)<y>", "");
    check_plain("{", "{}");
    check_plain("", "");
}

OL_CASE(short_names_stay_and_long_ones_lose_their_arguments_first)
{
    char got[24];
    ol_plain_shorten("std::map<int>::at", got, sizeof got);
    OL_CHECK_TEXT(got, "std::map<int>::at");
    ol_plain_shorten("std::map<int, std::less<int> >::at", got, sizeof got);
    OL_CHECK_TEXT(got, "std::map<…>::at");
    ol_plain_shorten("a_name_that_is_longer_than_that", got, sizeof got);
    OL_CHECK_TEXT(got, "a_name_that_is_longe…");
}

OL_CASE(text_is_cut_between_characters)
{
    struct ol_rulebook *book = make_book();
    const struct ol_symbols_frame frames[] = {
        frame("f", "/app", "/a.c", 1), frame("g", "/app", "/a.c", 2)};
    const struct ol_site_stack stack = {.at = frames, .count = 2};
    char text[16];
    for (size_t size = 1; size <= sizeof text; size++) {
        ol_site_text(book, &stack, text, size);
        const char *whole = "f a.c:1 ◂ g a.c:2";
        OL_CHECK(strlen(text) < size);
        OL_CHECK_EQ(strncmp(text, whole, strlen(text)), 0);
        OL_CHECK(((unsigned char)whole[strlen(text)] & 0xc0) != 0x80);
    }
    ol_rulebook_destroy(book);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(wrappers_are_passed_over_and_the_caller_is_shown)
OL_CASES_ENTRY(the_main_of_rust_is_that_of_the_program)
OL_CASES_ENTRY(recursion_is_not_its_own_caller)
OL_CASES_ENTRY(a_stripped_library_is_shown_by_the_function_called_in_it)
OL_CASES_ENTRY(a_stripped_program_is_shown_by_its_places)
OL_CASES_ENTRY(without_any_name_the_places_count)
OL_CASES_ENTRY(the_fingerprint_is_sha256_of_kind_and_functions)
OL_CASES_ENTRY(the_fingerprint_stays_when_only_the_build_changes)
OL_CASES_ENTRY(normalised_names_have_no_arguments_and_no_numbers)
OL_CASES_ENTRY(short_names_stay_and_long_ones_lose_their_arguments_first)
OL_CASES_ENTRY(text_is_cut_between_characters)
OL_CASES_END
