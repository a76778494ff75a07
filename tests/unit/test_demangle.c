/* test_demangle.c - linker names of three schemes, as people write them.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/demangle.h"

#include <stdlib.h>

#include "tests/support/check.h"

static void check(const char *name, const char *expected)
{
    char *got = ol_demangle(name);
    OL_CHECK_TEXT(got, expected);
    free(got);
}

OL_CASE(c_names_stay)
{
    check("main", "main");
    check("_start", "_start");
    check("", "");
    check(".plt", ".plt");
}

OL_CASE(cxx_names_lose_their_parameters_and_keep_template_arguments)
{
    check("_ZNSt6vectorIiSaIiEE9push_backERKi",
        "std::vector<int, std::allocator<int> >::push_back");
    check("_Znwm", "operator new");
    check("_ZN2ns12_GLOBAL__N_16Hidden2goEi",
        "ns::(anonymous namespace)::Hidden::go");
    check("_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()");
}

OL_CASE(rust_names_of_both_schemes_lose_their_hash)
{
    check("_ZN5tokio7runtime4task3raw4poll17h0123456789abcdefE",
        "tokio::runtime::task::raw::poll");
    check("_ZN47_$LT$app..Foo$u20$as$u20$core..clone..Clone$GT$5clone17h0123"
          "456789abcdefE",
        "<app::Foo as core::clone::Clone>::clone");
    check("_RNvNtCs4fqI2P2rA04_4core3fmt5write", "core::fmt::write");
    check("_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>");
}

OL_CASE(suffixes_of_clones_and_versions_go)
{
    check("grow.constprop.0", "grow");
    check("grow.isra.0.cold", "grow");
    check("grow.part.12.lto_priv.3", "grow");
    check("memcpy@@GLIBC_2.14", "memcpy");
    check("_ZL4growv.constprop.0.cold", "grow");
    check("_ZN3app4grow17h0123456789abcdefE.llvm.1234567890", "app::grow");
}

OL_CASE(words_that_are_no_suffix_stay)
{
    check("file.open", "file.open");
    check("a.cold.b", "a.cold.b");
}

OL_CASE(a_name_that_unfolds_without_end_is_cut)
{
    /* Each level doubles what it refers to. */
    const char *name = "_Z1fSt4pairIS_IS_IS_IS_IS_IS_IS_IiiES1_ES2_ES3_ES4_"
                       "ES5_ES6_ES7_E";
    char *got = ol_demangle(name);
    OL_CHECK(got != NULL);
    OL_CHECK(strlen(got) <= 4096);
    free(got);

    char *huge = malloc(200001);
    OL_CHECK(huge != NULL);
    memset(huge, 'a', 200000);
    memcpy(huge, "_Z", 2);
    huge[200000] = '\0';
    got = ol_demangle(huge);
    free(huge);
    OL_CHECK(got != NULL);
    OL_CHECK_EQ(strlen(got) <= 4096, 1);
    OL_CHECK_TEXT(got + strlen(got) - strlen("…"), "…");
    free(got);
}

OL_CASES_BEGIN
OL_CASES_ENTRY(c_names_stay)
OL_CASES_ENTRY(cxx_names_lose_their_parameters_and_keep_template_arguments)
OL_CASES_ENTRY(rust_names_of_both_schemes_lose_their_hash)
OL_CASES_ENTRY(suffixes_of_clones_and_versions_go)
OL_CASES_ENTRY(words_that_are_no_suffix_stay)
OL_CASES_ENTRY(a_name_that_unfolds_without_end_is_cut)
OL_CASES_END
