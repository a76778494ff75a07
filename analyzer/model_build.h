/* model_build.h - from a recording on disk, or in memory, to a model.
 *
 * Ownership: the caller destroys the model. What `options` points to must
 *            outlive the build only.
 * Errors:    -ENOENT, -EACCES and the like for the path; -ENODATA when there
 *            is no usable trace in it (the place says why for the first);
 *            -ENOMEM. Damage inside a file is no error: it is in the
 *            process, and what precedes and follows it is used.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_MODEL_BUILD_H
#define OL_ANALYZER_MODEL_BUILD_H

#include <stdint.h>

#include "analyzer/model.h"
#include "base/attributes.h"

/* The kind that a rule gives to a stack. Called once for each new site while
 * the model is being built; modules and stacks may be asked then. Stores a
 * name that outlives the build, or NULL. Returns 0 or an error, which ends
 * the build. */
typedef int (*ol_classify_fn)(void *context, const struct ol_model *model,
    struct ol_stack_id stack, const char **out_kind);

/* Told from time to time how far the build has come, 0 to 1. */
typedef void (*ol_progress_fn)(void *context, double share);

struct ol_model_options {
    uint32_t pid;     /* only this process; 0 all */
    uint32_t slices;  /* 0 the default, 64 */
    const char *mark; /* marks of this name; NULL the most frequent one's */
    ol_classify_fn classify; /* NULL: no rules */
    void *classify_context;
    ol_progress_fn progress; /* NULL: none */
    void *progress_context;
};

/* Builds a model of a recording: a directory of traces, or one trace. On
 * error `out_damage` says where and why, as far as that is known; its file
 * and text are static or borrowed from `path`. Returns 0 or an error. */
OL_MUST_USE int ol_model_build(const char *path,
    const struct ol_model_options *options, struct ol_model **out,
    struct ol_damage *out_damage);

/* The same of one trace in memory, which must outlive the model. */
OL_MUST_USE int ol_model_build_bytes(const void *bytes, size_t count,
    const struct ol_model_options *options, struct ol_model **out,
    struct ol_damage *out_damage);

/* Accepts NULL. */
void ol_model_destroy(struct ol_model *model);

#endif
