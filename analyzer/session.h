/* session.h - what a command works on: a model, and names for what is in it.
 *
 * Ownership: close frees all of it. The options must outlive the session.
 * Threads:   one at a time.
 * Errors:    an exit code and, in words, why.
 * Source:    own.
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef OL_ANALYZER_SESSION_H
#define OL_ANALYZER_SESSION_H

#include "analyzer/command.h"
#include "analyzer/model.h"
#include "analyzer/naming.h"
#include "analyzer/options.h"
#include "analyzer/places.h"
#include "analyzer/rulebook.h"
#include "base/attributes.h"

enum {
    OL_SESSION_ERROR_BYTES = 512
};

struct ol_session {
    struct ol_model *model;
    struct ol_places *places;
    struct ol_rulebook *book;
    struct ol_naming naming; /* of the three above */
    struct ol_places_rules rules;
    char error[OL_SESSION_ERROR_BYTES];
};

/* Reads the recording at `path` as the options ask for; progress goes to
 * stderr if that is a terminal and it takes long. Returns OL_EXIT_CLEAN, or
 * an exit code with `error` set; the session is then closed. */
OL_MUST_USE enum ol_exit ol_session_open(struct ol_session *session,
    const char *path, const struct ol_options *options);

void ol_session_close(struct ol_session *session);

#endif
