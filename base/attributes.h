/* attributes.h - compiler attributes under names of our own.
 *
 * Source: GCC and Clang attribute documentation.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_BASE_ATTRIBUTES_H
#define OL_BASE_ATTRIBUTES_H

#define OL_MUST_USE          __attribute__((warn_unused_result))
#define OL_EXPORT            __attribute__((visibility("default")))
#define OL_HIDDEN            __attribute__((visibility("hidden")))
#define OL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#define OL_NOINLINE          __attribute__((noinline))
#define OL_NORETURN          __attribute__((noreturn))
#define OL_INITIAL_EXEC      __attribute__((tls_model("initial-exec")))
#define OL_LIKELY(x)         __builtin_expect(!!(x), 1)
#define OL_UNLIKELY(x)       __builtin_expect(!!(x), 0)

#endif
