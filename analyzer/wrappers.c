/* wrappers.c - what is known of common allocators, as rules.
 * SPDX-License-Identifier: Apache-2.0
 */
#include "analyzer/wrappers.h"

static const char text[] =
    /* Ourselves, and the libraries below every program. */
    "skip liboutlive-preload.so*!* libc.so*!* libc-2*!* libpthread*!*\n"
    "skip ld-linux*!* ld-2*!* ld.so*!* libstdc++.so*!* libc++.so*!*\n"
    "skip libc++abi.so*!* libgcc_s.so*!*\n"
    /* Linked statically, they are known by name. */
    "skip malloc calloc realloc reallocarray posix_memalign aligned_alloc\n"
    "skip memalign valloc pvalloc strdup strndup wcsdup asprintf vasprintf\n"
    "skip __libc_malloc __libc_calloc __libc_realloc __libc_memalign\n"
    "skip __strdup __strndup __asprintf __vasprintf* __GI_*\n"
    "skip _start __libc_start_* start_thread clone clone3 _dl_*\n"
    /* C++ */
    "skip \"operator new*\" std::* __gnu_cxx::* __cxa_* __cxxabiv1::*\n"
    "skip boost::container::* absl::container_internal::* absl::*_internal::*\n"
    "skip folly::detail::* folly::f14::*\n"
    /* Rust: alloc, core, std and hashbrown, and what they implement for
     * types of their own, slices, references and generic parameters. */
    "skip alloc::* core::* std::* hashbrown::* __rust_* __rustc* __rdl_*\n"
    "skip __rg_* \"<alloc::*\" \"<core::*\" \"<std::*\" \"<hashbrown::*\"\n"
    "skip \"<? as core::*\" \"<? as alloc::*\" \"<? as std::*\"\n"
    "skip \"<[*] as alloc::*\" \"<[*]>::*\" \"<[*] as core::*\"\n"
    "skip \"<str as alloc::*\" \"<str as core::*\" \"<&* as core::*\"\n"
    "skip \"<*> as alloc::vec::*\" \"<*> as alloc::slice::*\"\n"
    "skip \"<<alloc::*\" \"<<core::*\" \"<<std::*\" \"<&* as alloc::*\"\n"
    "skip \"<bool as core::*\" \"<char as core::*\" \"<u8 as core::*\"\n"
    "skip \"<u16 as core::*\" \"<u32 as core::*\" \"<u64 as core::*\"\n"
    "skip \"<u128 as core::*\" \"<usize as core::*\" \"<i8 as core::*\"\n"
    "skip \"<i16 as core::*\" \"<i32 as core::*\" \"<i64 as core::*\"\n"
    "skip \"<i128 as core::*\" \"<isize as core::*\" \"<f32 as core::*\"\n"
    "skip \"<f64 as core::*\"\n"
    /* Habitual names of checked allocation. */
    "skip xmalloc xzalloc xcalloc xrealloc xreallocarray xnmalloc xnrealloc\n"
    "skip xstrdup xstrndup xmemdup xasprintf xvasprintf x2realloc x2nrealloc\n"
    "skip xpalloc xcharalloc ximalloc xirealloc xicalloc do_xmalloc xmallocz\n"
    "skip do_xmallocz xmallocz_gently xmemdupz xmalloc_* xrealloc_*\n"
    "skip safe_malloc emalloc ecalloc erealloc estrdup checked_malloc\n"
    /* GLib, OpenSSL, APR, SQLite, Redis, jq, CPython, gcc, talloc, jemalloc. */
    "skip g_malloc* g_try_malloc* g_realloc* g_try_realloc* g_strdup*\n"
    "skip g_strndup g_memdup* g_slice_alloc* g_slice_copy g_aligned_alloc*\n"
    "skip CRYPTO_*alloc CRYPTO_strdup CRYPTO_strndup CRYPTO_memdup\n"
    "skip OPENSSL_*alloc apr_palloc apr_pcalloc apr_pstrdup\n"
    "skip sqlite3MemMalloc sqlite3MemRealloc mallocWithAlarm sqlite3Malloc*\n"
    "skip sqlite3Realloc sqlite3Db*alloc* dbMallocRaw* dbReallocFinish\n"
    "skip sqlite3_malloc* sqlite3_realloc* sqlite3DbStr*Dup sqlite3DbSpan*\n"
    "skip sqlite3StrAccumEnlarge* pcache1Alloc pcache1AllocPage\n"
    "skip zmalloc* zcalloc* zrealloc* ztrymalloc* ztrycalloc* ztryrealloc*\n"
    "skip sdsnew* _sdsnew* sdsdup sdscat* sdsMakeRoomFor* _sdsMakeRoomFor*\n"
    "skip zstrdup s_malloc* s_realloc* jv_mem_*alloc* jv_mem_strdup*\n"
    "skip PyMem_* _PyMem_* PyObject_Malloc PyObject_Calloc PyObject_Realloc\n"
    "skip _PyObject_Malloc _PyObject_GC_* _PyObject_New* PyType_GenericAlloc\n"
    "skip PyObject_GC_* _PyType_AllocNoTrack gc_alloc _PyObject_Alloc*\n"
    "skip ggc_*alloc*\n"
    "skip talloc_* _talloc_* __talloc* je_*alloc* rje_*alloc* mi_*alloc*\n"
    "skip av_malloc* av_realloc* av_mallocz* av_strdup uv__malloc uv__calloc\n"
    "skip uv__realloc uv__reallocf uv__strdup uv__strndup\n"
    /* The reference runtime: what it makes it makes for its caller. */
    "skip rt_object_create rt_payload_create rt_context_* rt_pond_*\n"
    "skip rt_ce_* rt_crux_* rt_cancel_* rt_proto_* rt_future_*\n";

const char *ol_wrappers_text(void)
{
    return text;
}
